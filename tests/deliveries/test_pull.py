"""What is taken from an inbox, as which delivery, and what is left."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from programme import PERSON_HEADER, Programme, alder, contacts, csv_text, sender

from cls_pipeline.deliveries import pull as pulling
from cls_pipeline.deliveries.delivery import LandedFile
from cls_pipeline.deliveries.pull import Unsettled, content_id, pull

MARCH = "contacts_2024-03-31.csv"


def take(programme: Programme) -> pulling.PullResult:
    registry = programme.registry
    return pull(registry.senders["ash"], registry, programme.settings, programme.ledger)


def test_files_of_one_day_are_one_delivery(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.send("persons_2024-03-31.csv", csv_text([], PERSON_HEADER))
    programme.send("contacts_2024-04-30.csv", contacts(month="04/2024"))
    assert take(programme).new == 2
    files = [[file.name for file in delivery.files] for delivery in programme.ledger.deliveries("ash")]
    assert files == [[MARCH, "persons_2024-03-31.csv"], ["contacts_2024-04-30.csv"]]


def test_each_file_is_a_delivery_where_the_profile_says_so(programme: Programme) -> None:
    programme.systems = [alder(bundle="each_file")]
    programme.send(MARCH, contacts())
    programme.send("persons_2024-03-31.csv", csv_text([], PERSON_HEADER))
    assert take(programme).new == 2


def test_an_inbox_that_does_not_exist_holds_nothing(programme: Programme) -> None:
    assert take(programme) == pulling.PullResult()


def test_hidden_files_and_folders_are_left_alone(programme: Programme) -> None:
    programme.send(f".{MARCH}", contacts())
    programme.send(f".trash/{MARCH}", contacts())
    assert take(programme) == pulling.PullResult()


def test_files_in_folders_of_the_inbox_are_found(programme: Programme) -> None:
    programme.send(f"march/{MARCH}", contacts())
    assert take(programme).new == 1


def test_two_files_of_one_name_are_both_left_and_told(programme: Programme) -> None:
    programme.send(f"first/{MARCH}", contacts())
    programme.send(f"second/{MARCH}", contacts(3))
    result = take(programme)
    assert (result.new, result.unchanged) == (0, 0)
    assert result.problems == [
        f"{MARCH} stands in more than one folder (first/ and second/), so no file of this delivery was taken. "
        "Keep the one that is meant and remove the other."
    ]
    assert not list(programme.settings.landing.rglob("*.zst"))


def test_a_file_that_grows_while_it_is_read_is_left_for_the_next_run(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = programme.send(MARCH, contacts(3))
    read_bytes = Path.read_bytes

    def read_while_written(self: Path) -> bytes:
        content = read_bytes(self)
        if self == path:
            self.write_bytes(contacts().encode())
        return content

    monkeypatch.setattr(Path, "read_bytes", read_while_written)
    result = take(programme)
    assert result.new == 0
    assert result.problems == [f"{MARCH} was still being written; its delivery is taken by the next run."]
    monkeypatch.undo()
    assert take(programme).new == 1
    assert programme.landed() == {MARCH: contacts().encode()}


def test_a_file_that_goes_away_while_it_is_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unsettled, match=r"gone\.csv went away while it was read"):
        pulling._read_settled(tmp_path / "gone.csv")


def test_the_version_of_a_product_in_force_on_the_stated_day_takes_the_file(programme: Programme) -> None:
    programme.systems = [alder(), alder(id="alder_5", name="Alder 5")]
    systems = [{"system": "alder", "until": "2024-03-31"}, {"system": "alder_5", "from": "2024-04-01"}]
    programme.senders = [sender("ash", systems=systems)]
    programme.send(MARCH, contacts())
    programme.send("contacts_2024-04-30.csv", contacts(month="04/2024"))
    take(programme)
    assert [delivery.system_id for delivery in programme.ledger.deliveries("ash")] == ["alder", "alder_5"]


def test_files_whose_names_were_swapped_are_another_delivery_once_put_right() -> None:
    wrong = (LandedFile("contacts.csv", ("contacts",), 1, "aa"), LandedFile("persons.csv", ("persons",), 1, "bb"))
    right = (LandedFile("contacts.csv", ("contacts",), 1, "bb"), LandedFile("persons.csv", ("persons",), 1, "aa"))
    assert content_id("alder", wrong) != content_id("alder", right)


def test_the_order_of_files_does_not_make_another_delivery() -> None:
    files = [LandedFile("a.csv", ("a",), 1, "aa"), LandedFile("b.csv", ("b",), 1, "bb")]
    assert content_id("alder", files) == content_id("alder", files[::-1])


def test_a_failure_while_landing_leaves_no_draft(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    programme.send(MARCH, contacts())

    def full(*_: Any) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("cls_pipeline.deliveries.landing.Lander.finish", full)
    with pytest.raises(OSError, match="No space left"):
        take(programme)
    assert list((programme.settings.landing / "ash").iterdir()) == []
    assert programme.ledger.deliveries("ash") == []
