"""The true quarterly figures of a site's innovation area and of the rest of it, and the true monthly ones of its teams.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import polars as pl

#: A team of fewer full-time equivalents has no cases per worker.
FEW_STAFF = 3.0
COLUMNS = ("area", "metric_id", "quarter_start", "numerator", "denominator", "value")


def quarterly_by_area(
    events: Mapping[str, pl.DataFrame],
    innovation: Mapping[str, str],
    resolved: Collection[str],
    to_assessment: Collection[str],
    until: date,
) -> pl.DataFrame:
    """One row per site, area (`all`, the innovation area, `rest`), metric and quarter: site_id and `COLUMNS`.

    Args:
        events: the true `request` and `assessment`, each with site_id and area.
        innovation: the innovation area of each site.
        resolved, to_assessment: outcomes that are resolved at first contact, and those that lead to an assessment.
        until: the last day that is known; quarters that end later are left out.
    """
    own = pl.col("site_id").replace_strict(innovation, return_dtype=pl.String)
    part = pl.when(pl.col("area") == own).then(pl.col("area")).otherwise(pl.lit("rest"))
    requests = events["request"].with_columns(area=part)
    asked = _with_all(requests).group_by("site_id", "area", _quarter("request_date"))
    is_resolved = pl.col("event_outcome").is_in(list(resolved))
    received = asked.agg(requests=pl.len(), told=pl.count("event_outcome"), resolved=is_resolved.sum())
    waits = _with_all(_waits(requests.filter(pl.col("event_outcome").is_in(list(to_assessment))), events["assessment"]))
    over = waits.drop_nulls("assessed").group_by("site_id", "area", _quarter("assessed"))
    days = over.agg(people=pl.len(), days=pl.median("days"))
    open_at_end = (
        received.select("site_id", "area", "quarter_start")
        .join(waits, on=["site_id", "area"], how="left")
        .group_by("site_id", "area", "quarter_start")
        .agg(people=((pl.col("since") <= _end()) & (pl.col("assessed") > _end()).fill_null(True)).sum())
    )
    return pl.concat(
        [
            _figures(received, "requests_by_area", pl.col("requests"), pl.col("requests")),
            _figures(
                received.filter(pl.col("told") > 0),
                "resolved_at_first_contact_by_area",
                100 * pl.col("resolved") / pl.col("told"),
                pl.col("resolved"),
                pl.col("told"),
            ),
            _figures(days, "median_days_to_assessment_by_area", pl.col("days"), None, pl.col("people")),
            _figures(open_at_end, "people_waiting_by_area", pl.col("people"), pl.col("people")),
        ]
    ).filter(_end() <= until)


def monthly_of_teams(workforce: pl.DataFrame) -> pl.DataFrame:
    """One row per site, metric, month and team: site_id, metric_id, month, team, value."""
    per_worker = pl.when(pl.col("staff_fte") >= FEW_STAFF).then(pl.col("caseload_open") / pl.col("staff_fte"))
    told = workforce.select(
        "site_id",
        "month",
        "team",
        team_open_cases=pl.col("caseload_open").cast(pl.Float64),
        team_open_cases_per_worker=per_worker,
        team_vacant_posts="vacancies_fte",
        team_empowerment_score="empowerment_score",
    )
    return told.unpivot(index=["site_id", "month", "team"], variable_name="metric_id").drop_nulls("value")


def _quarter(day: str) -> pl.Expr:
    return pl.col(day).dt.truncate("1q").alias("quarter_start")


def _end() -> pl.Expr:
    return pl.col("quarter_start").dt.offset_by("3mo").dt.offset_by("-1d")


def _with_all(rows: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([rows, rows.with_columns(area=pl.lit("all"))])


def _waits(due: pl.DataFrame, assessments: pl.DataFrame) -> pl.DataFrame:
    """A person's requests up to the assessment that answers them are one wait, in the area of the last of them."""
    who = ["site_id", "person_number"]
    answers = assessments.select(*who, assessed="start_date").sort("assessed")
    answered = due.sort("request_date").join_asof(
        answers,
        left_on="request_date",
        right_on="assessed",
        by=who,
        strategy="forward",
        check_sortedness=False,
    )
    last = pl.col("request_date") == pl.col("request_date").max()
    return (
        answered.group_by(*who, "assessed")
        .agg(since=pl.min("request_date"), last=pl.max("request_date"), area=pl.col("area").filter(last).min())
        .with_columns(days=(pl.col("assessed") - pl.col("last")).dt.total_days())
    )


def _figures(
    counted: pl.DataFrame,
    metric: str,
    value: pl.Expr,
    numerator: pl.Expr | None,
    denominator: pl.Expr | None = None,
) -> pl.DataFrame:
    none = pl.lit(None, dtype=pl.Float64)
    return counted.select(
        "site_id",
        "area",
        pl.lit(metric).alias("metric_id"),
        "quarter_start",
        (none if numerator is None else numerator.cast(pl.Float64)).alias("numerator"),
        (none if denominator is None else denominator.cast(pl.Float64)).alias("denominator"),
        value.cast(pl.Float64).alias("value"),
    )
