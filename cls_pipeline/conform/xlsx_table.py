"""Reads a sheet of a workbook as text; an error in a cell stays what Excel shows (#N/A), it does not become empty."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NoReturn

import polars as pl
from rapidfuzz import process

from cls_pipeline.conform.raw_table import RawTable, UnreadableTable, check_header, raw_table
from cls_pipeline.registry import FileFormat

if TYPE_CHECKING:
    import fastexcel

CELL_ERRORS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


@lru_cache(maxsize=1)
def _open(content: bytes) -> fastexcel.ExcelReader:
    """The workbook, opened once for all its sheets."""
    import fastexcel

    return fastexcel.read_excel(content)


def read_xlsx(content: bytes, layout: FileFormat) -> RawTable:
    """The table in a sheet, the first one where the profile names none.

    Raises:
        UnreadableTable: the workbook cannot be opened, or the sheet or its header is missing.
    """
    import fastexcel

    try:
        workbook = _open(content)
        sheets = workbook.sheet_names
        if sheets and layout.sheet is not None and layout.sheet not in sheets:
            _refuse_sheet(layout.sheet, sheets)
        frame = _cells(workbook, layout.sheet or 0)
    except fastexcel.FastExcelError as error:
        raise UnreadableTable(
            "file.cut_off",
            "The workbook cannot be opened: it is damaged, cut off or no .xlsx file.",
            "Save it again as .xlsx and send it again.",
        ) from error
    table = frame[layout.title_rows :]
    if not table.height:
        raise UnreadableTable(
            "file.header", "The sheet has no row of column names.", "Export it again.", layout.title_rows + 1
        )
    used = [not column.is_null().all() for column in table.iter_columns()]
    width = max((position for position, filled in enumerate(used, 1) if filled), default=0)
    header = check_header([value or "" for value in table.row(0)[:width]], layout.title_rows + 1)
    body = table[1:, :width].with_columns(pl.all().fill_null(""))
    body.columns = list(header)
    return raw_table(body, header, layout.title_rows + 1, [])


def _cells(workbook: fastexcel.ExcelReader, sheet: str | int) -> pl.DataFrame:
    """Every cell of a sheet as text, empty rows at the top included, without which the row numbers would be off."""
    loaded = workbook.load_sheet(sheet, header_row=None, skip_rows=0, dtypes="string", skip_whitespace_tail_rows=True)
    batch, errors = loaded.to_arrow_with_errors()
    frame = pl.DataFrame(pl.from_arrow(batch))
    for row, column, text in [_cell_error(error) for error in (errors.errors if errors else [])]:
        frame[row, column] = text
    return frame


def _cell_error(error: fastexcel.CellError) -> tuple[int, int, str]:
    row, column = error.offset_position
    kind = re.search(r"Error\((\w+)\)", error.detail)
    return row, column, CELL_ERRORS.get(kind[1], "#ERROR") if kind else "#ERROR"


def _refuse_sheet(name: str, sheets: list[str]) -> NoReturn:
    nearest = process.extractOne(name, sheets)
    raise UnreadableTable(
        "sheet.missing",
        f"The sheet {name!r} is missing; the workbook has {', '.join(map(repr, sheets))}.",
        f"Name the sheet {name!r} again (perhaps {nearest[0]!r} was renamed) and send it again.",
    )
