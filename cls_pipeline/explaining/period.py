"""How a period is written on the command line and told in sentences. Which periods have a figure is asked elsewhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from cls_pipeline.explaining.asking import ExplainingError

STYLES = "a month as 2018-04, a quarter as 2018-Q1 (January to March) or 2017/18-Q4, a financial year as 2018/19"
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})-[Qq]([1-4])")
_YEAR = re.compile(r"(\d{4})/(\d{2})")
_YEAR_QUARTER = re.compile(r"(\d{4})/(\d{2})[- ][Qq]([1-4])")


@dataclass(frozen=True)
class Period:
    """A reporting period: `grain` is month, quarter or year; a year begins in April."""

    grain: str
    start: date

    def __str__(self) -> str:
        year = f"{self.start.year}/{(self.start.year + 1) % 100:02}"
        quarter = f"{self.start.year}-Q{(self.start.month + 2) // 3}"
        return {"month": f"{self.start:%Y-%m}", "quarter": quarter, "year": year}[self.grain]


def read_period(text: str) -> Period:
    """The period that a text means.

    Raises:
        ExplainingError: it is written in none of the styles.
    """
    if found := _MONTH.fullmatch(text):
        return Period("month", date(int(found[1]), int(found[2]), 1))
    if found := _QUARTER.fullmatch(text):
        return Period("quarter", date(int(found[1]), 3 * int(found[2]) - 2, 1))
    if (found := _YEAR.fullmatch(text)) and _follows(found[1], found[2]):
        return Period("year", date(int(found[1]), 4, 1))
    if (found := _YEAR_QUARTER.fullmatch(text)) and _follows(found[1], found[2]):
        year, quarter = int(found[1]), int(found[3])
        return Period("quarter", date(year + quarter // 4, (3 * quarter) % 12 + 1, 1))
    raise ExplainingError(f"{text!r} is no period. Expected: {STYLES}.")


def _follows(year: str, next_year: str) -> bool:
    return int(next_year) == (int(year) + 1) % 100
