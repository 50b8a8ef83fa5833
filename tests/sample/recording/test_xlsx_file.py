"""Workbooks that two readers open alike."""

from __future__ import annotations

import io
from datetime import date

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from cls_pipeline.sample.recording.xlsx_file import Sheet, xlsx_bytes

TABLE = pl.DataFrame({"Name": ["a < b & c", "", 'd "é"'], "Amount": ["12.50", "3", "n/a"]})
CONTENT = xlsx_bytes(
    [Sheet("One", ["A title"], TABLE, frozenset({"Amount"})), Sheet("Two", [], TABLE)], date(2026, 1, 31)
)


def test_cells_are_where_they_belong_and_numbers_are_numbers() -> None:
    rows = CalamineWorkbook.from_filelike(io.BytesIO(CONTENT)).get_sheet_by_name("One").to_python()
    assert rows == [["A title", ""], ["Name", "Amount"], ["a < b & c", 12.5], ["", 3.0], ['d "é"', "n/a"]]


def test_a_second_sheet_has_its_name() -> None:
    assert CalamineWorkbook.from_filelike(io.BytesIO(CONTENT)).sheet_names == ["One", "Two"]


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert (
        xlsx_bytes(
            [Sheet("One", ["A title"], TABLE, frozenset({"Amount"})), Sheet("Two", [], TABLE)], date(2026, 1, 31)
        )
        == CONTENT
    )


def test_more_rows_than_excel_holds_are_refused() -> None:
    with pytest.raises(ValueError, match="Excel holds 1,048,576"):
        xlsx_bytes(
            [Sheet("Big", [], pl.DataFrame({"x": ["1"]}).select(pl.col("x").repeat_by(1_048_576).explode()))],
            date(2026, 1, 31),
        )
