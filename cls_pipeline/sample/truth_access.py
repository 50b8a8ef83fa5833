"""The true quarterly figures of waits and of requests by their way in, counted from the true events.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`;
what follows a request is in `truth_sequels.py`, and all is put together in `truth_quarters.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import names_of
from cls_pipeline.sample.requests import TO_ASSESSMENT

WHO: Final = ("site_id", "person_number")
#: Of England's list, what is resolved at first contact.
RESOLVED: Final = names_of(shares.RESOLVED)
FAR: Final = date(9999, 12, 31)


def quarter(day: str) -> pl.Expr:
    """The first day of the quarter that a day lies in."""
    return pl.col(day).dt.truncate("1q").alias("quarter_start")


def figures(
    counted: pl.DataFrame,
    metric: str,
    value: pl.Expr,
    numerator: pl.Expr | None = None,
    denominator: pl.Expr | None = None,
) -> pl.DataFrame:
    """A metric's rows in the shape of `truth_quarters.COLUMNS`; those without a value are left out.

    Args:
        counted: `site_id`, `quarter_start`, and `kind` and `part` where it is broken down.
    """
    is_part = "part" in counted.columns
    none = pl.lit(None, dtype=pl.Float64)
    return counted.select(
        "site_id",
        pl.lit(metric).alias("metric_id"),
        "quarter_start",
        (pl.col("kind") if is_part else pl.lit("all")).alias("breakdown"),
        (pl.col("part") if is_part else pl.lit("all")).alias("breakdown_value"),
        (none if numerator is None else numerator.cast(pl.Float64)).alias("numerator"),
        (none if denominator is None else denominator.cast(pl.Float64)).alias("denominator"),
        value.cast(pl.Float64).alias("value"),
    ).drop_nulls("value")


def true_waits(requests: pl.DataFrame, assessments: pl.DataFrame, until: date) -> list[pl.DataFrame]:
    """The long waits that ended in a quarter, and those that went on at its end."""
    asked = requests.filter(pl.col("event_outcome").cast(pl.String).is_in(TO_ASSESSMENT))
    asked = asked.select(*WHO, "request_date").unique().sort("request_date")
    started = assessments.select(*WHO, answered="start_date").unique().sort("answered")
    waits = (
        asked.join_asof(
            started,
            left_on="request_date",
            right_on="answered",
            by=list(WHO),
            strategy="forward",
            check_sortedness=False,
        )
        .group_by(*WHO, "answered")
        .agg(first=pl.min("request_date"), last=pl.max("request_date"))
    )
    days = (pl.col("answered") - pl.col("last")).dt.total_days()
    ended = (
        waits.drop_nulls("answered")
        .group_by("site_id", quarter("answered"))
        .agg(people=pl.len(), p90=days.quantile(0.9, interpolation="linear"), longest=days.max())
    )
    first = pl.col("request_date").min().dt.truncate("1q")
    ends = asked.select(pl.date_range(first, pl.lit(until), "1q").alias("quarter_start"))
    ends = ends.with_columns(end=pl.col("quarter_start").dt.offset_by("3mo"))
    so_far = (pl.col("end").dt.offset_by("-1d") - pl.col("first")).dt.total_days()
    going_on = (
        waits.join_where(ends, pl.col("first") < pl.col("end"), pl.col("answered").fill_null(FAR) >= pl.col("end"))
        .group_by("site_id", "quarter_start")
        .agg(people=pl.len(), median=so_far.median(), longest=so_far.max())
    )
    people = pl.col("people")
    return [
        figures(ended, "p90_days_request_to_assessment", pl.col("p90"), denominator=people),
        figures(ended, "longest_days_request_to_assessment", pl.col("longest"), denominator=people),
        figures(going_on, "median_days_waiting_so_far", pl.col("median"), denominator=people),
        figures(going_on, "longest_days_waiting_so_far", pl.col("longest"), denominator=people),
    ]


def true_requests(requests: pl.DataFrame) -> list[pl.DataFrame]:
    """Requests by route and venue, and how many were resolved within a day or have no outcome."""
    asked = requests.with_columns(quarter("request_date"), outcome=pl.col("event_outcome").cast(pl.String))
    by = ["site_id", "quarter_start"]
    closed = pl.col("outcome").is_not_null() & pl.col("end_date").is_not_null()
    in_a_day = (
        closed
        & pl.col("outcome").is_in(RESOLVED)
        & (pl.col("end_date") <= pl.col("request_date") + pl.duration(days=1))
    )
    counted = asked.group_by(by).agg(
        requests=pl.len(), open=pl.col("outcome").is_null().sum(), closed=closed.sum(), in_a_day=in_a_day.sum()
    )
    parts = [
        asked.group_by(*by, part=pl.col(column).cast(pl.String).fill_null("unknown"))
        .agg(requests=pl.len())
        .with_columns(kind=pl.lit(kind))
        for kind, column in (("route_of_access", "route_of_access"), ("venue", "contact_venue"))
    ]
    made = pl.col("requests")
    return [
        *(figures(one, "requests_by_way_in", made, made) for one in (counted, *parts)),
        figures(counted, "requests_without_outcome", 100 * pl.col("open") / made, pl.col("open"), made),
        figures(
            counted.filter(pl.col("closed") > 0),
            "requests_resolved_within_a_day",
            100 * pl.col("in_a_day") / pl.col("closed"),
            pl.col("in_a_day"),
            pl.col("closed"),
        ),
    ]
