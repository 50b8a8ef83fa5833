"""Codes that a site stopped using for a while although its peers went on: merged into another code, or not yet split
from it, when a form changed.

The records themselves tell: a code with a steady share that does not occur once in weeks in which dozens were due. What
was counted under it went somewhere else; where to is read off the code whose share rose by as much. What follows for a
figure is decided by whoever counts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.stats import beta

from cls_pipeline.evidence.code_partner import WINDOW, partners

#: How many of a code were due while none occurred. By chance that happens once in 160,000 times (e to the power of
#: -12), and ten years of a programme have a few thousand stretches between two records of a code.
LEAST_DUE: Final = 12.0
#: A code may stay away for some days by chance of the calendar.
SHORTEST: Final = 14
#: Codes that hardly took up the records are not told.
LEAST_PROBABLE: Final = 0.005
CONFIDENCE: Final = 0.95

Counts = npt.NDArray[np.int64]

ABSENCES: Final[dict[str, type[pl.DataType]]] = {
    "site_id": pl.String,
    "code": pl.String,
    "absent_from": pl.Date,
    "absent_until": pl.Date,
    "seen_before": pl.Boolean,
    "seen_after": pl.Boolean,
    "due": pl.Float64,
    "share": pl.Float64,
    "share_low": pl.Float64,
    "share_high": pl.Float64,
    "recorded_as": pl.String,
    "probability": pl.Float64,
}


@dataclass(frozen=True)
class Gap:
    """A code's absence from a day to the day before another; `outside` of `outside_all` records had it next to that."""

    place: int
    first: int
    until: int
    seen_before: bool
    seen_after: bool
    due: float
    outside: int
    outside_all: int

    @property
    def share(self) -> float:
        return self.outside / self.outside_all


@dataclass(frozen=True)
class Site:
    """A site's records: `until_day` is, for each day and a day more, how many of each code came before it."""

    name: str
    first: int
    until_day: Counts

    @property
    def end(self) -> int:
        """The day after the last."""
        return self.first + len(self.until_day) - 1

    def between(self, first: int | Counts, until: int | Counts) -> Counts:
        """Counts of each code from a day to the day before another; a row for each pair if several are given."""
        low, high = (np.clip(day, self.first, self.end) - self.first for day in (first, until))
        found: Counts = self.until_day[high] - self.until_day[low]
        return found

    def days_with(self, place: int) -> Counts:
        """The days on which a code was recorded."""
        found: Counts = self.first + np.flatnonzero(np.diff(self.until_day[:, place]))
        return found


def absences(daily: pl.DataFrame) -> pl.DataFrame:
    """The codes that were absent at a site while they were in use elsewhere.

    Args:
        daily: `site_id`, `day` (date), `code` and `records` (how many on that day); unknown codes left out.

    Returns:
        A row for each absence and code that may have taken up its records. `absent_from` is the day after the last
        record before it, `absent_until` the day before the next, both clipped to the days on which most sites use the
        code; `seen_before` and `seen_after` say whether there is such a record. `due` is how many records were to be
        expected, `share` that of all records before and after, with its interval (95 %, Clopper and Pearson's,
        Biometrika 26, 1934). `recorded_as` is the code that may have taken them up, `probability` how surely.
    """
    codes = daily["code"].unique().sort().to_list()
    sites = [
        _site(str(name), frame, codes)
        for (name,), frame in daily.sort("site_id", "day").group_by("site_id", maintain_order=True)
    ]
    uses = [_in_use(sites, place) for place in range(len(codes))]
    eras = sorted({day for use in uses if use for day in (use[0], use[1] + 1)})
    cases = [
        (site, [gap for place, use in enumerate(uses) if use for gap in _gaps(site, place, use)]) for site in sites
    ]
    found = []
    for (site, gaps), told in zip(cases, partners(cases, eras), strict=True):
        for gap, odds in zip(gaps, told, strict=True):
            low, high = _interval(gap.outside, gap.outside_all)
            days = _day(gap.first), _day(gap.until - 1), gap.seen_before, gap.seen_after
            found += [
                (site.name, codes[gap.place], *days, gap.due, gap.share, low, high, codes[place], float(odds[place]))
                for place in np.flatnonzero(odds >= LEAST_PROBABLE)
            ]
    return pl.DataFrame(found, schema=ABSENCES, orient="row").sort("site_id", "absent_from", "code", "recorded_as")


def _site(name: str, frame: pl.DataFrame, codes: list[str]) -> Site:
    days = frame["day"].cast(pl.Int32).to_numpy()
    place = frame["code"].replace_strict({code: n for n, code in enumerate(codes)}, return_dtype=pl.Int64).to_numpy()
    counts = np.zeros((int(days[-1] - days[0]) + 1, len(codes)), dtype=np.int64)
    np.add.at(counts, (days - days[0], place), frame["records"].to_numpy())
    return Site(name, int(days[0]), np.vstack([np.zeros((1, len(codes)), dtype=np.int64), counts.cumsum(axis=0)]))


def _in_use(sites: list[Site], place: int) -> tuple[int, int] | None:
    """The days between which the code is in use at most sites that ever use it: what is not is no site's doing."""
    used = [site.days_with(place) for site in sites]
    spans = [(int(days[0]), int(days[-1])) for days in used if len(days)]
    if len(spans) < 3:
        return None
    firsts, lasts = (np.array(ends) for ends in zip(*spans, strict=True))
    return int(np.median(firsts)), int(np.median(lasts))


def _gaps(site: Site, place: int, use: tuple[int, int]) -> list[Gap]:
    """The stretches without a code in which enough of it were due."""
    days = site.days_with(place)
    if not len(days):
        return []
    befores, afters = np.concatenate([[site.first - 1], days]), np.concatenate([days, [site.end]])
    first, until = np.maximum(befores + 1, use[0]), np.minimum(afters, use[1] + 1)
    outside = site.between(first - WINDOW, first) + site.between(until, until + WINDOW)
    part, whole = outside[:, place], outside.sum(axis=1)
    due = part / np.maximum(whole, 1) * site.between(first, until).sum(axis=1)
    return [
        Gap(
            place,
            int(first[at]),
            int(until[at]),
            bool(befores[at] >= days[0]),
            bool(afters[at] <= days[-1]),
            float(due[at]),
            int(part[at]),
            int(whole[at]),
        )
        for at in np.flatnonzero((until - first >= SHORTEST) & (due >= LEAST_DUE))
    ]


def _interval(part: int, whole: int) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    low = float(beta.ppf(tail, part, whole - part + 1)) if part else 0.0
    return low, float(beta.ppf(1 - tail, part + 1, whole - part))


def _day(number: int) -> date:
    return date.fromordinal(date(1970, 1, 1).toordinal() + number)
