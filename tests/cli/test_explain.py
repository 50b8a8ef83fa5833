"""What `cls explain` prints, and its sentences where it cannot."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.cli.explain import show
from cls_pipeline.explaining.continuity import Absence, Continuity, Step
from cls_pipeline.explaining.explanation import Explanation
from cls_pipeline.explaining.figure import Figure
from cls_pipeline.explaining.published import Printed
from cls_pipeline.explaining.sources import Correction, FileRows, Joined, LeftOut, Sources
from tests.cli.conftest import Cls

FIGURE = Figure(
    site_id="ash", site="Ash", council_code=None, metric_id="m", metric="Requests", period="2020-04", grain="month",
    period_start=date(2020, 4, 1), period_end=date(2020, 4, 30), breakdown="all", breakdown_value="all",
    value=1234.0, value_raw=1234.0, numerator=1234.0, denominator=None, unit="requests",
    flags={"break": "A new system begins."}, definition="All of them.", definition_version=1, valid_from=None,
    valid_until=None, numerator_is="requests of the month", denominator_is=None, source="ours", source_kind="records",
    system_id="new", system="New Case",
)  # fmt: skip
SOURCES = Sources(
    counts="request",
    considered=1240,
    files=(
        FileRows(
            "New Case", "new", "request", "d1", date(2020, 5, 1), datetime(2020, 5, 2, 3, 4), "[a].csv",
            1234, 1234.0, None, 7,
        ),
    ),
    left_out=(LeftOut("copy", "a copy", "New Case", 6),),
    corrections=(Correction("turned", "days changed places", 2),),
    joined=(Joined(("self",), "one number only", 900),),
    adds_up=True,
)  # fmt: skip
NO_LINKS = Continuity(None, None, (), False, (), ())
BREAK = Step(date(2020, 9, 1), "declared cutover", 0.1, 0.08, 0.12, "linked", "Old gives way", "source_system", 0)


def printed(capsys: pytest.CaptureFixture[str], explanation: Explanation) -> str:
    show(explanation)
    return " ".join(capsys.readouterr().out.split())


def test_a_figure_is_told_with_its_sources(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, Explanation(FIGURE, SOURCES, (), NO_LINKS))
    for words in (
        "Requests, Ash, 2020-04: 1,234 requests",
        "Numerator: 1,234 (requests of the month)",
        "Flag break: A new system begins.",
        "Definition, version 1: All of them.",
        "1,240 rows on record could be in it: 1,234 counted, 6 left out. A counted row is one request.",
        "New Case new d1 2020-05-01 2020-05-02 03:04 [a].csv 1,234 1,234 7",
        "a copy New Case 6",
        "one number only 900",
        "days changed places 2",
        "Links None: the value is as recorded.",
        "Breaks within twelve months None.",
    ):
        assert words in told
    assert "do not add up" not in told


def test_rows_that_do_not_add_up_are_not_passed_over(capsys: pytest.CaptureFixture[str]) -> None:
    told = printed(capsys, Explanation(FIGURE, replace(SOURCES, adds_up=False), (), NO_LINKS))
    assert "These rows do not add up to the figure." in told


def test_a_link_is_told_with_its_interval_and_cause(capsys: pytest.CaptureFixture[str]) -> None:
    gone = Absence(
        "gone", date(2020, 2, 10), date(2020, 4, 20), 30.0, 0.2, 0.15, 0.25, 0.08, (("assess", 0.6), ("advice", 0.4))
    )
    linked = Continuity(40.84, 0.5, (gone,), True, (BREAK,), (BREAK,))
    told = printed(capsys, Explanation(replace(FIGURE, value=44.5, value_raw=42.48), SOURCES, (), linked))
    assert "42.48 became 40.84 (95 % interval 40.34 to 41.34)" in told
    assert "gone 2020-02-10 2020-04-20 30 20.0% (15.0% to 25.0%) +8.0% of all assess 60%, advice 40%" in told
    assert "The value 44.50 is at the level of the newest system, carried across:" in told
    assert "2020-09-01 source_system declared cutover +10.0% +8.0% to +12.0% linked Old gives way" in told


def test_a_published_figure_is_told_with_file_and_row(capsys: pytest.CaptureFixture[str]) -> None:
    row = Printed(
        "printer",
        "Book",
        date(2021, 6, 1),
        "b1",
        "b.csv",
        "t",
        5,
        "q",
        "outcome",
        19.123456789,
        "published",
        None,
        True,
    )
    figure = replace(FIGURE, source_kind="published", system="Book", value=19.123456789)
    told = printed(capsys, Explanation(figure, None, (row,), NO_LINKS))
    assert "printer Book 2021-06-01 b.csv t 5 q outcome 19.123456789 published in force" in told
    assert "Publication: Book" in told
    assert "Corrections" not in told


def test_an_explanation_is_plain_enough_for_json() -> None:
    told = json.loads(json.dumps(asdict(Explanation(FIGURE, SOURCES, (), NO_LINKS)), default=str))
    assert (told["figure"]["period_start"], told["sources"]["files"][0]["numerator"]) == ("2020-04-01", 1234)


def test_without_a_warehouse_it_is_a_sentence(cls: Cls) -> None:
    done = cls("explain", "ash", "requests_received", "2020-04")
    assert (done.returncode, done.stdout) == (1, "")
    assert "There is no warehouse in" in done.stderr


def test_while_a_build_holds_the_warehouse_it_is_a_sentence(cls: Cls, tmp_path: Path) -> None:
    folder = tmp_path / "home" / "warehouse"
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "warehouse.duckdb")):
        done = cls("explain", "ash", "requests_received", "2020-04")
    assert done.returncode == 1
    assert done.stderr.startswith("cls: The warehouse is locked: a nightly or another build holds it.")
