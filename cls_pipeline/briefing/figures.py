"""What pages are made of: a figure, its series at each site, and the breaks in them. Nothing is read or worded here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import NamedTuple

# Verdicts behind which figures go on: see `docs/continuity.md`.
READS_ON = ("continuous", "linked", "not explained")
ALL, TEAM = "all", "team"


@dataclass(frozen=True)
class Metric:
    """One row of `dim_metric`, with its lists taken apart; `earlier` has older versions and their definitions."""

    metric_id: str
    version: int
    name: str
    definition: str
    numerator: str | None
    denominator: str | None
    unit: str
    direction: str
    owner: str
    nations: str
    comparability: str
    comparability_reason: str
    outcomes: tuple[int, ...]
    questions: tuple[int, ...]
    source_kind: str
    source: str
    earlier: tuple[tuple[int, str], ...] = ()

    @property
    def is_pooled(self) -> bool:
        """Whether sites of different nations may stand in one picture."""
        return self.comparability == "full"


class Point(NamedTuple):
    """One figure of a series: `value` and `raw` are None where it is withheld or there is none."""

    start: date
    end: date
    version: int
    value: float | None
    raw: float | None
    numerator: float | None
    denominator: float | None
    flags: tuple[str, ...]


@dataclass(frozen=True)
class Break:
    """One row of `series_break`; `size` is a share of the level before."""

    site_id: str
    day: date
    cause: str
    verdict: str
    size: float | None
    low: float | None
    high: float | None
    note: str


@dataclass
class Series:
    """One site's points in the order of time, and what breaks them."""

    site_id: str
    points: list[Point] = field(default_factory=list)
    breaks: list[Break] = field(default_factory=list)

    @property
    def shown(self) -> list[Point]:
        """The points that have a value, of the newest version only: two versions are two measures."""
        newest = self.points[-1].version if self.points else 0
        return [point for point in self.points if point.value is not None and point.version == newest]

    @property
    def versions(self) -> list[int]:
        """The versions of the definition that it is told by, the oldest first."""
        return sorted({point.version for point in self.points})

    @property
    def told(self) -> int:
        """How many points have a value, in any version."""
        return sum(point.value is not None for point in self.points)

    @property
    def reached(self) -> date:
        """The newest period that applies to the site."""
        applies = (point.start for point in reversed(self.points) if "not_applicable" not in point.flags)
        return next(applies, self.points[-1].start)

    def count(self, flag: str) -> int:
        """How many points carry a flag."""
        return sum(flag in point.flags for point in self.points)

    def at(self, start: date) -> Point | None:
        """The point of a period, in the newest version that tells it."""
        return next((point for point in reversed(self.points) if point.start == start), None)

    def year_before(self, point: Point) -> Point | None:
        """The point of the same period a year before where the two may be compared, else None."""
        earlier = self.at(point.start.replace(year=point.start.year - 1))
        if earlier is None or earlier.value is None or point.value is None or earlier.version != point.version:
            return None
        if {"partial", "not_comparable"} & {*earlier.flags, *point.flags}:
            return None
        between = (b for b in self.breaks if earlier.start < b.day <= point.end)
        return earlier if all(b.verdict in READS_ON for b in between) else None


@dataclass
class Figure:
    """A metric as it is shown: over the whole, or one part of it where no whole may be made (`part`).

    `parts` holds its breakdowns: by breakdown, then value, then site. They may be of another grain than the whole.
    `coarser` is the same metric over longer periods, where it is told so too.
    """

    metric: Metric
    grain: str
    part: tuple[str, str] | None = None
    part_name: str = ""
    series: dict[str, Series] = field(default_factory=dict)
    parts: dict[str, dict[str, dict[str, Series]]] = field(default_factory=dict)
    parts_grain: str = ""
    coarser: Figure | None = None
    is_coarser: bool = False

    @property
    def key(self) -> str:
        """Names its section and its data file."""
        return slug(self.metric.metric_id, *(self.part or ()), *([self.grain] if self.is_coarser else []))

    @property
    def title(self) -> str:
        """Its name, with the part where it is one and the grain where another stands before it."""
        name = f"{self.metric.name}: {self.part_name}" if self.part else self.metric.name
        return f"{name}, by {self.grain}" if self.is_coarser else name

    @property
    def compared(self) -> list[str]:
        """Breakdowns whose parts mean the same at every site: a team is its own site's."""
        return [breakdown for breakdown in self.parts if breakdown != TEAM]

    def points(self) -> Iterator[Point]:
        """Every point at every site."""
        for series in self.series.values():
            yield from series.points

    def all_parts(self) -> Iterator[Series]:
        """Every series of every breakdown."""
        for values in self.parts.values():
            for sites in values.values():
                yield from sites.values()

    def newest(self) -> date:
        """The newest period that at least half of the sites still telling it have reached.

        A site to which a period does not apply, as where a survey was not asked for, has not reached it.
        """
        last = sorted((series.reached for series in self.series.values() if series.points), reverse=True)
        still = [start for start in last if (last[0] - start).days <= 731]
        return still[(len(still) - 1) // 2]


@dataclass(frozen=True)
class Site:
    """One row of `dim_site` that has a page."""

    site_id: str
    name: str
    nation: str
    organisation: str | None
    is_confirmed: bool
    is_simulated: bool

    @property
    def page(self) -> str:
        """The file of its page."""
        return f"site-{slug(self.site_id)}.html"


def slug(*words: str) -> str:
    """Words as the name of a file and of a place on a page."""
    return "--".join(re.sub(r"[^a-z0-9_]+", "-", word.lower()).strip("-") for word in words)


def middle(values: list[float]) -> float | None:
    """The median, or None of nothing."""
    return median(values) if values else None
