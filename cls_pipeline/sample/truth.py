"""The true monthly values of the programme's six metrics from records, counted from the true events.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl

from cls_pipeline.registry import CodeList
from cls_pipeline.sample.days import month_end

Frames = dict[str, pl.DataFrame]
SCHEMA = {"month": pl.Date, "numerator": pl.Float64, "denominator": pl.Float64, "value": pl.Float64}


def monthly_truth(frames: Frames, months: list[date], lists: dict[str, CodeList]) -> pl.DataFrame:
    """One row per metric and month: metric_id, month, numerator, denominator, value.

    Args:
        frames: the true events, by entity.
        months: first days of months that are over.
        lists: the code lists, for the groups of outcomes and services and the weekly factors.
    """
    requests = frames["request"].with_columns(pl.col("event_outcome").cast(pl.String))
    tables = {
        "requests_received": _received(requests, months),
        "requests_resolved_at_first_contact": _resolved(requests, months, lists["event_outcome"]),
        "people_waiting_for_assessment": _waiting(requests, frames["assessment"], months, lists["event_outcome"]),
        "median_days_request_to_assessment": _days(requests, frames["assessment"], months, lists["event_outcome"]),
        "people_with_long_term_support": _supported(frames["service"], months, lists["service_type"]),
        "weekly_cost_open_packages": _cost(frames["cost_line"], months, lists["cost_frequency"]),
    }
    return pl.concat(
        table.select(pl.lit(metric).alias("metric_id"), *(pl.col(name).cast(kind) for name, kind in SCHEMA.items()))
        for metric, table in tables.items()
    )


def _with(codes: CodeList, attribute: str, wanted: str) -> list[str]:
    return [code.code for code in codes.codes.values() if code.extra.get(attribute) == wanted]


def _by_month(events: pl.DataFrame, day: str, months: list[date], *measures: pl.Expr) -> pl.DataFrame:
    """Measures of the events of each month; months without events have nulls."""
    found = events.group_by(pl.col(day).dt.truncate("1mo").alias("month")).agg(*measures)
    return pl.DataFrame({"month": months}, schema={"month": pl.Date}).join(found, on="month", how="left").sort("month")


def _at_month_ends(months: list[date], count: Callable[[date], float]) -> pl.DataFrame:
    values = [count(month_end(month)) for month in months]
    empty = [None] * len(months)
    return pl.DataFrame({"month": months, "numerator": values, "denominator": empty, "value": values}, strict=False)


def _received(requests: pl.DataFrame, months: list[date]) -> pl.DataFrame:
    found = _by_month(requests, "request_date", months, pl.len().alias("numerator"))
    count = pl.col("numerator").fill_null(0)
    return found.with_columns(numerator=count, denominator=pl.lit(None), value=count)


def _resolved(requests: pl.DataFrame, months: list[date], outcomes: CodeList) -> pl.DataFrame:
    resolved = pl.col("event_outcome").is_in(_with(outcomes, "resolved_first_contact", "yes"))
    told = requests.filter(pl.col("event_outcome").is_not_null())
    found = _by_month(
        told, "request_date", months, resolved.sum().alias("numerator"), pl.len().alias("denominator")
    ).with_columns(pl.col("numerator", "denominator").fill_null(0))
    share = 100 * pl.col("numerator") / pl.col("denominator")
    return found.with_columns(value=pl.when(pl.col("denominator") > 0).then(share))


def _due(requests: pl.DataFrame, outcomes: CodeList) -> pl.DataFrame:
    """Requests after which an assessment is due, in order of date."""
    due = requests.filter(pl.col("event_outcome").is_in(_with(outcomes, "group", "assessment")))
    return due.select("person_number", "request_date").unique().sort("request_date")


def _waiting(requests: pl.DataFrame, assessments: pl.DataFrame, months: list[date], outcomes: CodeList) -> pl.DataFrame:
    """People wait from their request until the first assessment on or after that day."""
    started = assessments.select("person_number", assessed="start_date").sort("assessed")
    waits = _due(requests, outcomes).join_asof(
        started,
        left_on="request_date",
        right_on="assessed",
        by="person_number",
        strategy="forward",
        check_sortedness=False,
    )

    def count(day: date) -> float:
        open_then = (pl.col("request_date") <= day) & (pl.col("assessed").is_null() | (pl.col("assessed") > day))
        return waits.filter(open_then)["person_number"].n_unique()

    return _at_month_ends(months, count)


def _days(requests: pl.DataFrame, assessments: pl.DataFrame, months: list[date], outcomes: CodeList) -> pl.DataFrame:
    """Days from the latest request that no earlier assessment has answered."""
    started = assessments.select("person_number", "start_date").unique().sort("person_number", "start_date")
    started = started.with_columns(earlier=pl.col("start_date").shift(1).over("person_number")).sort("start_date")
    answered = started.join_asof(
        _due(requests, outcomes),
        left_on="start_date",
        right_on="request_date",
        by="person_number",
        strategy="backward",
        check_sortedness=False,
    ).filter(pl.col("earlier").is_null() | (pl.col("earlier") < pl.col("request_date")))
    days = (pl.col("start_date") - pl.col("request_date")).dt.total_days()
    found = _by_month(
        answered.filter(pl.col("request_date").is_not_null()),
        "start_date",
        months,
        days.median().alias("value"),
        pl.len().alias("denominator"),
    )
    return found.with_columns(pl.col("denominator").fill_null(0), numerator=pl.lit(None))


def _open(day: date) -> pl.Expr:
    return (pl.col("start_date") <= day) & (pl.col("end_date").is_null() | (pl.col("end_date") > day))


def _supported(services: pl.DataFrame, months: list[date], types: CodeList) -> pl.DataFrame:
    lasting = services.filter(pl.col("service_type").cast(pl.String).is_in(_with(types, "group", "long_term")))
    return _at_month_ends(months, lambda day: lasting.filter(_open(day))["person_number"].n_unique())


def _cost(lines: pl.DataFrame, months: list[date], frequencies: CodeList) -> pl.DataFrame:
    factors = {
        code.code: float(code.extra["weekly_factor"])
        for code in frequencies.codes.values()
        if code.extra.get("weekly_factor")
    }
    frequency = pl.col("cost_frequency").cast(pl.String)
    by_unit = pl.when(frequency.is_in(["per_session", "hourly", "daily"])).then("planned_units_per_week")
    a_week = frequency.replace_strict(factors, default=None, return_dtype=pl.Float64)
    priced = lines.with_columns(weekly=pl.col("unit_cost") * pl.coalesce(a_week, by_unit, pl.lit(0.0)))
    return _at_month_ends(months, lambda day: float(priced.filter(_open(day))["weekly"].sum()))
