"""What the programme may have contributed to a figure: changes of level at its start, held against what it is not.

Four designs (`contribution_design`), each weak in its own way, and none of them shows a cause; here they are told, and
their means over the programme. Reading and writing do not belong here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.evidence.change import pooled
from cls_pipeline.evidence.comparison_line import Line, line_of, told
from cls_pipeline.evidence.contribution_design import (
    Row,
    World,
    before_after,
    comparators,
    innovation_areas,
    not_yet_begun,
)

#: Of fewer sites there is no mean over the programme.
LEAST_POOLED: Final = 3

SCHEMA: Final[Mapping[str, type[pl.DataType]]] = {
    "design": pl.String,
    "site_id": pl.String,
    "area": pl.String,
    "metric_id": pl.String,
    "nation": pl.String,
    "period_from": pl.Date,
    "period_until": pl.Date,
    "estimate": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "unit": pl.String,
    "points_before": pl.Int32,
    "points_after": pl.Int32,
    "compared_with": pl.Int32,
    "method": pl.String,
    "caveat": pl.String,
    "is_shown": pl.Boolean,
    "why_not": pl.String,
}
METHODS: Final = {
    "innovation_area": (
        "Difference in differences: the innovation area less the rest of its site, after the start there and before the"
        " next area began, against up to three years before; season, trend and breaks that both share fall out."
    ),
    "before_after": (
        "Interrupted time series: up to two years after the site's first start against the trend and season of up to"
        " three years before, with breaks that no link carries as steps; the mean gap over the points after."
    ),
    "not_yet_begun": (
        "Difference in differences: the site less the sites of its nation that had not begun by the end of the span, up"
        " to two years after its first start against up to three years before."
    ),
    "comparators": (
        "Difference in differences: the site's published figure less the mean of its nation's councils outside the"
        " programme, up to two years after its first start against up to three years before; the interval from how far"
        " those councils' own changes differ."
    ),
}
POOLED: Final = " Mean over sites by random effects (Paule and Mandel; Hartung and Knapp's error)."
NOT_A_CAUSE: Final = "Contribution, not attribution: what else changed in these years is in it."
CAVEATS: Final = {
    "innovation_area": (
        " The area was chosen, not drawn; it began a year or so before the rest, so little of a slow effect is seen."
    ),
    "before_after": " A site is its own comparison here: whatever came at the same time, such as spring 2020, counts.",
    "not_yet_begun": " Sites that began later may have been others from the first.",
    "comparators": " Few years; councils that joined may have been others from the first.",
}


def contributions(
    series: pl.DataFrame, programme: pl.DataFrame, breaks: pl.DataFrame, sites: pl.DataFrame, metrics: pl.DataFrame
) -> pl.DataFrame:
    """Every estimate that can be made, and for those that can't be, why; columns as in SCHEMA.

    Args:
        series: `site_id`, `area`, `metric_id`, `grain`, `period_start`, `value` (carried across breaks by their links),
            `people` (on which the figure rests; null where it is none of people), one definition of each metric.
        programme: `site_id`, `area`, `start_date`, `is_innovation`.
        breaks: `site_id`, `metric_id`, `break_date` of breaks that no link carries.
        sites: `site_id` and `nation`, of sites and of other councils.
        metrics: `metric_id`, `unit`, `comparability` and `is_published`. Neutral figures should be left out: a change
            in them is neither better nor worse.

    A site's row says its own estimate; `programme` is the mean over the sites of a nation, or over all where the metric
    is the same in all (`comparability` is `full`; `nation` is then null).
    """
    world = _world(series, programme, breaks, sites, metrics)
    rows = [row for design in (innovation_areas, before_after, not_yet_begun, comparators) for row in design(world)]
    is_full = set(metrics.filter(pl.col("comparability") == "full")["metric_id"])
    told_rows = [_told(row, world.nations[row.site_id]) for row in rows]
    return pl.DataFrame([*told_rows, *_programme(rows, world, is_full)], schema=dict(SCHEMA))


def _world(
    series: pl.DataFrame, programme: pl.DataFrame, breaks: pl.DataFrame, sites: pl.DataFrame, metrics: pl.DataFrame
) -> World:
    units = {str(metric): str(unit) for metric, unit in metrics.select("metric_id", "unit").iter_rows()}
    grains = {str(metric): str(grain) for metric, grain in series.select("metric_id", "grain").unique().iter_rows()}
    lines: dict[str, dict[tuple[str, str], Line]] = {}
    for (site, area, metric), rows in series.group_by("site_id", "area", "metric_id"):
        if str(metric) in units:
            line = line_of(rows, grains[str(metric)], units[str(metric)])
            lines.setdefault(str(metric), {})[str(site), str(area)] = line
    begun = programme.group_by("site_id").agg(start=pl.min("start_date"))
    others = programme.filter(~pl.col("is_innovation")).group_by("site_id").agg(rest=pl.min("start_date"))
    own = programme.filter("is_innovation").join(others, on="site_id", how="left")
    of_site: dict[tuple[str, str], list[date]] = {}
    for site, metric, day in breaks.select("site_id", "metric_id", "break_date").iter_rows():
        of_site.setdefault((site, metric), []).append(day)
    return World(
        lines,
        grains,
        units,
        frozenset(metrics.filter("is_published")["metric_id"]),
        of_site,
        dict(sites.select("site_id", "nation").iter_rows()),
        {site: day for site, day in begun.iter_rows() if site is not None},
        {
            site: (area, start, rest)
            for site, area, start, rest in own.select("site_id", "area", "start_date", "rest").iter_rows()
        },
    )


def _told(row: Row, nation: str) -> dict[str, object]:
    before = row.line.place(row.first)
    days = _days(row.line, row.grain)
    estimate, low, high, unit = told(row.change, row.unit) if row.change else (None, None, None, None)
    return {
        "design": row.design,
        "site_id": row.site_id,
        "area": row.area,
        "metric_id": row.metric_id,
        "nation": nation,
        "period_from": days[0],
        "period_until": days[1],
        "estimate": estimate,
        "low": low,
        "high": high,
        "unit": unit,
        "points_before": before,
        "points_after": len(row.line.numbers) - before,
        "compared_with": row.compared_with,
        "method": METHODS[row.design],
        "caveat": NOT_A_CAUSE + CAVEATS[row.design] + row.caveat,
        "is_shown": row.change is not None,
        "why_not": row.why_not,
    }


def _days(line: Line, grain: str) -> tuple[date | None, date | None]:
    """First day of the first point's period, and of the last's."""
    if not len(line.numbers):
        return None, None
    first, last = (_first_day(int(line.numbers[at]), grain) for at in (0, -1))
    return first, last


def _first_day(number: int, grain: str) -> date:
    if grain == "year":
        return date(number, 4, 1)
    months = number if grain == "month" else 3 * number
    return date(months // 12, months % 12 + 1, 1)


def _programme(rows: list[Row], world: World, is_full: set[str]) -> Iterator[dict[str, object]]:
    """The mean over sites, by design, metric and nation; over all nations too where the metric is the same in all."""
    groups: dict[tuple[str, str, str | None], list[Row]] = {}
    for row in rows:
        if row.change is not None:
            groups.setdefault((row.design, row.metric_id, world.nations[row.site_id]), []).append(row)
            if row.metric_id in is_full:
                groups.setdefault((row.design, row.metric_id, None), []).append(row)
    for (design, metric, nation), found in sorted(groups.items(), key=lambda item: (*item[0][:2], item[0][2] or "")):
        if len(found) < LEAST_POOLED:
            continue
        change = pooled([row.change for row in found if row.change is not None])
        estimate, low, high, unit = told(change, world.units[metric])
        begun, ended = zip(*(_days(row.line, row.grain) for row in found), strict=True)
        yield {
            "design": design,
            "site_id": "programme",
            "area": "all",
            "metric_id": metric,
            "nation": nation,
            "period_from": min(day for day in begun if day),
            "period_until": max(day for day in ended if day),
            "estimate": estimate,
            "low": low,
            "high": high,
            "unit": unit,
            "points_before": sum(row.line.place(row.first) for row in found),
            "points_after": sum(len(row.line.numbers) - row.line.place(row.first) for row in found),
            "compared_with": len(found),
            "method": METHODS[design] + POOLED,
            "caveat": NOT_A_CAUSE + CAVEATS[design],
            "is_shown": True,
            "why_not": None,
        }
