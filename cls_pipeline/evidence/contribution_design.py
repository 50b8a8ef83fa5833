"""The four designs of `contribution`: which points of a figure are held against which, and when no estimate is made.

The regression is in `change`, what a line is in `comparison_line`; how an estimate is told, in `contribution`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import numpy as np

from cls_pipeline.evidence.change import Change, against_placebos, level_change
from cls_pipeline.evidence.comparison_line import PERIODS, Line, first_after, mean_line, number_of

#: Years of points before and after a start: far from it, other things have changed.
YEARS_BEFORE: Final = 3
YEARS_AFTER: Final = 2
#: The fewest points before and after. Of fewer, no trend and no error can be told.
LEAST: Final = {"month": (24, 12), "quarter": (8, 4), "year": (3, 2)}
#: The fewest of a difference of two parts, which needs no trend and no season of its own.
LEAST_OF_DIFFERENCE: Final = {"month": (12, 6), "quarter": (5, 3), "year": (3, 2)}
#: The fewest people or cases on either side, before and after: no estimate is made of small numbers.
LEAST_PEOPLE: Final = 50
#: A step so many periods from the start can't be told from it.
NEAR: Final = {"month": 3, "quarter": 1, "year": 0}
#: Fewer comparators are two stories, not a comparison.
LEAST_PEERS: Final = 2
LEAST_COMPARATORS: Final = 10


@dataclass(frozen=True)
class Row:
    """One estimate, or why there is none, before it is told in words."""

    design: str
    site_id: str
    metric_id: str
    unit: str
    grain: str
    line: Line
    first: int
    change: Change | None = None
    why_not: str | None = None
    caveat: str = ""
    area: str = "all"
    compared_with: int = 0


@dataclass(frozen=True)
class World:
    """All that is compared: lines by metric, site and area; starts by site; what is known of sites and metrics."""

    lines: dict[str, dict[tuple[str, str], Line]]
    grains: dict[str, str]
    units: dict[str, str]
    published: frozenset[str]
    breaks: dict[tuple[str, str], list[date]]
    nations: dict[str, str]
    starts: dict[str, date]
    innovation: dict[str, tuple[str, date, date | None]]


def _span(line: Line, start: date, grain: str, until: date | None = None) -> tuple[Line, int]:
    """The points about a start, and the first period after it; a period that is in part after it goes."""
    first, between = first_after(start, grain)
    last = first + YEARS_AFTER * PERIODS[grain] - 1
    if until is not None:
        last = min(last, number_of(until, grain) - 1)
    since = first - YEARS_BEFORE * PERIODS[grain] - (between is not None)
    span = line.between(since, last)
    return (span if between is None else span.without(between)), first


def _too_few(line: Line, first: int, least: tuple[int, int]) -> str | None:
    before = line.place(first)
    if before < least[0]:
        return f"Too few points before the start: {before}, where {least[0]} are needed."
    after = len(line.numbers) - before
    if after < least[1]:
        return f"Too few points after the start: {after}, where {least[1]} are needed."
    return None


def _steps(world: World, site: str, metric: str, line: Line, first: int) -> tuple[list[int], bool]:
    """The first periods after breaks within the line, and whether one is too near the start to be told from it."""
    grain = world.grains[metric]
    numbers = [first_after(day, grain)[0] for day in world.breaks.get((site, metric), ())]
    if not len(line.numbers):
        return [], False
    within = [number for number in numbers if line.numbers[0] < number <= line.numbers[-1]]
    near = [number for number in within if abs(number - first) <= NEAR[grain]]
    return [number for number in within if number not in near], bool(near)


def innovation_areas(world: World) -> Iterator[Row]:
    """The innovation area against the rest of its site, until the next area begins."""
    for site, metric, line, rest in _of_innovation_areas(world):
        area = world.innovation[site][0]
        _, start, until = world.innovation[site]
        grain = world.grains[metric]
        own, first = _span(line, start, grain, until)
        other, _ = _span(rest, start, grain, until)
        gap = own.less(other)
        row = Row("innovation_area", site, metric, world.units[metric], grain, gap, first, area=area, compared_with=1)
        why_not = _too_few(gap, first, LEAST_OF_DIFFERENCE[grain])
        if why_not is None and min(own.cases(first), other.cases(first)) < LEAST_PEOPLE:
            why_not = f"Fewer than {LEAST_PEOPLE} people or cases on a side."
        yield _judged(world, row, why_not, parts_share_breaks=True)


def _of_innovation_areas(world: World) -> Iterator[tuple[str, str, Line, Line]]:
    """Site, metric, the line of the innovation area and that of the rest."""
    for metric, lines in sorted(world.lines.items()):
        for site, (area, _, _) in sorted(world.innovation.items()):
            own, rest = lines.get((site, area)), lines.get((site, "rest"))
            if own is not None and rest is not None:
                yield site, metric, own, rest


def _of_whole_sites(world: World, *, published: bool) -> Iterator[tuple[str, str, Line]]:
    for metric, lines in sorted(world.lines.items()):
        if (metric in world.published) != published or any(area != "all" for _, area in lines):
            continue
        for site in sorted(world.starts):
            line = lines.get((site, "all"))
            if line is not None:
                yield site, metric, line


def before_after(world: World) -> Iterator[Row]:
    """Each site against its own past: an interrupted time series."""
    for site, metric, line in _of_whole_sites(world, published=False):
        grain = world.grains[metric]
        span, first = _span(line, world.starts[site], grain)
        row = Row("before_after", site, metric, world.units[metric], grain, span, first)
        why_not = _too_few(span, first, LEAST[grain])
        if why_not is None and span.cases(first) < LEAST_PEOPLE:
            why_not = f"Fewer than {LEAST_PEOPLE} people or cases on a side."
        yield _judged(world, row, why_not, season=PERIODS[grain] if grain != "year" else 0)


def not_yet_begun(world: World) -> Iterator[Row]:
    """Each site against those of its nation that have not begun by the end of the span."""
    for site, metric, line in _of_whole_sites(world, published=False):
        grain = world.grains[metric]
        span, first = _span(line, world.starts[site], grain)
        unit = world.units[metric]
        row = Row("not_yet_begun", site, metric, unit, grain, span, first)
        why_not = _too_few(span, first, LEAST_OF_DIFFERENCE[grain])
        peers = [] if why_not else _peers(world, site, metric, span)
        if why_not is None and len(peers) < LEAST_PEERS:
            why_not = f"Fewer than {LEAST_PEERS} sites of the nation had a figure throughout and had not begun."
        if why_not is None and min(line.cases(first) for line in (span, *peers)) < LEAST_PEOPLE:
            why_not = f"Fewer than {LEAST_PEOPLE} people or cases on a side."
        gap = span if why_not else span.less(mean_line(peers))
        row = Row("not_yet_begun", site, metric, unit, grain, gap, first, compared_with=len(peers))
        yield _judged(world, row, why_not or _too_few(gap, first, LEAST_OF_DIFFERENCE[grain]))


def _peers(world: World, site: str, metric: str, span: Line) -> list[Line]:
    """Sites of the nation that begin after the span and have all of its points, with no break that no link carries."""
    grain, found = world.grains[metric], []
    for other, start in sorted(world.starts.items()):
        if other == site or world.nations[other] != world.nations[site]:
            continue
        line = world.lines[metric].get((other, "all"))
        if line is None or number_of(start, grain) <= span.numbers[-1]:
            continue
        its = line.between(int(span.numbers[0]), int(span.numbers[-1]))
        steps, near = _steps(world, other, metric, its, int(span.numbers[0]))
        if np.isin(span.numbers, its.numbers).all() and not steps and not near:
            found.append(its)
    return found


def comparators(world: World) -> Iterator[Row]:
    """Published figures of each site against those of its nation's councils outside the programme."""
    for site, metric, line in _of_whole_sites(world, published=True):
        grain = world.grains[metric]
        span, first = _span(line, world.starts[site], grain)
        why_not = _too_few(span, first, LEAST[grain])
        others = [] if why_not else _councils(world, site, metric, span, first)
        row = Row("comparators", site, metric, world.units[metric], grain, span, first, compared_with=len(others))
        if why_not is None and len(others) < LEAST_COMPARATORS:
            why_not = (
                f"Fewer than {LEAST_COMPARATORS} councils outside the programme have the figure in all these years."
            )
        if why_not is None and _steps(world, site, metric, span, first)[1]:
            why_not = "A break of the series stands too near the start to be told from it."
        change = None if why_not else against_placebos(_mean_change(span, first), np.array(others))
        yield replace(row, change=change, why_not=why_not)


def _councils(world: World, site: str, metric: str, span: Line, first: int) -> list[float]:
    found = []
    for (other, _), line in sorted(world.lines[metric].items()):
        is_other = other not in world.starts and world.nations.get(other) == world.nations[site]
        if not is_other or not np.isin(span.numbers, line.numbers).all():
            continue
        kept = np.isin(line.numbers, span.numbers)
        found.append(_mean_change(line.kept(kept), first))
    return found


def _mean_change(line: Line, first: int) -> float:
    at = line.place(first)
    return float(line.values[at:].mean() - line.values[:at].mean())


def _judged(world: World, row: Row, why_not: str | None, *, season: int = 0, parts_share_breaks: bool = False) -> Row:
    """The row with its change, or with why there is none."""
    steps, near = _steps(world, row.site_id, row.metric_id, row.line, row.first)
    if why_not is None and near and not parts_share_breaks:
        why_not = "A break of the series stands too near the start to be told from it."
    caveat = ""
    change = None
    if why_not is None:
        kept = [] if parts_share_breaks else steps
        line = row.line
        change = level_change(line.numbers, line.values, line.weights, row.first, kept, season=season)
        why_not = None if change else "Too few points beside the breaks of the series."
        if parts_share_breaks and (steps or near):
            caveat = " A break of the series within the span is taken to have moved both parts alike."
    return replace(row, change=change, why_not=why_not, caveat=caveat)
