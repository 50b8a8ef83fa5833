"""What stands in a workbook is read as Excel shows it, with Excel's row numbers."""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.conform.raw_table import ROW, RawTable, UnreadableTable
from cls_pipeline.conform.read import read_table
from cls_pipeline.registry import FileFormat


def workbook(cells: dict[str, Any], sheet: str = "Data") -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet(sheet)
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for place, value in cells.items():
            if isinstance(value, datetime):
                page.write_datetime(place, value, day)
            elif isinstance(value, str) and value.startswith("#"):
                page.write_formula(place, "=0", None, value)
            else:
                page.write(place, value)
    return buffer.getvalue()


def read(content: bytes, **changes: Any) -> RawTable:
    return read_table(content, FileFormat(kind="xlsx", **changes))


def test_rows_above_the_table_count_even_where_they_are_empty() -> None:
    table = read(workbook({"B3": "a", "C3": "b", "B4": "1", "C4": "2", "B6": "3", "C6": "4"}), title_rows=2)
    assert table.header == ("a", "b")
    assert table.frame[ROW].to_list() == [4, 6]
    assert (table.rows_delivered, table.blank_rows) == (3, 1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("01", "01"),
        (4, "4"),
        (4.5, "4.5"),
        (9434765919, "9434765919"),
        (True, "true"),
        (datetime(2024, 3, 31), "2024-03-31 00:00:00"),
        ("#N/A", "#N/A"),
        ("#DIV/0!", "#DIV/0!"),
    ],
)
def test_a_cell_is_read_as_text(value: Any, text: str) -> None:
    assert read(workbook({"A1": "a", "A2": value})).frame["a"].to_list() == [text]


def test_a_note_beside_the_title_makes_no_column() -> None:
    assert read(workbook({"A1": "Extract", "H1": "printed today", "A2": "a", "A3": "1"}), title_rows=1).header == ("a",)


def test_a_value_beside_the_table_is_a_column_of_its_own() -> None:
    table = read(workbook({"A1": "a", "A2": "1", "C2": "stray"}))
    assert table.header == ("a", "(column 2)", "(column 3)")
    assert table.frame["(column 3)"].to_list() == ["stray"]


@pytest.mark.parametrize(
    ("cells", "changes", "rule"),
    [
        ({"A1": "a"}, {"sheet": "Other"}, "sheet.missing"),
        ({}, {}, "file.header"),
        ({"A1": "a"}, {"title_rows": 3}, "file.header"),
        ({"A1": "a", "B1": "a", "A2": "1"}, {}, "file.header"),
    ],
)
def test_a_workbook_without_its_table_is_refused(cells: dict[str, Any], changes: dict[str, Any], rule: str) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read(workbook(cells), **changes)
    assert refused.value.rule_id == rule


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12))
def test_a_damaged_workbook_is_read_or_refused_with_a_sentence(damage: list[tuple[int, int]]) -> None:
    content = bytearray(workbook({"A1": "a", "B1": "b", "A2": "1", "B2": "2"}, "Data"))
    for place, byte in damage:
        content[place % len(content)] = byte
    try:
        read(bytes(content), sheet="Data")
    except UnreadableTable as refused:
        assert refused.meaning.endswith(".") and refused.remedy.endswith(".")
