"""Writes sheets of texts as a workbook, a row at a time: every cell is text or a number, never a formula or a link."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

import xlsxwriter

# Excel's own limits of a sheet and of a cell.
MOST_ROWS: Final = 1_048_576
LONGEST_TEXT: Final = 32_767
# The same rows give the same bytes only if the workbook does not say when it was made.
MADE: Final = datetime(2000, 1, 1)
WIDEST: Final = 60


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its columns with their widths in characters, its rows."""

    name: str
    columns: dict[str, int]
    rows: Iterable[Sequence[str | int]]


def write_workbook(path: Path, sheets: Sequence[Sheet], few: bool = False) -> None:
    """Writes the sheets in their order, each with a header that stays in sight and a filter.

    What does not fit a sheet (`MOST_ROWS`) is left out; a text is cut at `LONGEST_TEXT`. Rows are written as they
    come and are not kept in memory, unless they are few; drafts of the sheets lie beside the file, where nobody else
    can read them.
    """
    how: dict[str, bool | str] = {"in_memory": True} if few else {"constant_memory": True, "tmpdir": str(path.parent)}
    options = how | {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(path, options) as book:
        book.set_properties({"created": MADE})
        bold = book.add_format({"bold": True})
        # Text stays text even where somebody edits the cell.
        text = book.add_format({"num_format": "@", "quote_prefix": True})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            page.freeze_panes(1, 0)
            for place, width in enumerate(sheet.columns.values()):
                page.set_column(place, place, min(width, WIDEST))
            for place, name in enumerate(sheet.columns):
                page.write_string(0, place, name, bold)
            last = 0
            for last, row in _numbered(sheet.rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, int):
                        page.write_number(last, place, cell)
                    elif cell:
                        page.write_string(last, place, cell[:LONGEST_TEXT], text)
            page.autofilter(0, 0, last, len(sheet.columns) - 1)


def _numbered(rows: Iterable[Sequence[str | int]]) -> Iterator[tuple[int, Sequence[str | int]]]:
    return zip(range(1, MOST_ROWS), rows, strict=False)
