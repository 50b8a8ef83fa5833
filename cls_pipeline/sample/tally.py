"""Counting the truth: what happened in each month, and what was open at the end of each, for a place and its areas.

Which metric counts what is in `truth.py`. Counts have a row for the place as a whole, then one for each area, and a
column for each month.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Numbers, Positions
from cls_pipeline.sample.days import month_end, number

#: The name of all areas together.
ALL = "all"

#: Later than any day: the end of what is still open.
FAR = 2_000_000

COLUMNS = ("area", "metric_id", "month", "numerator", "denominator", "value")


@dataclass(frozen=True)
class Calendar:
    """The months that are counted, and the areas that are counted beside the place as a whole."""

    months: list[date]
    areas: tuple[str, ...] = ()

    @property
    def ends(self) -> Positions:
        """The last day of each month."""
        return np.array([number(month_end(month)) for month in self.months], dtype=np.int64)

    def table(
        self, metric: str, value: Numbers, numerator: Numbers | None = None, denominator: Numbers | None = None
    ) -> pl.DataFrame:
        """The figures of a metric, a row for each area and month; what is not a number is null."""
        names, size = (ALL, *self.areas), len(self.months)
        none = np.full(len(names) * size, np.nan)
        figures = {"numerator": numerator, "denominator": denominator, "value": value}
        return pl.DataFrame(
            {
                "area": [name for name in names for _ in range(size)],
                "metric_id": pl.repeat(metric, len(names) * size, eager=True),
                "month": pl.Series(self.months * len(names), dtype=pl.Date),
                **{name: none if one is None else one.ravel() for name, one in figures.items()},
            }
        ).with_columns(pl.col("numerator", "denominator", "value").fill_nan(None))

    def counts(self, events: pl.DataFrame, day: str) -> Numbers:
        """Events of each month by their dates; those without a date are not counted."""
        dated = events.filter(pl.col(day).is_not_null())
        days = day_numbers(dated[day])
        month = np.searchsorted(self.ends, days)
        within = (month < len(self.months)) & (days >= (number(self.months[0]) if self.months else FAR))
        return self.sums(month[within], self.area_rows(dated)[within])

    def open_at_ends(self, events: pl.DataFrame, start: str, end: str, weight: Numbers | None = None) -> Numbers:
        """How many (or how much) had begun by the end of each month and not ended."""
        weights = np.ones(events.height) if weight is None else weight
        return self._open(day_numbers(events[start]), day_numbers(events[end]), self.area_rows(events), weights)

    def people_open_at_ends(self, stretches: pl.DataFrame, start: str, end: str) -> Numbers:
        """People with a stretch open at the end of each month, each once; in two areas once in each."""
        person = stretches["person_number"].to_numpy()
        begins, ends, area = day_numbers(stretches[start]), day_numbers(stretches[end]), self.area_rows(stretches)
        who, first, last = merge(person, begins, ends)
        counted = self._open(first, last, np.zeros_like(who), np.ones(len(who)))
        if self.areas:
            # A person in an area is somebody of their own.
            several = len(self.areas) + 1
            who, first, last = merge(person * several + area, begins, ends)
            counted[1:] = self._open(first, last, who % several, np.ones(len(who)))[1:]
        return counted

    def area_rows(self, events: pl.DataFrame) -> Positions:
        """Position of each event's area."""
        if not self.areas:
            return np.zeros(events.height, dtype=np.int64)
        area = events["area"]
        if area.dtype == pl.Enum(self.areas):
            return area.to_physical().to_numpy().astype(np.int64)
        known = {name: place for place, name in enumerate(self.areas)}
        return area.cast(pl.String).replace_strict(known, return_dtype=pl.Int64).to_numpy()

    def sums(self, month: Positions, area: Positions, weight: Numbers | None = None) -> Numbers:
        """Events, or their weights, by position of the month and of the area."""
        size = len(self.months)
        rows = np.zeros((1 + len(self.areas), size))
        rows[0] = np.bincount(month, weight, size)
        if self.areas:
            rows[1:] = np.bincount(area * size + month, weight, size * len(self.areas)).reshape(-1, size)
        return rows

    def _open(self, begins: Positions, ends: Positions, area: Positions, weight: Numbers) -> Numbers:
        total = np.zeros((1 + len(self.areas), len(self.months)))
        lasting = ends > begins
        for days, sign in ((begins, 1.0), (ends, -1.0)):
            month = np.searchsorted(self.ends, days)
            within = lasting & (month < len(self.months))
            total += self.sums(month[within], area[within], sign * weight[within])
        counted: Numbers = np.cumsum(total, axis=1)
        return counted


def day_numbers(days: pl.Series) -> Positions:
    """Dates as day numbers; what has no date yet is FAR."""
    return days.cast(pl.Int32).fill_null(FAR).to_numpy().astype(np.int64)


def covered_until(lines: pl.DataFrame) -> pl.Series:
    """The first day that each cost line covers no more, null while it goes on.

    A line covers its last day, but for one on which the same person's next line for the same component begins.
    """
    who = [name for name in ("site_id", "person_number", "service_component") if name in lines.columns]
    by_week = lines.filter(pl.col("cost_frequency").cast(pl.String) != "one_off")
    begun = by_week.group_by(*who, end_date="start_date").agg(begun=pl.len())
    beside = lines.select(*who, "start_date", "end_date").join(
        begun, on=[*who, "end_date"], how="left", maintain_order="left"
    )
    itself = (pl.col("start_date") == pl.col("end_date")).cast(pl.UInt32)
    is_followed = pl.col("begun").fill_null(0) > itself
    return beside.select(
        pl.when(is_followed).then("end_date").otherwise(pl.col("end_date").dt.offset_by("1d"))
    ).to_series()


def merge(who: Positions, begins: Positions, ends: Positions) -> tuple[Positions, Positions, Positions]:
    """Stretches of the same one that overlap or touch, made one: who, begin and end."""
    lasting = ends > begins
    who, begins, ends = who[lasting], begins[lasting], ends[lasting]
    if not len(who):
        return who, begins, ends
    order = np.lexsort((begins, who))
    who, begins, ends = who[order], begins[order], ends[order]
    # Everybody's days on a stretch of line of their own, so that one running maximum serves all.
    offset = who * (2 * FAR)
    covered = np.maximum.accumulate(ends + offset)
    first = np.concatenate([[True], (begins + offset)[1:] > covered[:-1]])
    last = np.concatenate([first[1:], [True]])
    return who[first], begins[first], (covered - offset)[last]
