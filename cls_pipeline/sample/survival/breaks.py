"""Breaks that truly are in the figures as recorded, and those that the warehouse tells of."""

from __future__ import annotations

from datetime import date
from typing import Final

import duckdb
import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Numbers

#: Smaller steps of the recorded against the true figure are no break.
LEAST_SIZE: Final = 0.05
#: A smaller step, where the warehouse tells of a break, is a false alarm.
REAL_SIZE: Final = 0.01
#: Months on either side over which the step is taken, and within which a break found counts as this one.
SPAN: Final = 6
WITHIN: Final = 3


def breaks_found(con: duckdb.DuckDBPyConnection, figures: pl.DataFrame) -> pl.DataFrame:
    """True breaks of over 5 % and whether the warehouse tells of each, and what it tells of that is none.

    A break counts as told if one stands within three months of it, declared or detected; only detected ones can be
    false alarms.

    Returns:
        `site_id`, `metric_id`, `month`, `size` (of the recorded against the true figure), `is_true`, `is_told`.
    """
    told = con.execute(
        "select distinct site_id, metric_id, cast(date_trunc('month', break_date) as date) as month, how_known"
        " from marts.series_break"
    ).pl()
    found: list[tuple[object, object, date, float, bool, bool]] = []
    for (site, metric), frame in figures.group_by("site_id", "metric_id", maintain_order=True):
        frame = frame.sort("month")
        heard = told.filter((pl.col("site_id") == site) & (pl.col("metric_id") == metric))
        matched: set[date] = set()
        for month, size in steps_of(frame):
            near = {day for day in heard["month"] if _apart(day, month) <= WITHIN}
            matched |= near
            found.append((site, metric, month, size, True, bool(near)))
        ratio, months = _ratio(frame), frame["month"].to_list()
        for day in heard.filter(pl.col("how_known") == "detected")["month"].unique().sort():
            if day in matched or day not in months:
                continue
            size = max((_step(ratio, months.index(day) + by) for by in (-1, 0, 1)), key=abs)
            if abs(size) < REAL_SIZE:
                found.append((site, metric, day, float(np.expm1(size)), False, True))
    schema = {"site_id": pl.String, "metric_id": pl.String, "month": pl.Date, "size": pl.Float64}
    return pl.DataFrame(found, schema={**schema, "is_true": pl.Boolean, "is_told": pl.Boolean}, orient="row")


def _ratio(frame: pl.DataFrame) -> Numbers:
    """The logarithm of the recorded against the true figure, not a number where either is missing or nought."""
    ratio = (frame["value_raw"] / frame["true_value"]).to_numpy().astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        logs: Numbers = np.log(np.where(ratio > 0, ratio, np.nan))
    return logs


def steps_of(frame: pl.DataFrame) -> list[tuple[date, float]]:
    """Months at which the recorded figure's ratio to the true one steps by over 5 % and stays.

    Args:
        frame: one site and metric in order of month: `month`, `true_value`, `value_raw`.
    """
    ratio = _ratio(frame)
    months, found = frame["month"].to_list(), []
    at = SPAN
    while at <= len(ratio) - SPAN:
        size = _step(ratio, at)
        if abs(size) >= np.log1p(LEAST_SIZE):
            best = max(range(at, min(at + SPAN, len(ratio) - SPAN) + 1), key=lambda n: abs(_step(ratio, n)))
            found.append((months[best], float(np.expm1(_step(ratio, best)))))
            at = best + SPAN
        at += 1
    return found


def _step(ratio: Numbers, at: int) -> float:
    """The median of the months after against that of the months before; 0 where too few are known."""
    before, after = ratio[at - SPAN : at], ratio[at : at + SPAN]
    if at < SPAN or np.isfinite(before).sum() < SPAN // 2 or np.isfinite(after).sum() < SPAN // 2:
        return 0.0
    return float(np.nanmedian(after) - np.nanmedian(before))


def _apart(one: date, other: date) -> int:
    return abs((one.year - other.year) * 12 + one.month - other.month)
