"""Nothing that a sender wrote becomes a formula, whatever opens the list and however it cuts the lines."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_col_to_name

from cls_pipeline.conform.failing import letter
from cls_pipeline.returns.harmless import harmless
from cls_pipeline.returns.workbook import LONGEST_TEXT, Sheet, write_workbook

STARTS = "=+-@＝＋－＠"
PIECES = st.sampled_from(
    [*STARTS, "\t", "\r", "\n", "\r\n", ",", ";", "|", "'", '"', " ", "\u00a0", "\ufeff", "a", "1"]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES, max_size=8).map("".join), st.just("=cmd|' /C calc'!A0"))


def made_harmless(texts: list[str]) -> list[str]:
    frame = pl.DataFrame({"text": texts}, schema={"text": pl.String}).select(harmless(pl.col("text")))
    return frame["text"].to_list()


def begins_a_formula(cell: str) -> bool:
    bare = re.sub(r"^[\s\ufeff\x00-\x1f\"]+", "", cell)
    return bare[:1] in STARTS if bare else False


@settings(max_examples=400, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=5))
def test_no_cell_of_a_csv_begins_a_formula_whichever_separator_is_taken(texts: list[str]) -> None:
    target = io.BytesIO()
    pl.DataFrame({"a": texts, "b": texts}).select(harmless(pl.all())).write_csv(target, quote_style="always")
    text = target.getvalue().decode()
    for separator in ",;\t|":
        cells = [cell for line in text.splitlines() for cell in line.split(separator)]
        read = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
        assert not [cell for cell in [*cells, *read] if begins_a_formula(cell)]


@pytest.mark.parametrize("start", [*STARTS, "\t=", "\r=", "\n=", " =", "\ufeff="])
def test_what_begins_a_formula_gets_an_apostrophe(start: str) -> None:
    [cell] = made_harmless([f"{start}1+1"])
    assert not begins_a_formula(cell) and "'" in cell


@pytest.mark.parametrize("text", ["2019-02-31", "2 Advice", "a-b", "1 + 1 = 2", "NFA: support declined", "x@y.org"])
def test_an_ordinary_text_stays_as_it_was_sent(text: str) -> None:
    assert made_harmless([text]) == [text]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(TEXTS, st.integers(1, 1_048_576)), min_size=1, max_size=4), st.booleans())
def test_a_workbook_holds_texts_and_numbers_and_no_formula_or_link(rows: list[tuple[str, int]], few: bool) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write_workbook(path, [Sheet("Rows", {"text": 20, "row": 8}, rows)], few)
        with zipfile.ZipFile(path) as book:
            pages = b"".join(book.read(name) for name in book.namelist() if "worksheets" in name)
            assert not [name for name in book.namelist() if "rels" in name and "sheet" in name]
        assert b"<f>" not in pages and b"<hyperlink" not in pages
        read = CalamineWorkbook.from_path(path).get_sheet_by_name("Rows").to_python()[1:]
    assert [row[1] for row in read] == [number for _, number in rows]
    for (text, _), row in zip(rows, read, strict=True):
        if not re.search(r"[^\x20-\x7e]|_x", text):  # how XML and readers treat other characters is theirs
            assert row[0] == text


def test_a_text_that_is_longer_than_a_cell_is_cut(tmp_path: Path) -> None:
    write_workbook(tmp_path / "list.xlsx", [Sheet("Rows", {"text": 20}, [("x" * 40_000,)])])
    [_, [cell]] = CalamineWorkbook.from_path(tmp_path / "list.xlsx").get_sheet_by_name("Rows").to_python()
    assert cell == "x" * LONGEST_TEXT


@given(st.integers(0, 20_000))
def test_a_column_has_the_letter_that_a_spreadsheet_gives_it(position: int) -> None:
    assert letter(position) == xl_col_to_name(position)
