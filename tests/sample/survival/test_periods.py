"""Figures by quarter, year, area and team beside the truth, on small tables whose answer is known."""

from __future__ import annotations

import csv
from datetime import date

import polars as pl
import pytest

from cls_pipeline.sample.survival.periods import near_cutovers, periods_accuracy, with_errors
from cls_pipeline.sample.survival.scorecard import period_tables
from cls_pipeline.sample.truth_periods import GROUP_OF, KEY
from cls_pipeline.settings import PROJECT_ROOT

#: By month or by instrument: measured in `compare` and `scores`.
ELSEWHERE = {
    "requests_received",
    "requests_resolved_at_first_contact",
    "people_waiting_for_assessment",
    "median_days_request_to_assessment",
    "people_with_long_term_support",
    "weekly_cost_open_packages",
    "mean_first_score",
    "mean_improvement_in_score",
    "people_scoring_better",
    "people_scoring_same",
    "people_scoring_worse",
    "people_with_a_later_score",
}
#: What the world has no truth of, and what is another figure times a constant.
WITHOUT_TRUTH = {
    "admissions_to_care_homes_by_area",
    "admissions_to_care_homes_per_100000",
    "cost_after_contributions",
    "cost_of_support_after_refunds",
    "packages_with_known_contribution",
    "people_requesting_per_100000",
    "refunds_of_support",
    "weekly_cost_after_contributions",
}


def test_every_figure_of_records_is_measured_against_a_truth_or_is_known_to_have_none() -> None:
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "metric_definition.csv").open(encoding="utf-8", newline="") as seed:
        records = {row["metric_id"] for row in csv.DictReader(seed) if row["source_kind"] == "records"}
    others = {metric for metric in records - set(GROUP_OF) if not metric.endswith(("_real", "_low", "_high"))}
    assert others == ELSEWHERE | WITHOUT_TRUTH
    assert set(GROUP_OF) <= records


@pytest.mark.parametrize(
    ("grain", "start", "near"),
    [
        ("quarter", date(2019, 1, 1), False),
        ("quarter", date(2019, 4, 1), True),
        ("quarter", date(2021, 4, 1), True),
        ("quarter", date(2021, 7, 1), False),
        ("year", date(2018, 4, 1), False),
        ("year", date(2019, 4, 1), True),
        ("month", date(2019, 4, 1), False),
        ("month", date(2019, 5, 1), True),
    ],
)
def test_a_period_is_near_a_cutover_if_a_month_of_it_is_within_twelve(grain: str, start: date, near: bool) -> None:
    cutovers = pl.DataFrame({"site_id": ["s", "other"], "cutover": [date(2020, 5, 20), start]})
    figures = pl.DataFrame({"site_id": ["s"], "grain": [grain], "period_start": [start]})
    assert near_cutovers(figures, cutovers)["near"].to_list() == [near]


def test_a_site_that_never_changed_is_near_nothing() -> None:
    cutovers = pl.DataFrame(schema={"site_id": pl.String, "cutover": pl.Date})
    figures = pl.DataFrame({"site_id": ["s"], "grain": ["year"], "period_start": [date(2020, 4, 1)]})
    assert near_cutovers(figures, cutovers)["near"].to_list() == [False]


def beside(*rows: tuple[str, str, float, float | None, list[str]]) -> pl.DataFrame:
    """Metric, unit, true value, published value and flags, all of one quarter of a site."""
    schema = {"metric_id": pl.String, "unit": pl.String, "true_value": pl.Float64, "value": pl.Float64}
    made = pl.DataFrame(rows, schema=schema | {"flags": pl.List(pl.String)}, orient="row")
    key = {name: pl.lit("all") for name in KEY if name not in ("metric_id", "period_start")}
    return made.with_columns(period_start=date(2020, 4, 1), near=True, naive_value=pl.col("true_value") * 2, **key)


def test_errors_are_shares_of_the_truth_points_of_shares_and_for_a_change_shares_of_what_changed() -> None:
    found = with_errors(
        beside(
            ("reviews_due", "reviews", 40.0, 42.0, []),
            ("unplanned_review_share", "percent", 40.0, 42.0, []),
            ("weekly_cost_before_conversation", "GBP", 200.0, 200.0, []),
            ("change_in_weekly_cost_after_conversation", "GBP", 1.0, 11.0, []),
        )
    )
    assert found["error"].to_list() == pytest.approx([0.05, 0.02, 0.0, 0.05])
    assert found["naive_error"].to_list() == pytest.approx([1.0, 0.4, 1.0, 0.005])


def test_a_true_nought_is_left_out_unless_it_is_a_share() -> None:
    found = with_errors(
        beside(("reviews_due", "reviews", 0.0, 1.0, []), ("unplanned_review_share", "percent", 0.0, 1.0, []))
    )
    assert list(found.select("metric_id", "error").iter_rows()) == [("unplanned_review_share", 0.01)]


def test_what_is_missing_or_not_comparable_counts_against_coverage_and_not_as_an_error() -> None:
    figures = with_errors(
        beside(
            ("reviews_due", "reviews", 40.0, 40.0, ["estimated"]),
            ("reviews_due", "reviews", 40.0, 90.0, ["partial"]),
            ("reviews_due", "reviews", 40.0, None, []),
            ("reviews_held", "reviews", 40.0, 50.0, []),
        )
    )
    (held, due) = periods_accuracy(figures, "metric_id").iter_rows(named=True)
    assert (due["figures"], due["coverage"], due["exact"], due["p95"]) == (3, pytest.approx(1 / 3), 1.0, 0.0)
    assert (held["of"], held["exact"], held["p95"]) == ("reviews", 0.0, pytest.approx(0.25))


def test_the_worst_group_stands_first_and_only_what_misses_an_aim_is_named() -> None:
    figures = with_errors(
        beside(
            ("reviews_due", "reviews", 40.0, 40.0, []),
            ("people_requesting", "people", 40.0, 50.0, []),
            ("reviews_held", "reviews", 40.0, None, []),
        )
    )
    groups, missing = period_tables(figures)
    assert list(groups.columns[0].cells) == ["reach", "reviews"]
    assert list(missing.columns[0].cells) == ["people_requesting"]
    assert missing.caption == "Comparable less often than 97%: reviews_held 0.0%"
