"""Text becomes dates, numbers and periods; what cannot be read is null, never a guess.

Which text a column holds, and codes, belong in `translate`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date

import polars as pl

# A year before this is a misread two-digit year or a typing error, never an event.
FIRST_YEAR, LAST_YEAR = 1850, 9999


def by_distinct(text: pl.Series, read: Callable[[str], object], kind: pl.DataType) -> pl.Series:
    """Applies a function to each distinct text once; null stays null."""
    distinct = text.drop_nulls().unique().to_list()
    return text.replace_strict({item: read(item) for item in distinct}, default=None, return_dtype=kind)


def read_dates(text: pl.Series, formats: Sequence[str]) -> pl.Series:
    """Dates by the first format that reads them whole; null where none does, or the year cannot be meant."""
    out = pl.repeat(None, len(text), dtype=pl.Date, eager=True)
    for pattern in formats:
        if out.null_count() == text.null_count():
            break
        if "%H" in pattern:
            read = text.str.to_datetime(pattern, strict=False).dt.date()
        else:
            read = text.str.to_date(pattern, strict=False)
        out = out.zip_with(out.is_not_null(), read)
    year = out.dt.year()
    return out.zip_with((year >= FIRST_YEAR).fill_null(True) & (year <= LAST_YEAR).fill_null(True), out.clear(len(out)))


def read_numbers(text: pl.Series, kind: pl.DataType) -> pl.Series:
    """Numbers, without the pound sign and the thousands comma; null where the text is no finite number."""
    if text.str.contains_any(["£", ","]).any():
        text = text.str.replace(r"^(-?)£\s*", "$1")
        grouped = text.str.contains(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$").fill_null(False)
        text = text.str.replace_all(",", "", literal=True).zip_with(grouped, text)
    if kind.is_integer():
        text = text.str.replace(r"^(-?\d+)\.0+$", "$1")  # what programs make of whole numbers in a column with gaps
    number = text.cast(kind, strict=False)
    return number.set(~number.is_finite().fill_null(True), None) if kind == pl.Float64 else number


def _financial_year(text: str) -> date | None:
    match = re.fullmatch(r"(\d{4})\s*[-/]\s*(\d{2}|\d{4})", text.strip())
    if match is None or not str(int(match[1]) + 1).endswith(match[2]):
        return None
    return _first_of(int(match[1]), 4)


def _financial_quarter(text: str) -> date | None:
    match = re.fullmatch(r"(\d{4}[-/]\d{2,4})\s*Q([1-4])", text.strip())
    start = _financial_year(match[1]) if match else None
    if match is None or start is None:
        return None
    month = 4 + 3 * (int(match[2]) - 1)
    return _first_of(start.year + (month > 12), (month - 1) % 12 + 1)


def _month(text: str) -> date | None:
    match = re.fullmatch(r"(\d{4})-(\d{2})(-\d{2}( 00:00:00)?)?", text.strip())
    return _first_of(int(match[1]), int(match[2])) if match else None


def _first_of(year: int, month: int) -> date | None:
    return date(year, month, 1) if FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 else None


PERIODS: dict[str, Callable[[str], date | None]] = {
    "financial_year": _financial_year,
    "financial_quarter": _financial_quarter,
    "month": _month,
}
