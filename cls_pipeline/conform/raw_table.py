"""A table as text, as it stood in the file: its header, its rows with their numbers, and rows that did not fit.

The shapes and checks that CSV and workbook share; how bytes become text belongs in `read`, `csv_table`, `xlsx_table`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl

ROW = "__row"


class UnreadableTable(Exception):
    """The table cannot be read as its profile says; `meaning` tells what was found, `remedy` what to do."""

    def __init__(self, rule_id: str, meaning: str, remedy: str, row: int | None = None):
        self.rule_id, self.meaning, self.remedy, self.row = rule_id, meaning, remedy, row
        super().__init__(f"{meaning} {remedy}")


@dataclass(frozen=True)
class Misfit:
    """A row with more or fewer fields than the header: its number as a spreadsheet shows it, its fields, its text."""

    row: int
    fields: int
    text: str


@dataclass(frozen=True)
class RawTable:
    """A table as text: a column per header plus `__row` (its row number as a spreadsheet shows it)."""

    frame: pl.DataFrame
    header: tuple[str, ...]
    misfits: list[Misfit] = field(default_factory=list)
    blank_rows: int = 0

    @property
    def rows_delivered(self) -> int:
        """Every row under the header, blank ones and misfits included."""
        return self.frame.height + len(self.misfits) + self.blank_rows


def check_header(names: Sequence[str], row: int) -> tuple[str, ...]:
    """The column names, white space as one blank, columns without a name numbered.

    Raises:
        UnreadableTable: the row is empty or repeats a name. The name is not shown: where the header is missing, it
            is a person's.
    """
    header = tuple(re.sub(r"\s+", " ", name).strip() for name in names)
    if not any(header):
        raise UnreadableTable(
            "file.header", f"Row {row} should hold the column names and is empty.", "Export it again.", row
        )
    for position, name in enumerate(header):
        if name and name in header[:position]:
            raise UnreadableTable(
                "file.header",
                f"The columns {header.index(name) + 1} and {position + 1} have the same name in row {row}.",
                "Remove or rename one of them and send it again.",
                row,
            )
    return tuple(name or f"(column {position})" for position, name in enumerate(header, 1))


def raw_table(
    frame: pl.DataFrame, header: tuple[str, ...], header_row: int, misfits: list[Misfit], empty: Sequence[int] = ()
) -> RawTable:
    """The table with its rows numbered and blank rows set aside.

    Args:
        frame: the rows that fit the header.
        header: its column names.
        header_row: the number of the header's row.
        misfits: rows that do not fit.
        empty: the numbers of rows that neither fit nor hold anything.
    """
    first, aside = header_row + 1, [*(misfit.row for misfit in misfits), *empty]
    rows = pl.int_range(first, first + frame.height + len(aside), dtype=pl.Int64, eager=True)
    numbered = frame.with_columns((rows.filter(~rows.is_in(aside)) if aside else rows).alias(ROW))
    if not (frame[header[0]].str.strip_chars() == "").any():  # only then can a row be blank
        return RawTable(numbered, header, misfits, len(empty))
    blank = pl.all_horizontal(pl.col(name).str.strip_chars() == "" for name in header)
    kept = numbered.filter(~blank)
    return RawTable(kept, header, misfits, len(empty) + frame.height - kept.height)
