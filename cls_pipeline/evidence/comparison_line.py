"""One series as the designs of `contribution` compare it: points in a row on the scale on which it is compared.

Counts, days and money are compared by ratio (on the logarithm), shares and scores by difference. Which lines are held
against which is decided in `contribution`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from cls_pipeline.evidence.change import Change
from cls_pipeline.evidence.wander import Numbers

PERIODS: Final = {"month": 12, "quarter": 4, "year": 1}
#: A count of nothing stands for less than one; half of one has a logarithm.
HALF: Final = 0.5


@dataclass(frozen=True)
class Line:
    """Points in order: `numbers` of periods, `values` on the scale, and the `people` (or cases) that each rests on;
    `is_ratio` where the scale is the logarithm."""

    numbers: NDArray[np.int64]
    values: Numbers
    people: Numbers
    is_ratio: bool = False

    def between(self, first: int, last: int) -> Line:
        """The points from a period to another, both included."""
        return self.kept((self.numbers >= first) & (self.numbers <= last))

    def without(self, number: int) -> Line:
        """The line without a period."""
        return self.kept(self.numbers != number)

    def kept(self, kept: NDArray[np.bool_]) -> Line:
        """The points that are true in `kept`."""
        return replace(self, numbers=self.numbers[kept], values=self.values[kept], people=self.people[kept])

    @property
    def weights(self) -> Numbers:
        """The inverse of a point's variance but for a factor; alike where no people are told.

        Alike too where figures are compared by ratio: the people of a count are the count itself, and those of money
        and waits go up and down with it. A point that is high by chance would weigh more: with errors that resemble
        their neighbours' that gave 15 simulated sites a mean change of -30 % in people waiting where nothing had
        changed (-4 % if all weigh alike).
        """
        weights = np.where(np.isfinite(self.people), np.maximum(self.people, HALF), 1.0)
        return np.full_like(weights, weights.mean()) if self.is_ratio and len(weights) else weights

    def place(self, number: int) -> int:
        """How many points come before a period."""
        return int(np.searchsorted(self.numbers, number))

    def cases(self, first_after: int) -> float:
        """The fewer of the people before and after; infinite where none are told."""
        if not np.isfinite(self.people).any():
            return np.inf
        at = self.place(first_after)
        return float(min(np.nansum(self.people[:at]), np.nansum(self.people[at:])))

    def less(self, other: Line) -> Line:
        """The difference to another line in the periods of both; a point rests on as many as its thinner side."""
        numbers, own, its = np.intersect1d(self.numbers, other.numbers, return_indices=True)
        weights = 1 / (1 / self.weights[own] + 1 / other.weights[its])
        return Line(numbers, self.values[own] - other.values[its], weights)


def number_of(day: date, grain: str) -> int:
    """The number of the period that a day is in; a year begins in April."""
    if grain == "year":
        return day.year - (day.month < 4)
    months = 12 * day.year + day.month - 1
    return months if grain == "month" else months // 3


def first_after(start: date, grain: str) -> tuple[int, int | None]:
    """The first period that is wholly after a start, and the one that is in part, which belongs to neither side."""
    number = number_of(start, grain)
    begins = start.day == 1 and (
        grain == "month" or (grain == "quarter" and start.month % 3 == 1) or (grain == "year" and start.month == 4)
    )
    return (number, None) if begins else (number + 1, number)


def by_ratio(unit: str) -> bool:
    """Whether figures in the unit are compared by ratio."""
    return not unit.startswith(("percent", "points", "score"))


def line_of(rows: pl.DataFrame, grain: str, unit: str) -> Line:
    """A line of `period_start`, `value` and `people`, in order; what has no value is no point."""
    rows = rows.filter(pl.col("value").is_not_null()).sort("period_start")
    numbers = np.array([number_of(day, grain) for day in rows["period_start"]], dtype=np.int64)
    values = rows["value"].to_numpy().astype(np.float64)
    people = rows["people"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    is_ratio = by_ratio(unit)
    return Line(numbers, np.log(np.maximum(values, HALF)) if is_ratio else values, people, is_ratio)


def mean_line(lines: list[Line]) -> Line:
    """The mean of lines in the periods of all, each line counted by its people."""
    numbers = lines[0].numbers
    for line in lines[1:]:
        numbers = np.intersect1d(numbers, line.numbers)
    rows = [np.isin(line.numbers, numbers) for line in lines]
    values = np.array([line.values[row] for line, row in zip(lines, rows, strict=True)])
    weights = np.array([line.weights[row] for line, row in zip(lines, rows, strict=True)])
    return Line(numbers, (values * weights).sum(axis=0) / weights.sum(axis=0), weights.sum(axis=0))


def told(change: Change, unit: str) -> tuple[float, float, float, str]:
    """Estimate, low and high in the unit in which a change is told, and that unit."""
    sizes = change.estimate, change.low, change.high
    if by_ratio(unit):
        # An interval that says nothing is told as such, not as a number of twenty digits.
        grown = [round(100 * float(np.expm1(min(size, 7.0))), 2) for size in sizes]
        return grown[0], grown[1], grown[2], "percent"
    plain = [round(size, 3) for size in sizes]
    return plain[0], plain[1], plain[2], "percentage points" if unit.startswith("percent") else unit
