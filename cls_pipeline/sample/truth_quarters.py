"""The true quarterly figures of hubs, staff, access and the way to support, and of all that is counted elsewhere.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`;
those of support are in `truth_support.py`; figures by month are in `truth.py`, by year in `truth_scores.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.sample.truth_access import figures, true_requests, true_waits
from cls_pipeline.sample.truth_areas import FEW_STAFF
from cls_pipeline.sample.truth_reablement import true_assessments, true_reablement
from cls_pipeline.sample.truth_support import support_truth

#: Support is new after so many days without any, and so far back a request belongs to it.
LOOKS_BACK: Final = 365
FAR: Final = date(9999, 12, 31)
COLUMNS: Final = ("metric_id", "quarter_start", "breakdown", "breakdown_value", "numerator", "denominator", "value")


def quarterly_truth(events: Mapping[str, pl.DataFrame], until: date) -> pl.DataFrame:
    """One row per site, metric, quarter and part: site_id and `COLUMNS`.

    Args:
        events: the true `hub_session`, `workforce`, `request`, `assessment`, `service`, `review` and `person`, each
            with site_id.
        until: the last day that is known; quarters that end later are left out.
    """
    hubs = _hubs(events["hub_session"].drop_nulls("session_date"))
    staff = _staff(events["workforce"])
    journey = _journey(events["service"], events["request"], events["assessment"])
    access = [*true_waits(events["request"], events["assessment"], until), *true_requests(events["request"])]
    last = pl.col("quarter_start").dt.offset_by("3mo").dt.offset_by("-1d")
    support = [
        support_truth(events, until),
        *true_assessments(events["assessment"]),
        *true_reablement(events["service"], until),
    ]
    return pl.concat([*hubs, *staff, *journey, *access, *support]).filter(last <= until)


def _quarter(day: str) -> pl.Expr:
    return pl.col(day).dt.truncate("1q").alias("quarter_start")


def _hubs(sessions: pl.DataFrame) -> list[pl.DataFrame]:
    """Hubs, sessions and people of quarters that had a session; sessions also by venue and by partner."""
    by = ["site_id", _quarter("session_date")]
    counted = sessions.group_by(by).agg(hubs=pl.col("hub").n_unique(), sessions=pl.len(), people=pl.sum("people_seen"))
    parts = [
        sessions.group_by([*by, pl.col(kind).cast(pl.String).alias("part")])
        .agg(sessions=pl.len())
        .with_columns(kind=pl.lit(kind))
        for kind in ("venue", "partner_type")
    ]
    return [
        figures(counted, "hubs_open", pl.col("hubs")),
        figures(counted, "hub_sessions", pl.col("sessions")),
        *(figures(part, "hub_sessions", pl.col("sessions")) for part in parts),
        figures(counted, "people_seen_at_hubs", pl.col("people"), pl.col("people")),
    ]


def _staff(workforce: pl.DataFrame) -> list[pl.DataFrame]:
    by = ["site_id", _quarter("month")]
    last_month = workforce.filter(pl.col("month").dt.month() % 3 == 0)
    counted = last_month.group_by(by).agg(
        pl.sum("caseload_open"), pl.sum("vacancies_fte"), mean=pl.mean("caseload_open")
    )
    scores = workforce.group_by(by).agg(pl.mean("empowerment_score"))
    staffed = last_month.filter(pl.col("staff_fte") >= FEW_STAFF, pl.col("caseload_open").is_not_null())
    loads = staffed.group_by(by).agg(pl.sum("caseload_open"), pl.sum("staff_fte"))
    return [
        figures(counted, "open_cases_per_team", pl.col("mean"), pl.col("caseload_open")),
        figures(
            loads,
            "open_cases_per_worker",
            pl.col("caseload_open") / pl.col("staff_fte"),
            pl.col("caseload_open"),
            denominator=pl.col("staff_fte"),
        ),
        figures(counted, "vacant_posts", pl.col("vacancies_fte")),
        figures(scores, "staff_empowerment_score", pl.col("empowerment_score")),
    ]


def _journey(services: pl.DataFrame, requests: pl.DataFrame, assessments: pl.DataFrame) -> list[pl.DataFrame]:
    """Of people whose support began after a year without any, and who had asked in that year."""
    who = ["site_id", "person_number"]
    ordered = services.with_columns(pl.col("end_date").fill_null(FAR)).sort(*who, "start_date", "end_date")
    earlier = pl.col("end_date").cum_max().shift(1).over(who)
    back = pl.col("start_date").dt.offset_by(f"-{LOOKS_BACK}d")
    new = ordered.filter((earlier < back).fill_null(True)).select(*who, "start_date")
    asked = (
        new.join(requests.select(*who, "request_date"), on=who)
        .filter(pl.col("request_date").is_between(back, pl.col("start_date")))
        .group_by(*who, "start_date")
        .agg(first=pl.min("request_date"), requests=pl.len())
    )
    assessed = (
        asked.join(assessments.select(*who, day="start_date"), on=who)
        .filter(pl.col("day").is_between("first", "start_date"))
        .group_by(*who, "start_date")
        .agg(assessments=pl.len())
    )
    ways = asked.join(assessed, on=[*who, "start_date"], how="left").with_columns(
        days=(pl.col("start_date") - pl.col("first")).dt.total_days(),
        steps=pl.col("requests") + pl.col("assessments").fill_null(0),
    )
    counted = ways.group_by("site_id", _quarter("start_date")).agg(
        pl.sum("requests", "steps"), people=pl.len(), days=pl.median("days")
    )
    return [
        figures(counted, "median_days_request_to_support", pl.col("days"), denominator=pl.col("people")),
        *(
            figures(counted, metric, pl.col(sum_) / pl.col("people"), pl.col(sum_), denominator=pl.col("people"))
            for metric, sum_ in (
                ("mean_steps_request_to_support", "steps"),
                ("mean_requests_before_support", "requests"),
            )
        ),
    ]
