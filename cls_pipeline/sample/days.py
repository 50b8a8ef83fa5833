"""Days as whole numbers since 1970-01-01: the span that is simulated, months, and the days on which people call.

Nothing here knows what happens on a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Days, Numbers, Positions, Stream

EPOCH = date(1970, 1, 1)

#: Later than any day of the world: "has not happened". A frame shows it as null.
NEVER = 1_000_000

#: Requests before the first month, so that some people already wait when it begins.
WARM_UP_DAYS = 150

#: Contacts by month of the year against an average month; winter and the return from holidays are busy. Assumed.
SEASON = (1.08, 1.00, 1.05, 0.96, 1.00, 1.00, 1.02, 0.93, 1.01, 1.04, 1.03, 0.88)

#: Contacts by day of the week, Monday first. Assumed.
WEEKDAYS = (1.15, 1.10, 1.05, 1.02, 0.95, 0.12, 0.08)

#: Spring 2020: first calls fell away, then came back. Assumed.
SHOCK = {(2020, 4): 0.55, (2020, 5): 0.65, (2020, 6): 0.85, (2020, 9): 1.10, (2020, 10): 1.08}

#: Growth of contacts a year. Assumed.
GROWTH = 0.02


@dataclass(frozen=True)
class Span:
    """The simulated days, both included. `start` is the first of a month."""

    start: date
    until: date

    @property
    def first(self) -> int:
        return number(self.start)

    @property
    def last(self) -> int:
        return number(self.until)

    @property
    def years(self) -> float:
        return (self.last - self.first + 1) / 365.25

    @property
    def months(self) -> list[date]:
        """The first day of every month that has ended by the last day."""
        return [month for month in month_starts(self.start, self.until) if month_end(month) <= self.until]


def span_of(years: int, until: date) -> Span:
    """The years that end on `until`, from the first of a month."""
    month = until.replace(day=1) if until != month_end(until) else (until + timedelta(days=1))
    return Span(month.replace(year=month.year - years), until)


def number(day: date) -> int:
    """The day as a whole number."""
    return (day - EPOCH).days


def month_starts(start: date, until: date) -> list[date]:
    """The first of every month that begins between the two days."""
    count = (until.year - start.year) * 12 + until.month - start.month
    months = [start.year * 12 + start.month - 1 + step for step in range(count + 1)]
    return [date(month // 12, month % 12 + 1, 1) for month in months]


def month_end(month: date) -> date:
    """The last day of the month."""
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return following - timedelta(days=1)


def days(values: Days) -> pl.Series:
    """Day numbers as dates, NEVER as null."""
    series = pl.Series(values, dtype=pl.Int32)
    return pl.select(pl.when(series < NEVER).then(series)).to_series().cast(pl.Date)


def busy_days(rng: Stream, first: int, last: int, size: int) -> Days:
    """`size` days on which somebody calls, by season, weekday, growth and the shock of spring 2020; sorted."""
    limits = np.cumsum(_weights(np.arange(first, last + 1)))
    drawn = np.searchsorted(limits / limits[-1], np.sort(rng.random(size)), side="right")
    return (first + drawn).astype(np.int32)


def _weights(days: Positions) -> Numbers:
    """How many call on each day against others."""
    growth = (1 + GROWTH) ** ((days - number(date(2016, 4, 1))) / 365.25)
    month = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weights: Numbers = np.array(SEASON)[month] * np.array(WEEKDAYS)[(days + 3) % 7] * shock_on(days) * growth
    return weights


def shock_on(days: Positions) -> Numbers:
    """What spring 2020 left of an average month's contacts, for each day; 1 in all other months."""
    months = np.asarray(days).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    left = np.ones(len(months))
    for (year, month), factor in SHOCK.items():
        left[months == (year - 1970) * 12 + month - 1] = factor
    return left
