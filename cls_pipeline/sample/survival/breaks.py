"""True breaks of the figures as recorded, and those that the warehouse tells of. What is a true one, is in `steps`."""

from __future__ import annotations

from datetime import date
from typing import Final

import duckdb
import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Numbers
from cls_pipeline.sample.survival.steps import Course, TrueStep, true_steps

#: Breaks of this size are to be found.
LEAST_SIZE: Final = 0.05
#: Months within which a break told counts as this one.
WITHIN: Final = 3

#: The figure that counts the people or records behind a figure, as true values go; shares count part of theirs.
STANDS_ON: Final = {
    "requests_received": "requests_received",
    "requests_resolved_at_first_contact": "requests_received",
    "people_waiting_for_assessment": "people_waiting_for_assessment",
    "people_with_long_term_support": "people_with_long_term_support",
    "weekly_cost_open_packages": "people_with_long_term_support",
}
FLOWS: Final = ("requests_received", "requests_resolved_at_first_contact")
SHARES: Final = ("requests_resolved_at_first_contact",)

TOLD: Final = """
    select
        site_id,
        metric_id,
        cast(date_trunc('month', break_date) as date) as month,
        size,
        how_known = 'detected' or verdict in ('linked', 'not comparable') as is_alarm
    from marts.series_break
    where how_known = 'detected' or verdict in ('linked', 'not comparable') or size_low > 0 or size_high < 0
"""


def breaks_found(con: duckdb.DuckDBPyConnection, figures: pl.DataFrame) -> pl.DataFrame:
    """True breaks of over 5 % and whether the warehouse tells of each, and alarms of what is no step.

    A break is told if within three months of it `series_break` tells of a step the same way: detected, or at a
    declared cutover with an interval without nought or a verdict that the series does not simply go on. An alarm is a
    step detected, or a cutover by which values are moved or set apart; it is false if nothing steps by 1 % within
    three months.

    Returns:
        `site_id`, `metric_id`, `month`, `size` (of the recorded against the true figure), `is_true`, `is_told`.
    """
    return compared_breaks(con.execute(TOLD).pl(), figures)


def compared_breaks(told: pl.DataFrame, figures: pl.DataFrame) -> pl.DataFrame:
    """As `breaks_found`, with what is told as the query gives it: `site_id`, `metric_id`, `month`, `size`
    and `is_alarm`."""
    key = ["site_id", "metric_id", "month"]
    counts = figures.select("site_id", "month", stands_on="metric_id", units="true_value")
    frames = (
        figures.with_columns(stands_on=pl.col("metric_id").replace_strict(STANDS_ON, default=None))
        .join(counts, on=["site_id", "month", "stands_on"], how="left")
        .sort(key)
        .group_by("site_id", "metric_id", maintain_order=True)
    )
    found: list[tuple[object, object, date, float, bool, bool]] = []
    for (site, metric), frame in frames:
        heard = told.filter((pl.col("site_id") == site) & (pl.col("metric_id") == metric))
        months = frame["month"].to_list()
        steps = true_steps(course_of(frame))
        for step in steps:
            if abs(step.size) >= np.log1p(LEAST_SIZE):
                near = [size for day, size in heard.select("month", "size").iter_rows() if _is_near(day, step, months)]
                is_told = any(size is None or size * step.size > 0 for size in near)
                found.append((site, metric, months[step.at], float(np.expm1(step.size)), True, is_told))
        for day in heard.filter("is_alarm")["month"].unique().sort():
            if not any(_is_near(day, step, months) for step in steps):
                found.append((site, metric, day, 0.0, False, True))
    schema = {"site_id": pl.String, "metric_id": pl.String, "month": pl.Date, "size": pl.Float64}
    return pl.DataFrame(found, schema={**schema, "is_true": pl.Boolean, "is_told": pl.Boolean}, orient="row")


def course_of(frame: pl.DataFrame) -> Course:
    """One site and metric in order of month (`metric_id`, `true_value`, `value_raw`, `units`) as `steps` takes it."""
    metric = frame["metric_id"][0]
    ratio = (frame["value_raw"] / frame["true_value"]).to_numpy().astype(np.float64)
    # Of a true nought nothing is a multiple: polars makes it infinite.
    logs: Numbers = np.log(np.where((ratio > 0) & np.isfinite(ratio), ratio, np.nan))
    if metric not in STANDS_ON:
        return Course(logs, None, True)
    share = frame["true_value"] / 100 if metric in SHARES else 1
    units = (frame["units"].cast(pl.Float64) * share).to_numpy().astype(np.float64)
    return Course(logs, units, metric in FLOWS)


def _is_near(day: date, step: TrueStep, months: list[date]) -> bool:
    """Whether a day's month is within three months of those at which a step may lie."""
    place = (day.year - months[0].year) * 12 + day.month - months[0].month
    return step.earliest - WITHIN <= place <= step.latest + WITHIN
