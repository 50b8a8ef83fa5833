"""The true figures of people who were signposted and of what came after, counted from the true events.

Written without the pipeline's SQL and its estimates, so that the two can be compared. Definitions are those of
`metric_definition.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import names_of

BACK_WITHIN: Final = (30, 91, 182, 365)
WHO: Final = ("site_id", "person_number")
#: Event, days and the words of the metric that estimates it.
ESTIMATED: Final = (
    ("back", 365, "signposted_back_within_365_days_estimate"),
    ("support", 365, "signposted_long_term_support_within_365_days_estimate"),
    ("support", 730, "signposted_long_term_support_within_730_days_estimate"),
)


def signposted_people(events: Mapping[str, pl.DataFrame], until: date, grain: str = "quarter") -> pl.DataFrame:
    """One row per person signposted in a period: site_id, person_number, period_start, period_end, day (the first),
    `back` and `support` (days to it, null where it never came), is_supported, and `seen`, the days to the last day of
    truth or death.

    Args:
        events: the true `request`, `assessment`, `service` and `person`, each with site_id.
        until: the last day that is known; periods that end later are left out.
        grain: `quarter` or `year`, which starts in April.
    """
    resolved = pl.col("event_outcome").cast(pl.String).is_in(names_of(shares.RESOLVED))
    requests = events["request"].filter(pl.col("request_date") <= until)
    days = pl.concat(
        [
            requests.filter(resolved).select(*WHO, day="request_date"),
            events["assessment"].filter(resolved).select(*WHO, day="end_date").drop_nulls(),
        ]
    ).filter(pl.col("day") <= until)
    start, end = _period(grain)
    first = days.group_by(*WHO, start).agg(pl.min("day")).with_columns(end).filter(pl.col("period_end") <= until)
    again = first.join(requests.select(*WHO, "request_date"), on=WHO).filter(pl.col("request_date") > pl.col("day"))
    lasting = events["service"].filter(pl.col("service_type").cast(pl.String).str.starts_with("long_term"))
    lasting = first.join(lasting.select(*WHO, "start_date", "end_date"), on=WHO).filter(pl.col("start_date") <= until)
    begins = pl.col("start_date") >= pl.col("day")
    is_open = ~begins & pl.col("end_date").fill_null(date.max).ge(pl.col("day"))
    keys = [*WHO, "period_start"]
    since = pl.col("day")
    people = events["person"].select(*WHO, "death_date")
    last = pl.min_horizontal(pl.lit(until), pl.when(pl.col("death_date") <= until).then("death_date"))
    return (
        first.join(again.group_by(keys).agg(next=pl.min("request_date")), on=keys, how="left")
        .join(lasting.filter(begins).group_by(keys).agg(starts=pl.min("start_date")), on=keys, how="left")
        .join(lasting.group_by(keys).agg(is_supported=is_open.any()), on=keys, how="left")
        .join(people, on=WHO, how="left")
        .with_columns(
            pl.col("is_supported").fill_null(False),
            back=(pl.col("next") - since).dt.total_days(),
            support=(pl.col("starts") - since).dt.total_days(),
            seen=(last - since).dt.total_days().clip(0),
        )
    )


def after_signposting(events: Mapping[str, pl.DataFrame], until: date, grain: str = "quarter") -> pl.DataFrame:
    """One row per site, metric and period: site_id, metric_id, period_start, numerator, denominator, value."""
    people = signposted_people(events, until, grain)
    by = ["site_id", "period_start", "period_end"]
    counted = people.group_by(by).agg(
        people=pl.len(), **{f"within_{days}": (pl.col("back") <= days).sum() for days in BACK_WITHIN}
    )
    resolved = pl.col("event_outcome").cast(pl.String).is_in(names_of(shares.RESOLVED))
    start, end = _period(grain)
    requests = events["request"].filter(resolved).with_columns(day="request_date")
    asked = requests.group_by("site_id", start).agg(count=pl.len()).with_columns(end)
    asked = asked.filter(pl.col("period_end") <= until)
    tables = [_table(counted, "people_signposted", pl.col("people"))]
    if grain == "quarter":
        tables.append(_table(asked, "requests_ending_in_signposting", pl.col("count")))
    for days in BACK_WITHIN:
        over = counted.filter(pl.col("period_end").dt.offset_by(f"{days}d") <= until)
        tables.append(_table(over, f"signposted_back_within_{days}_days", pl.col(f"within_{days}"), pl.col("people")))
    return pl.concat([*tables, *(_estimated(people, *one) for one in ESTIMATED)])


def _estimated(people: pl.DataFrame, event: str, within: int, metric: str) -> pl.DataFrame:
    """By the library's estimator, a curve at a time; where fewer than ten are followed while others are not, none."""
    from statsmodels.duration.survfunc import SurvfuncRight

    followed = people if event == "back" else people.filter(~pl.col("is_supported"))
    happens = (pl.col(event) <= pl.col("seen")).fill_null(False)
    followed = followed.with_columns(happens=happens, days=pl.when(happens).then(event).otherwise("seen"))
    rows = []
    for (site, start), group in followed.group_by("site_id", "period_start", maintain_order=True):
        seen = group.filter(pl.col("happens") & (pl.col("days") <= within)).height
        lost = group.filter(~pl.col("happens") & (pl.col("days") < within)).height
        if lost and group.height - seen - lost < 10:
            continue
        curve = SurvfuncRight(group["days"].to_numpy(), group["happens"].to_numpy().astype(int))
        left = curve.surv_prob[curve.surv_times <= within]
        rows.append((site, start, seen, group.height, 100 * (1 - (left[-1] if len(left) else 1.0))))
    schema = {"site_id": pl.String, "period_start": pl.Date, "seen": pl.Int64, "people": pl.Int64, "share": pl.Float64}
    found = pl.DataFrame(rows, schema=schema, orient="row")
    return _table(found, metric, pl.col("seen"), pl.col("people"), pl.col("share"))


def _period(grain: str) -> tuple[pl.Expr, pl.Expr]:
    """The first day of the period of `day`, and from it the last."""
    day = pl.col("day")
    start = (
        day.dt.truncate("1q") if grain == "quarter" else day.dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    )
    length = "3mo" if grain == "quarter" else "12mo"
    return start.alias("period_start"), pl.col("period_start").dt.offset_by(length).dt.offset_by("-1d").alias(
        "period_end"
    )


def _table(
    counted: pl.DataFrame, metric: str, numerator: pl.Expr, people: pl.Expr | None = None, value: pl.Expr | None = None
) -> pl.DataFrame:
    share = numerator if people is None else 100 * numerator / people
    return counted.select(
        "site_id",
        pl.lit(metric).alias("metric_id"),
        "period_start",
        numerator.cast(pl.Float64).alias("numerator"),
        (pl.lit(None, dtype=pl.Float64) if people is None else people.cast(pl.Float64)).alias("denominator"),
        (share if value is None else value).cast(pl.Float64).alias("value"),
    )
