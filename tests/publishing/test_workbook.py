"""The workbook says what the release says, in cells that a spreadsheet understands."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from cls_pipeline.publishing.workbook import WORKBOOK, write_workbook
from cls_pipeline.settings import PROJECT_ROOT, Settings

from .releases import SmallRelease, figure, metric

SMALL = SmallRelease(
    metrics=(
        metric("requests", definition="=1+1 is no formula."),
        metric("share", unit="percent", question="4;6"),
        metric("old", definition_version=1, name="Old"),
        metric("old", definition_version=2, name="Old"),
    ),
    figures=(
        figure("ashby", "requests", 1, 20.0),
        figure("ashby", "requests", 2, None, "suppressed"),
        figure("ashby", "requests", 3, 22.0, "linked", "estimated"),
        figure("ashby", "requests", 3, 9.0, breakdown="age_band", breakdown_value="65+"),
        figure("ashby", "share", 1, 100 / 3),
        figure("ashby", "old", 1, 1.5),
        figure("brook", "old", 1, 2.5, definition_version=2),
    ),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    write_workbook(SMALL.write(folder / "cls.duckdb"), folder, Settings(home=folder))
    return folder / WORKBOOK


@pytest.fixture(scope="module")
def book(file: Path) -> CalamineWorkbook:
    return CalamineWorkbook.from_path(str(file))


def cells(book: CalamineWorkbook, sheet: str) -> list[list[Any]]:
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_there_is_a_sheet_for_each_question_between_what_this_is_and_the_definitions(book: CalamineWorkbook) -> None:
    assert book.sheet_names == ["About", *(f"Question {number}" for number in range(1, 8)), "Definitions"]


def test_the_first_sheet_names_the_release_and_says_that_records_are_simulated(book: CalamineWorkbook) -> None:
    first = cells(book, "About")
    assert ["release", SMALL.release_id] in first
    assert first[1][0].startswith("Sites' records in this release are simulated")


def test_a_row_is_a_site_and_a_month_with_real_dates_and_numbers_and_reasons_in_words(book: CalamineWorkbook) -> None:
    _, _, names, units, *rows = cells(book, "Question 6")
    assert names[5:] == ["Old (version 1)", "Old (version 2)", "Requests", "Share", "notes"]
    assert units[5:] == ["requests", "requests", "requests", "percent", ""]
    assert [row for row in rows if row[0] == "Ashby"] == [
        ["Ashby", "england", "month", date(2020, 1, 1), date(2020, 1, 31), 1.5, "", 20.0, pytest.approx(100 / 3), ""],
        ["Ashby", "england", "month", date(2020, 2, 1), date(2020, 2, 29), "", "", "withheld: few people", "", ""],
        [
            *("Ashby", "england", "month", date(2020, 3, 1), date(2020, 3, 31), "", "", 22.0, ""),
            "Requests: linked across a break, estimate",
        ],
    ]


def test_a_text_that_looks_like_a_formula_stays_a_text(file: Path, book: CalamineWorkbook) -> None:
    assert cells(book, "Question 6")[4][0] == "=Brook & Bow"
    with zipfile.ZipFile(file) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 9
    assert not any("<f>" in sheet for sheet in sheets)


def test_every_figure_that_is_shown_is_defined(book: CalamineWorkbook) -> None:
    _, _, _, *rows = cells(book, "Definitions")
    assert [(row[0], row[1], row[-1]) for row in rows] == [
        ("4", "Share", "share"),
        ("6", "Old (version 1)", "old_v1"),
        ("6", "Old (version 2)", "old_v2"),
        ("6", "Requests", "requests"),
        ("6", "Share", "share"),
    ]


def test_the_words_for_flags_are_of_all_flags_that_a_release_may_carry() -> None:
    import yaml

    from cls_pipeline.publishing.flags import FLAGS

    text = (PROJECT_ROOT / "dbt_project/models/marts/metric_series.yml").read_text()
    tests = yaml.safe_load(text)["models"][0]["data_tests"]
    (known,) = [test["flags_known"]["arguments"]["flags"] for test in tests if "flags_known" in test]
    assert set(FLAGS) == set(known)
