"""Ten faults of ten kinds in one delivery: the checks tell each by file, column, rows and first row, and no other."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from cls_pipeline.loading import load_sender
from cls_pipeline.orchestration.checks import FAILED_RULES, contract_check
from cls_pipeline.registry import load_registry
from cls_pipeline.sample import everything, write_sample
from cls_pipeline.settings import PROJECT_ROOT, Settings

SITE = "croydon"
UNTIL = date(2026, 10, 31)
Row = dict[str, str]

#: What is done to a row of which file and column, in which rows as a spreadsheet shows them.
PLANTED: dict[str, tuple[str, str, str, tuple[int, ...]]] = {
    "unknown code": ("alder_contacts_{}.csv", "CONT_OUTCOME_ID", "777", (40, 41, 42)),
    "missing number of a person": ("alder_contacts_{}.csv", "PERSON_ID", "", (50, 51)),
    "impossible date": ("alder_assessments_{}.csv", "STARTED_ON", "2019-02-31", (10, 12)),
    "end before start": ("alder_services_{}.csv", "END_DT", "1990-01-01", (20, 21, 22, 23)),
    "one number twice": ("alder_reviews_{}.csv", "REVIEW_ID", "", (5, 6, 7)),
    "not a number": ("dunlin_cpli_{}.csv", "UnitCost", "19.O4", (15, 16)),
    "negative count": ("alder_hub_sessions_{}.csv", "PEOPLE_SEEN", "-3", (8,)),
    "answer outside the form": ("alder_outcomes_{}.csv", "ANSWER", "99", (3, 4)),
    "month that is none": ("alder_teams_{}.csv", "MONTH_DT", "2024-13-01", (4,)),
    "one field too many": ("alder_services_{}.csv", "", "", (30, 31)),
}
#: How the checks tell them: entity, column, rows, first row. A fault between two columns names both.
TOLD = {
    ("request", "CONT_OUTCOME_ID", 3, "40"),
    ("request", "PERSON_ID", 2, "50"),
    ("assessment", "STARTED_ON", 2, "10"),
    ("service", "START_DT, END_DT", 4, "20"),
    ("review", "REVIEW_ID", 4, "4"),
    ("cost_line", "UnitCost", 2, "15"),
    ("hub_session", "PEOPLE_SEEN", 1, "8"),
    ("outcome_score", "FORM_ID, QUESTION_USER_CODE, ANSWER", 2, "3"),
    ("workforce", "MONTH_DT", 1, "4"),
    ("service", "", 2, "30"),
}


def changed(path: Path, delimiter: str, change: Callable[[list[str], list[list[str]]], None]) -> None:
    """Writes a table again with its rows changed; the header stays."""
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")), delimiter=delimiter)
    change(header, rows)
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows([header, *rows])
    path.write_text(text.getvalue(), encoding="utf-8")


def plant(inbox: Path) -> None:
    """Puts the ten faults into the newest files of the inbox."""
    for kind, (name, column, text, numbers) in PLANTED.items():
        day = UNTIL.strftime("%Y%m%d" if name.startswith("dunlin") else "%Y-%m-%d")

        def change(
            header: list[str],
            rows: list[list[str]],
            kind: str = kind,
            column: str = column,
            text: str = text,
            numbers: tuple[int, ...] = numbers,
        ) -> None:
            for number in numbers:
                row = rows[number - 2]
                if kind == "one field too many":
                    row.append("Ltd")
                elif kind == "one number twice":
                    row[header.index(column)] = rows[numbers[0] - 3][header.index(column)]
                else:
                    row[header.index(column)] = text

        changed(inbox / name.format(day), ";" if name.startswith("dunlin") else ",", change)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, dict[str, str | int]]]:
    """The rows of the tables of the site's checks, with their entity."""
    folder = tmp_path_factory.mktemp("ten_faults")
    settings = Settings(home=folder / "home", pseudonym_key_file=folder / "key")
    registry = load_registry(PROJECT_ROOT / "data_contracts")
    clean = frozenset(everything())
    write_sample(settings.home, seed=7, years=2, scale=0.01, until=UNTIL, without=clean, registry=registry)
    inbox = settings.home / "inbox" / SITE
    plant(inbox)
    load = load_sender(SITE, registry, settings)
    assert load.problems == () and load.refused == ()
    checks = [contract_check(load, registry.contracts[entity]) for entity in load.delivered]
    return [
        (check.asset_key.path[-1], dict(record.data))
        for check in checks
        if check.asset_key and FAILED_RULES in check.metadata
        for record in check.metadata[FAILED_RULES].records
    ]


def test_each_of_the_ten_is_told_where_it_is_and_nothing_else(told: list[tuple[str, dict[str, str | int]]]) -> None:
    assert {(entity, row["column"], row["rows"], row["first_row"]) for entity, row in told} == TOLD
    assert len(told) == len(PLANTED) == 10


def test_each_of_the_ten_says_what_to_do_and_in_which_file(told: list[tuple[str, dict[str, str | int]]]) -> None:
    day = UNTIL.isoformat()
    files = {name.format(UNTIL.strftime("%Y%m%d") if "dunlin" in name else day) for name, *_ in PLANTED.values()}
    assert {str(row["file"]).split(" (")[0] for _, row in told} == files
    assert all(row["rule"] and row["how_to_fix"] for _, row in told)
