"""What is open on a day and what it costs a week, on either side.

Which services are the same is decided in `events.py`; the figures of the programme are in `figures.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.registry import Registry

#: Prices of one unit, of which so many are planned a week; all others have a weekly factor, or no weekly cost.
PER_UNIT: Final = ("per_session", "hourly", "daily")

#: Half of all that is open never ends on one day: then the system was closed, not the support.
BULK_CLOSED, BULK_CLOSED_SHARE = 5, 0.5


def open_on(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """The services or cost lines that started on or before a day and have not ended by it."""
    return frame.filter(_goes_on(day))


def paid_on(frame: pl.DataFrame, day: date) -> pl.DataFrame:
    """The services or cost lines that cover a day, their last one too, unless the same person's next one for the same
    component begins on it."""
    begins = pl.col("start_date") == day
    others = begins.sum().over("person_key", "service_component").cast(pl.Int64) - begins.cast(pl.Int64)
    is_last = (pl.col("end_date") == day) & (pl.col("start_date") <= day)
    is_last &= (others <= 0) | pl.col("service_component").is_null()
    return frame.filter(_goes_on(day) | is_last)


def _goes_on(day: date) -> pl.Expr:
    return (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") > day))


def weekly_cost(registry: Registry) -> pl.Expr:
    """Pounds a week, gross, of a service or cost line; null where it has no price, no weekly one, or one of nought."""
    factors = {
        code: float(item.extra["weekly_factor"])
        for code, item in registry.code_lists["cost_frequency"].codes.items()
        if "weekly_factor" in item.extra
    }
    frequency = pl.col("cost_frequency")
    times = (
        pl.when(frequency.is_in(PER_UNIT))
        .then(pl.col("planned_units_per_week"))
        .otherwise(frequency.replace_strict(factors, default=None, return_dtype=pl.Float64))
    )
    cost = pl.col("unit_cost").cast(pl.Float64) * times
    return pl.when(cost != 0).then(cost)


def reopened(frame: pl.DataFrame, last: date) -> tuple[pl.DataFrame, int]:
    """The records without the ends that a system's last day gave to all that was open, and how many had one."""
    before = frame.filter(pl.col("start_date") < last)
    closed = before.filter(pl.col("end_date") == last).height
    open_before = before.filter(pl.col("end_date").is_null() | (pl.col("end_date") >= last)).height
    if closed < BULK_CLOSED or closed < BULK_CLOSED_SHARE * open_before:
        return frame, 0
    still = (pl.col("start_date") < last) & (pl.col("end_date") == last)
    return frame.with_columns(end_date=pl.when(still.fill_null(False)).then(None).otherwise("end_date")), closed


def packages_table(old: pl.DataFrame, new: pl.DataFrame, by: str, day: date, registry: Registry) -> pl.DataFrame:
    """What is open on a day on either side, by a code.

    Args:
        old, new: services or cost lines.
        by: the coded column, `service_type` or `service_component`.
        day: the day.

    Returns:
        kind (a code, `not recorded`, or `all`, which comes last), open_old, open_new, cost_old, cost_new (pounds a
        week) and cost_change (new over old, less one; null where the old is nought).
    """
    sides = []
    for name, frame in (("old", old), ("new", new)):
        priced = open_on(frame, day).select(
            kind=pl.col(by).fill_null("not recorded"), cost=weekly_cost(registry).fill_null(0.0)
        )
        every = pl.concat([priced, priced.with_columns(kind=pl.lit("all"))])
        sides.append(
            every.group_by("kind").agg(pl.len().alias(f"open_{name}"), pl.col("cost").sum().alias(f"cost_{name}"))
        )
    both = sides[0].join(sides[1], on="kind", how="full", coalesce=True).fill_null(0)
    both = both.sort(
        pl.col("kind") == "all", pl.max_horizontal("open_old", "open_new"), "kind", descending=[False, True, False]
    )
    change = pl.when(pl.col("cost_old") != 0).then(pl.col("cost_new") / pl.col("cost_old") - 1)
    return both.select("kind", "open_old", "open_new", pl.col("cost_old", "cost_new").round(2), cost_change=change)
