"""A load goes on where the last one stopped: after a kill, after a pull alone, after the ledger was lost."""

from __future__ import annotations

import pytest
from programme import Programme, contacts, counts

from cls_pipeline import loading
from cls_pipeline.deliveries.pull import pull
from tests.loading.names import APRIL, MARCH, in_force


def test_what_landed_before_a_kill_is_conformed_by_the_next_run(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.send(MARCH, contacts())

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loading, "conform_delivery", killed)
        programme.load()
    assert programme.landed() == {MARCH: contacts().encode()}
    (programme.settings.inbox / "ash" / MARCH).unlink()
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)


def test_a_kill_before_the_ledger_is_written_leaves_no_record_twice(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.send(MARCH, contacts())

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("cls_pipeline.deliveries.ledger.Ledger.settle", killed)
        programme.load()
    programme.load()
    assert programme.conformed().height == 20
    assert not list((programme.settings.home / "drafts").glob("*"))


def test_a_delivery_that_only_landed_is_loaded_by_the_next_run(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    registry = programme.registry
    assert pull(registry.senders["ash"], registry, programme.settings, programme.ledger).new == 1
    load = programme.load()
    assert [outcome.status for outcome in load.outcomes] == ["accepted"]
    assert load.unchanged == 1


def test_a_lost_ledger_is_made_again_from_what_was_landed(programme: Programme) -> None:
    programme.send(MARCH, contacts(18))
    programme.load()
    programme.send(APRIL, contacts(20, month="04/2024"))
    programme.load()
    for file in programme.settings.home.glob("ledger.sqlite*"):
        file.unlink()
    for file in (programme.settings.inbox / "ash").iterdir():
        file.unlink()
    programme.load()
    assert in_force(programme) == [APRIL]
    assert programme.conformed().height == 20
    assert [d.files[0].name for d in programme.ledger.deliveries("ash")] == [MARCH, APRIL]


def test_only_the_owner_can_open_what_is_about_people(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    home = programme.settings.home
    modes = {name: (home / name).stat().st_mode & 0o077 for name in ("landing", "conformed", "quarantine", "drafts")}
    assert set(modes.values()) == {0}
    assert programme.settings.ledger_path.stat().st_mode & 0o077 == 0
