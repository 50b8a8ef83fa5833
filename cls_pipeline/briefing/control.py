"""Control charts of a site's monthly figures as the release has them: points, phases between breaks, and spells.

Limits and signals are `control_point`'s and nothing is computed anew; `control_words` says what they show.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import duckdb

from cls_pipeline.briefing.figures import TEAM, Figure, Metric, slug

MONTH = "month"
POINTS = """
select c.site_id, c.metric_id, c.definition_version, c.breakdown_value, c.period_start, c.value, c.segment, c.mean,
  c.lower_limit, c.upper_limit, c.signals, c.meaning, c.is_few_points
from marts.control_point as c
inner join marts.dim_site as s on c.site_id = s.site_id and s.kind = 'site'
order by c.site_id, c.metric_id, c.definition_version, c.breakdown, c.breakdown_value, c.period_start
"""
DECLARED = """
select site_id, metric_id, date_trunc('month', break_date)::date as month,
  string_agg(distinct split_part(note, ';', 1), '; ') as note
from marts.series_break
where starts_with(how_known, 'declared')
group by all
order by all
"""


class ControlPoint(NamedTuple):
    """One month of a chart: its figure, the limits of its phase, and the rules that it is part of."""

    start: date
    value: float
    segment: int
    mean: float
    low: float | None
    high: float | None
    signals: tuple[str, ...]
    meaning: str | None
    is_few: bool

    @property
    def side(self) -> str:
        """Where it lies from the mean of its phase."""
        return "above" if self.value > self.mean else "below" if self.value < self.mean else "on"


@dataclass(frozen=True)
class Phase:
    """Months between two declared breaks, which share their limits; `begun` is what the break's note says."""

    points: list[ControlPoint]
    begun: str

    @property
    def newest(self) -> ControlPoint:
        """Its last point, which has the limits of all."""
        return self.points[-1]


@dataclass
class Control:
    """The chart of one figure of a site, or of one of its teams (`team`)."""

    site_id: str
    metric: Metric
    version: int
    team: str | None
    points: list[ControlPoint] = field(default_factory=list)
    breaks: list[tuple[date, str]] = field(default_factory=list)

    @property
    def key(self) -> str:
        """Names its data among those of its site."""
        return slug(self.metric.metric_id, str(self.version), *([self.team] if self.team else []))

    @property
    def title(self) -> str:
        """What it charts."""
        return f"{self.metric.name}: {self.team}" if self.team else self.metric.name

    @property
    def newest(self) -> ControlPoint:
        """The last month with a figure."""
        return self.points[-1]

    @property
    def phases(self) -> list[Phase]:
        """In the order of time."""
        found: list[Phase] = []
        last = date.min
        for _, held in groupby(self.points, key=lambda point: point.segment):
            points = list(held)
            notes = [note for month, note in self.breaks if last < month <= points[0].start]
            found.append(Phase(points, "; ".join(notes) if found else ""))
            last = points[-1].start
        return found

    @property
    def spells(self) -> list[list[ControlPoint]]:
        """Points with a signal that follow each other within a phase on one side of its mean, in the order of time."""
        alike = groupby(self.points, key=lambda p: (bool(p.signals), p.segment, p.side, p.meaning))
        return [list(points) for (stands_out, *_), points in alike if stands_out]


def read_control(con: duckdb.DuckDBPyConnection, metrics: dict[str, Metric]) -> dict[str, list[Control]]:
    """The charts of each site, the whole site's before its teams'."""
    breaks: dict[tuple[str, str], list[tuple[date, str]]] = defaultdict(list)
    for site_id, metric_id, month, note in con.execute(DECLARED).fetchall():
        breaks[site_id, metric_id].append((month, note))
    found: dict[str, dict[tuple[Any, ...], Control]] = defaultdict(dict)
    for site_id, metric_id, version, part, *point in con.execute(POINTS).fetchall():
        team = None if part == "all" else part
        new = Control(site_id, metrics[metric_id], version, team, breaks=breaks[site_id, metric_id])
        start, value, segment, mean, low, high, signals, meaning, is_few = point
        found[site_id].setdefault((metric_id, version, team), new).points.append(
            ControlPoint(start, value, segment, mean, low, high, tuple(signals), meaning, is_few)
        )
    return {site_id: list(charts.values()) for site_id, charts in found.items()}


def by_team(charts: Iterable[Control]) -> dict[str, list[Control]]:
    """The charts of each team of a site, by its name; of two versions of a definition the newer."""
    held: dict[str, list[Control]] = defaultdict(list)
    for chart in charts:
        if chart.team is not None and chart.version == chart.metric.version:
            held[chart.team].append(chart)
    return {team: held[team] for team in sorted(held)}


def team_id(team: str) -> str:
    """Names a team's place on its site's page."""
    return slug(TEAM, team)


def of_wholes(charts: Iterable[Control], figures: Iterable[Figure]) -> dict[str, list[Control]]:
    """The charts of monthly figures of the whole site in their newest version, by the key of the figure."""
    keys = {figure.metric.metric_id: figure.key for figure in figures if figure.grain == MONTH and figure.part is None}
    held: dict[str, list[Control]] = defaultdict(list)
    for chart in charts:
        if chart.team is None and chart.metric.metric_id in keys and chart.version == chart.metric.version:
            held[keys[chart.metric.metric_id]].append(chart)
    return held
