"""Whatever stands in whatever column, Dagster, the ledger, the digests and the log tell nobody's name or number.

What is planted is made up: numbers that are nobody's (an NHS example, telephone numbers that Ofcom keeps for fiction).
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from programme import HEADER, NAMES, PERSON_HEADER, Programme, csv_text, rows, sender

from cls_pipeline.orchestration.digest import deliver_digests
from cls_pipeline.orchestration.instance import instance_environment, open_instance
from cls_pipeline.orchestration.jobs import sender_job
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.senders import sender_assets


def planted(column: int) -> list[str]:
    """Names, numbers, addresses of one column only, so that no other gives them away; none is anybody's."""
    letter = "abcdefghijklmnop"[column]
    return [
        f"Ottilie Quenn{letter}ll", f"QUENN{letter.upper()}LL", f"Otti{letter}", f"943 476 59{column:02}",
        f"94347658{column:02}", f"01017012{column:02}", f"010170 13{column:02}", f"07700 9001{column:02}",
        f"+44 7700 900 2{column:02}", f"01632 9603{column:02}", f"QQ1234{column:02}C", f"P77812{column:02}",
        f"RQ-55678{column:02}", f"o.quenn{letter}ll@example.org", f"CR0 {column % 10}ZZ",
        f"{column} Quenn{letter}ll Row",
    ]  # fmt: skip


CONTACT_COLUMNS = range(1, len(NAMES))
PERSON_COLUMNS = range(len(NAMES), len(NAMES) + len(PERSON_HEADER.split(",")))
PLANTED = [text for column in [*CONTACT_COLUMNS, *PERSON_COLUMNS] for text in planted(column)]


@dataclass(frozen=True)
class Night:
    """Where one night was told: Dagster's folder, the ledger, what was handed back, the log."""

    dagster: bytes
    ledger: bytes
    digests: bytes
    fix_lists: bytes
    log: bytes
    failed: int


def everything_in(*paths: Path) -> bytes:
    return b"\n".join(path.read_bytes() for path in paths if path.is_file())


def planted_contacts(turn: int) -> list[list[str]]:
    """Contacts with each text of a column in a row of its own, and one, by turns, in four rows of one person."""
    table = rows(400)
    at = iter(range(400))
    for column in CONTACT_COLUMNS:
        texts = planted(column)
        often = texts[(column + turn) % len(texts)]
        for text in [*texts, *[often] * 3]:
            row = table[next(at)]
            row[column] = text
            if text == often and column != 1:
                row[1] = "P401"
    for row in (table[next(at)], table[next(at)]):
        row[1:] = row[:-1]  # cells that have slipped by a column
    table[next(at)][0] = table[next(at)][0] = planted(1)[12]
    return table


def planted_persons() -> list[list[str]]:
    table = [[f"P{n}", f"94347{n:05}", "NHS", "01/05/1950", "", ""] for n in range(2, 402)]
    at = iter(range(400))
    for place, column in enumerate(PERSON_COLUMNS):
        for text in planted(column):
            table[next(at)][place] = text
    return table


@pytest.fixture(params=[(0.9, turn) for turn in range(0, 16, 3)] + [(0.1, 0)])
def night(
    request: pytest.FixtureRequest,
    programme: Programme,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> Iterator[Night]:
    """A site's load through Dagster, its delivery taken with many failing rows, or refused for them."""
    caplog.set_level(logging.DEBUG)
    settings = programme.settings
    for name, value in instance_environment(settings).items():
        monkeypatch.setenv(name, value)
    refuse_above, turn = request.param
    programme.senders = [sender("ash", refuse_above=refuse_above), sender("birch")]
    programme.send(
        "contacts_2024-03-31.csv", csv_text(planted_contacts(turn), HEADER) + f"{PLANTED[0]},{PLANTED[11]}\n"
    )
    programme.send("persons_2024-03-31.csv", csv_text(planted_persons(), PERSON_HEADER))
    platform = Platform(settings, programme.registry)
    ash = platform.registry.senders["ash"]
    definitions = dg.Definitions(
        assets=[sender_assets(ash, platform.registry)],
        jobs=[sender_job(ash, platform.registry)],
        resources={"platform": platform},
    )
    with open_instance(settings) as instance:
        result = definitions.resolve_job_def("load_ash").execute_in_process(instance=instance)
        assert result.success
        deliver_digests(instance, result.run_id, platform)
        failed = [one for one in result.get_asset_check_evaluations() if not one.passed]
    folder = settings.returns / "ash"
    yield Night(
        dagster=everything_in(*settings.dagster_home.rglob("*")),
        ledger=everything_in(*settings.home.glob("ledger*")),
        digests=everything_in(*folder.glob("*.md")),
        fix_lists=everything_in(*folder.glob("*.csv")),
        log="\n".join([caplog.text, *capfd.readouterr()]).encode(),
        failed=len(failed),
    )


def test_no_name_or_number_is_told_outside_the_senders_own_lists(night: Night) -> None:
    for where in ("dagster", "ledger", "digests", "log"):
        told: bytes = getattr(night, where)
        assert told
        found = [text for text in PLANTED if text.encode() in told]
        assert (where, found) == (where, [])


def test_the_same_night_told_what_failed_and_the_senders_list_names_the_records(night: Night) -> None:
    assert b"outcome.mapped" in night.dagster and b"contacts_2024-03-31.csv" in night.dagster
    assert night.failed >= 2
    for text in (planted(1)[12], planted(4)[0], planted(3)[7]):
        assert text.encode() in night.fix_lists
