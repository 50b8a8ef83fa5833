"""True monthly figures that the programme wishes for and that no record gives yet, by area, counted from the events.

The six metrics from records are in `truth.py`. Definitions stand in `docs/simulation.md`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.registry import CodeList
from cls_pipeline.sample.chance import Numbers
from cls_pipeline.sample.days import number
from cls_pipeline.sample.support_kinds import CARE_HOMES
from cls_pipeline.sample.tally import COLUMNS, Calendar, day_numbers
from cls_pipeline.sample.truth import share_of, with_attribute
from cls_pipeline.sample.world import Frames

#: Days after signposting within which people are looked at again.
BACK_WITHIN: Final = (91, 365)
SUPPORTED_WITHIN: Final = 365


def monthly_beyond(
    frames: Frames, signposted: pl.DataFrame, delays: pl.DataFrame, calendar: Calendar, lists: dict[str, CodeList]
) -> pl.DataFrame:
    """The columns of `monthly_truth`, for the further metrics.

    Args:
        signposted, delays: registers of the same world (`registers.py`).
    """
    homes = frames["service"].filter(pl.col("service_type").is_in(CARE_HOMES))
    community = (
        pl.col("event_outcome")
        .cast(pl.String)
        .is_in(with_attribute(lists["event_outcome"], "resolved_first_contact", "yes"))
    )
    counted = {
        "admissions_to_care_homes": calendar.counts(homes, "start_date"),
        "assessments_started": calendar.counts(frames["assessment"], "start_date"),
        "assessments_signposted": calendar.counts(frames["assessment"].filter(community), "end_date"),
        "requests_signposted": calendar.counts(signposted, "request_date"),
        "reviews_overdue": _overdue(calendar, frames["review"], frames["service"]),
        "delayed_discharge_bed_days": _bed_days(calendar, delays),
    }
    tables = [calendar.table(metric, count, count) for metric, count in counted.items()]
    followed = {f"back_within_{days}_days_of_signposting": ("next_request", days) for days in BACK_WITHIN}
    followed[f"long_term_support_within_{SUPPORTED_WITHIN}_days_of_signposting"] = (
        "long_term_support",
        SUPPORTED_WITHIN,
    )
    tables += [_followed(calendar, signposted, metric, *what) for metric, what in followed.items()]
    return pl.concat(tables).select(COLUMNS)


def _overdue(calendar: Calendar, reviews: pl.DataFrame, services: pl.DataFrame) -> Numbers:
    """Reviews due and not done, of support that lasts; one that is never done is owed until the next falls due."""
    lasting = services.filter(pl.col("service_type").str.starts_with("long_term"))
    ends = lasting.group_by("person_number").agg(
        over=pl.col("end_date").max(), lasts=pl.col("end_date").is_null().any()
    )
    owed = reviews.sort("person_number", "due_date").join(ends, on="person_number", how="left", maintain_order="left")
    following = pl.col("due_date").shift(-1).over("person_number")
    over = pl.when(~pl.col("lasts")).then("over")
    owed = owed.with_columns(settled=pl.min_horizontal(pl.coalesce("review_date", following), over))
    return calendar.open_at_ends(owed, "due_date", "settled")


def _bed_days(calendar: Calendar, delays: pl.DataFrame) -> Numbers:
    """Days from the day somebody is ready to leave until the day before they do, in the month in which they fall."""
    ready, left = day_numbers(delays["ready_date"]), day_numbers(delays["discharge_date"])
    area = calendar.area_rows(delays)
    waited = np.zeros((1 + len(calendar.areas), len(calendar.months)))
    for column, (month, end) in enumerate(zip(calendar.months, calendar.ends, strict=True)):
        days = np.clip(np.minimum(left, end + 1) - np.maximum(ready, number(month)), 0, None).astype(np.float64)
        waited[0, column] = days.sum()
        if calendar.areas:
            waited[1:, column] = np.bincount(area, days, len(calendar.areas))
    return waited


def _followed(calendar: Calendar, signposted: pl.DataFrame, metric: str, what: str, within: int) -> pl.DataFrame:
    """Share of those signposted in a month to whom it happened within so many days; none before all days are over."""
    over = calendar.ends + within <= calendar.ends[-1]
    days = (pl.col(what) - pl.col("request_date")).dt.total_days()
    whole = np.where(over, calendar.counts(signposted, "request_date"), np.nan)
    part = np.where(over, calendar.counts(signposted.filter(days <= within), "request_date"), np.nan)
    return calendar.table(metric, share_of(part, np.nan_to_num(whole)), part, whole)
