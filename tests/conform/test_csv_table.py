"""What stands in a text file is read as it stands, row by row, and what does not fit is kept with its number."""

from __future__ import annotations

import csv
import gzip
import io
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cls_pipeline.conform.raw_table import ROW, RawTable, UnreadableTable
from cls_pipeline.conform.read import read_table
from cls_pipeline.registry import FileFormat

# What makes reading hard: quotes, separators, line ends, blanks, letters beyond ASCII.
cells = st.text(st.sampled_from("ab1\"',;|\n\t é£–€") | st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
tables = st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), max_size=12))


def layout(**changes: Any) -> FileFormat:
    return FileFormat(kind="csv", **changes)


def read(text: str, **changes: Any) -> RawTable:
    return read_table(text.encode(), layout(**changes))


def written(rows: list[list[str]], delimiter: str = ",", end: str = "\r\n") -> str:
    handle = io.StringIO()
    csv.writer(handle, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(rows)
    return handle.getvalue()


def blank(row: list[str]) -> bool:
    return not any(cell.strip() for cell in row)


def found(table: RawTable) -> list[tuple[int, list[str]]]:
    return [(row[-1], list(row[:-1])) for row in table.frame.select([*table.header, ROW]).iter_rows()]


@settings(max_examples=120, deadline=None)
@given(tables, st.sampled_from([",", "|", ";", "\t"]), st.sampled_from(["\n", "\r\n"]), st.integers(0, 2))
def test_what_was_written_is_read_back_with_its_row_numbers(
    rows: list[list[str]], delimiter: str, end: str, titles: int
) -> None:
    header = [f"c{number}" for number in range(len(rows[0]) if rows else 2)]
    # A text with a row's separators for each of its line ends cannot be told from rows between two open quotes.
    steps = len(header) - 1
    assume(not any(cell.count("\n") * steps == cell.count(delimiter) > 0 for row in rows for cell in row))
    text = f"Extract{end}" * titles + written([header, *rows], delimiter, end)
    table = read(text, delimiter=delimiter, title_rows=titles)
    first = titles + 2
    assert found(table) == [(number, row) for number, row in enumerate(rows, first) if not blank(row)]
    assert table.rows_delivered == len(rows)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([1, 2, 3, 3, 3, 3, 4, 7]), max_size=30), st.booleans())
def test_every_row_that_does_not_fit_is_found_and_none_is_lost(widths: list[int], quoted: bool) -> None:
    lines = [",".join(f'"r{n}"' if quoted else f"r{n}" for _ in range(width)) for n, width in enumerate(widths, 2)]
    table = read("\n".join(["a,b,c", *lines, ""]))
    misfits = [(misfit.row, misfit.fields, misfit.text) for misfit in table.misfits]
    expected = enumerate(zip(widths, lines, strict=True), 2)
    assert misfits == [(number, width, line) for number, (width, line) in expected if width != 3]
    assert [number for number, _ in found(table)] == [number for number, width in enumerate(widths, 2) if width == 3]
    assert table.rows_delivered == len(widths)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text(st.sampled_from('a,"\n\r| é'), max_size=40).map(str.encode))
def test_whatever_the_bytes_are_the_table_is_read_or_refused_with_a_sentence(content: bytes) -> None:
    for changes in ({}, {"encoding": "cp1252", "delimiter": "|", "title_rows": 1}, {"compression": "gzip"}):
        try:
            read_table(content, layout(**changes))
        except UnreadableTable as refused:
            assert refused.meaning.endswith(".") and refused.remedy.endswith(".")


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 200))
def test_a_gzip_file_cut_off_anywhere_is_refused(length: int) -> None:
    whole = gzip.compress(b"a,b\n" + b"".join(b"%d,%d\n" % (n, n * 7919) for n in range(200)))
    with pytest.raises(UnreadableTable):
        read_table(whole[: min(length, len(whole) - 1)], layout(compression="gzip"))


@pytest.mark.parametrize(
    ("text", "rows", "delivered"),
    [
        ("a,b\n1,2", [(2, ["1", "2"])], 1),
        ("a,b\n1,2\n\n3,4\n", [(2, ["1", "2"]), (4, ["3", "4"])], 3),
        ("a,b\n1,2\n   \n3,4\n", [(2, ["1", "2"]), (4, ["3", "4"])], 3),
        ("a,b\n1,2\n,,,\n3,4\n", [(2, ["1", "2"]), (4, ["3", "4"])], 3),
        ("a,b\r1,2\r3,4\r", [(2, ["1", "2"]), (3, ["3", "4"])], 2),
        ('a,b\n1,"x\ny"\n3,4\n', [(2, ["1", "x\ny"]), (3, ["3", "4"])], 2),
        ('"a\nx",b\n1,2\n', [(2, ["1", "2"])], 1),
        ('a,b\n1,5" pipe\n', [(2, ["1", '5" pipe'])], 1),
        ("\ufeffa,b\n1,2\n", [(2, ["1", "2"])], 1),
        ("a,b\n01,NULL\n", [(2, ["01", "NULL"])], 1),
        ("a,b\n", [], 0),
        ("a,b", [], 0),
    ],
)
def test_a_row_keeps_the_number_that_a_spreadsheet_shows(
    text: str, rows: list[tuple[int, list[str]]], delivered: int
) -> None:
    table = read(text)
    assert found(table) == rows
    assert table.rows_delivered == delivered


@pytest.mark.parametrize(
    ("text", "rule", "row"),
    [
        ("a,b\n1,2\n3", "file.cut_off", 3),
        ('a,b\n1,2\n3,"4', "file.quote", 3),
        ('a,b\n1,"x\n2,y\n3,"z\n4,w\n', "file.quote", 2),
        ('a,"b\n1,2\n', "file.quote", 1),
        ("\n1,2\n", "file.header", 1),
        ("a,a\n1,2\n", "file.header", 1),
    ],
)
def test_a_file_that_cannot_be_told_apart_is_refused_with_its_row(text: str, rule: str, row: int) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read(text)
    assert (refused.value.rule_id, refused.value.row) == (rule, row)


def test_an_over_long_last_row_is_not_taken_for_a_cut_off_file() -> None:
    assert [misfit.row for misfit in read("a,b\n1,2\n3,4,5").misfits] == [3]


def test_a_repeated_header_is_told_without_showing_what_stands_there() -> None:
    with pytest.raises(UnreadableTable, match="The columns 2 and 3 have the same name in row 1") as refused:
        read("9434765919,Ada,Ada\n1,2,3\n")
    assert "Ada" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16"])
def test_letters_are_read_in_the_encoding_of_the_profile(encoding: Any) -> None:
    table = read_table("a,b\nCafé,£5 – ok\n".encode(encoding), layout(encoding=encoding))
    assert found(table) == [(2, ["Café", "£5 – ok"])]


@pytest.mark.parametrize(("sent", "expected"), [("utf-8", "utf-16"), ("utf-16", "cp1252"), ("cp1252", "utf-8")])
def test_another_encoding_is_refused_before_a_letter_is_misread(sent: str, expected: Any) -> None:
    with pytest.raises(UnreadableTable) as refused:
        read_table("a,b\nCafé,2\n".encode(sent), layout(encoding=expected))
    assert refused.value.rule_id == "file.encoding"
