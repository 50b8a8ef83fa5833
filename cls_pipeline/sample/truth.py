"""The true monthly values of the programme's six metrics from records, counted from the true events.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`.
Figures that no record gives yet are in `truth_beyond.py`.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from cls_pipeline.registry import CodeList
from cls_pipeline.sample.chance import Numbers
from cls_pipeline.sample.tally import COLUMNS, Calendar, covered_until, day_numbers
from cls_pipeline.sample.world import Frames


def monthly_truth(
    frames: Frames, months: list[date], lists: dict[str, CodeList], areas: tuple[str, ...] = ()
) -> pl.DataFrame:
    """One row per area, metric and month: area, metric_id, month, numerator, denominator, value.

    Args:
        frames: the true events, by entity.
        months: first days of months that are over.
        lists: the code lists, for the groups of outcomes and services and the weekly factors.
        areas: counted beside the place as a whole; the events then need their area.
    """
    calendar = Calendar(months, areas)
    requests = frames["request"].with_columns(pl.col("event_outcome").cast(pl.String))
    outcomes = lists["event_outcome"]
    asked = requests.filter(pl.col("event_outcome").is_in(with_attribute(outcomes, "group", "assessment")))
    due = asked.select("person_number", "request_date", *(["area"] if areas else []))
    due = due.unique(["person_number", "request_date"], keep="first", maintain_order=True).sort("request_date")
    received = calendar.counts(requests, "request_date")
    return pl.concat(
        [
            calendar.table("requests_received", received, received),
            _resolved(calendar, requests, outcomes),
            _waiting(calendar, due, frames["assessment"]),
            _days(calendar, due, frames["assessment"]),
            _supported(calendar, frames["service"], lists["service_type"]),
            _cost(calendar, frames, lists["cost_frequency"]),
        ]
    ).select(COLUMNS)


def with_attribute(codes: CodeList, attribute: str, wanted: str) -> list[str]:
    """The codes of a list with the attribute, e.g. those of a group."""
    return [code.code for code in codes.codes.values() if code.extra.get(attribute) == wanted]


def share_of(part: Numbers, whole: Numbers) -> Numbers:
    """Per cent, and nothing of nothing."""
    shares: Numbers = 100 * np.divide(part, whole, out=np.full(whole.shape, np.nan), where=whole > 0)
    return shares


def _resolved(calendar: Calendar, requests: pl.DataFrame, outcomes: CodeList) -> pl.DataFrame:
    resolved = pl.col("event_outcome").is_in(with_attribute(outcomes, "resolved_first_contact", "yes"))
    told = requests.filter(pl.col("event_outcome").is_not_null())
    part = calendar.counts(told.filter(resolved), "request_date")
    whole = calendar.counts(told, "request_date")
    return calendar.table("requests_resolved_at_first_contact", share_of(part, whole), part, whole)


def _waiting(calendar: Calendar, due: pl.DataFrame, assessments: pl.DataFrame) -> pl.DataFrame:
    """People wait from their request until the first assessment on or after that day."""
    started = assessments.select("person_number", assessed="start_date").sort("assessed")
    waits = due.join_asof(
        started,
        left_on="request_date",
        right_on="assessed",
        by="person_number",
        strategy="forward",
        check_sortedness=False,
    )
    count = calendar.people_open_at_ends(waits, "request_date", "assessed")
    return calendar.table("people_waiting_for_assessment", count, count)


def _days(calendar: Calendar, due: pl.DataFrame, assessments: pl.DataFrame) -> pl.DataFrame:
    """Days from the latest request that no earlier assessment has answered."""
    place = ["area"] if calendar.areas else []
    started = assessments.select("person_number", "start_date", *place).unique(
        ["person_number", "start_date"], keep="first", maintain_order=True
    )
    started = started.sort("person_number", "start_date")
    started = started.with_columns(earlier=pl.col("start_date").shift(1).over("person_number")).sort("start_date")
    answered = started.join_asof(
        due.select("person_number", "request_date"),
        left_on="start_date",
        right_on="request_date",
        by="person_number",
        strategy="backward",
        check_sortedness=False,
    ).filter(pl.col("earlier").is_null() | (pl.col("earlier") < pl.col("request_date")))
    answered = answered.filter(pl.col("request_date").is_not_null()).with_columns(
        days=(pl.col("start_date") - pl.col("request_date")).dt.total_days(),
    )
    answered = answered.with_columns(
        row=pl.Series(1 + calendar.area_rows(answered)),
        column=pl.Series(np.searchsorted(calendar.ends, day_numbers(answered["start_date"]))),
    ).filter(pl.col("column") < len(calendar.months), pl.col("start_date") >= calendar.months[0])
    medians = np.full((1 + len(calendar.areas), len(calendar.months)), np.nan)
    cuts = [answered.with_columns(row=pl.lit(0, dtype=pl.Int64)), *([answered] if calendar.areas else [])]
    for cut in cuts:
        found = cut.group_by("row", "column").agg(pl.col("days").median())
        medians[found["row"].to_numpy(), found["column"].to_numpy()] = found["days"].to_numpy()
    count = calendar.counts(answered, "start_date")
    return calendar.table("median_days_request_to_assessment", medians, None, count)


def _supported(calendar: Calendar, services: pl.DataFrame, types: CodeList) -> pl.DataFrame:
    lasting = pl.col("service_type").cast(pl.String).is_in(with_attribute(types, "group", "long_term"))
    count = calendar.people_open_at_ends(services.filter(lasting), "start_date", "end_date")
    return calendar.table("people_with_long_term_support", count, count)


def _cost(calendar: Calendar, frames: Frames, frequencies: CodeList) -> pl.DataFrame:
    lines = frames["cost_line"]
    lines = lines.with_columns(until_date=covered_until(lines))
    if calendar.areas:
        lines = lines.join(frames["service"].select("service_id", "area"), on="service_id", how="left")
    factors = {
        code.code: float(code.extra["weekly_factor"])
        for code in frequencies.codes.values()
        if code.extra.get("weekly_factor")
    }
    frequency = pl.col("cost_frequency").cast(pl.String)
    by_unit = pl.when(frequency.is_in(["per_session", "hourly", "daily"])).then("planned_units_per_week")
    a_week = frequency.replace_strict(factors, default=None, return_dtype=pl.Float64)
    weekly = lines.select(pl.col("unit_cost") * pl.coalesce(a_week, by_unit, pl.lit(0.0))).to_series().to_numpy()
    # Running sums leave dust in the last digits; a ten-thousandth of a penny is finer than any price.
    total = np.round(calendar.open_at_ends(lines, "start_date", "until_date", weekly), 6)
    return calendar.table("weekly_cost_open_packages", total, total)
