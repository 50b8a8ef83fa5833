"""Monthly truth on tables small enough to count by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.world import World

from .conftest import UNTIL

MONTHS = [date(2025, 5, 1), date(2025, 6, 1), date(2025, 7, 1)]


def D(day: str) -> date:
    return date.fromisoformat(f"2025-{day}")


FRAMES = {
    "request": pl.DataFrame(
        [
            (1, D("05-02"), "progress_assessment_or_review"),
            (1, D("05-20"), "progress_assessment_or_review"),
            (2, D("05-31"), "progress_assessment_or_review"),
            (3, D("06-10"), "nfa_information_advice"),
            (4, D("06-11"), "nfa_referral_within_la"),
            (5, D("06-12"), "nfa_other"),
            (6, D("06-13"), None),
        ],
        schema=["person_number", "request_date", "event_outcome"],
        orient="row",
    ),
    "assessment": pl.DataFrame(
        [(1, D("06-04")), (1, D("06-20")), (2, D("07-01")), (9, D("07-01"))],
        schema=["person_number", "start_date"],
        orient="row",
    ),
    "service": pl.DataFrame(
        [
            (1, "long_term_community", D("05-31"), None),
            (1, "long_term_community", D("05-01"), D("06-30")),
            (2, "long_term_nursing", D("05-01"), D("06-30")),
            (3, "st_max", D("05-01"), None),
        ],
        schema=["person_number", "service_type", "start_date", "end_date"],
        orient="row",
    ),
    "cost_line": pl.DataFrame(
        [
            ("four_weekly", 400.0, None, D("05-01"), D("06-01")),
            ("four_weekly", 440.0, None, D("06-01"), None),
            ("hourly", 20.0, 3.5, D("06-30"), None),
            ("one_off", 999.0, None, D("05-01"), None),
        ],
        schema=["cost_frequency", "unit_cost", "planned_units_per_week", "start_date", "end_date"],
        orient="row",
    ),
}


@pytest.fixture(scope="module")
def counted(registry: Registry) -> pl.DataFrame:
    return monthly_truth(FRAMES, MONTHS, registry.code_lists)


def _values(counted: pl.DataFrame, metric: str, column: str = "value") -> list[float | None]:
    return counted.filter(pl.col("metric_id") == metric).sort("month")[column].to_list()


def test_requests_are_counted_by_month(counted: pl.DataFrame) -> None:
    assert _values(counted, "requests_received") == [3, 4, 0]


def test_resolved_at_first_contact_is_a_share_of_requests_with_an_outcome(counted: pl.DataFrame) -> None:
    assert _values(counted, "requests_resolved_at_first_contact", "numerator") == [0, 2, 0]
    assert _values(counted, "requests_resolved_at_first_contact", "denominator") == [3, 3, 0]
    assert _values(counted, "requests_resolved_at_first_contact") == [0, pytest.approx(200 / 3), None]


def test_somebody_with_two_requests_waits_once_and_until_assessed(counted: pl.DataFrame) -> None:
    assert _values(counted, "people_waiting_for_assessment") == [2, 1, 0]


def test_days_run_from_the_latest_request_and_only_for_the_assessment_that_answers_it(counted: pl.DataFrame) -> None:
    assert _values(counted, "median_days_request_to_assessment") == [None, 15, 31]
    assert _values(counted, "median_days_request_to_assessment", "denominator") == [0, 1, 1]


def test_support_that_ends_on_the_last_day_of_a_month_is_not_open_at_its_end(counted: pl.DataFrame) -> None:
    assert _values(counted, "people_with_long_term_support") == [2, 1, 1]


def test_weekly_cost_changes_hands_at_the_uplift_and_leaves_out_what_is_bought_once(counted: pl.DataFrame) -> None:
    assert _values(counted, "weekly_cost_open_packages") == [100.0, 180.0, 180.0]


def test_truth_adds_up_from_the_events(fife: World, registry: Registry) -> None:
    known = known_on(fife, UNTIL)
    counted = monthly_truth(known, fife.span.months, registry.code_lists)
    since_start = known["request"].filter(pl.col("request_date") >= fife.span.start).height
    assert sum(_values(counted, "requests_received")) == since_start
    assert len(_values(counted, "requests_received")) == 36
