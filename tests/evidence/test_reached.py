"""Shares of people to whom something happened by a day, while some are not yet followed that long."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from cls_pipeline.evidence.reached import shares_reached

#: Weeks in remission under 6-mercaptopurine, and whether it ended: Freireich and others 1963, in Cox 1972 (JRSS B 34).
REMISSION = [
    *[(6, True)] * 3, (6, False), (7, True), (9, False), (10, True), (10, False), (11, False), (13, True), (16, True),
    (17, False), (19, False), (20, False), (22, True), (23, True), (25, False), (32, False), (32, False), (34, False),
    (35, False),
]  # fmt: skip


def people(rows: list[tuple[int, bool]], within: int) -> pl.DataFrame:
    """One group followed so many days."""
    return pl.DataFrame(rows, schema={"days": pl.Int64, "happened": pl.Boolean}, orient="row").select(
        pl.lit("s").alias("site_id"), pl.lit(within).alias("within"), "days", "happened"
    )


# The survivor function with its log(-log) interval as textbooks and Stata's `sts list` print it of these data.
@pytest.mark.parametrize(
    ("week", "left", "low", "high"),
    [
        (7, 0.8067, 0.5631, 0.9228),
        (10, 0.7529, 0.5032, 0.8894),
        (16, 0.6275, 0.3675, 0.8049),
        (23, 0.4482, 0.1881, 0.6801),
    ],
)
def test_the_estimate_and_its_interval_are_those_printed_of_the_trial_of_6_mp(
    week: int, left: float, low: float, high: float
) -> None:
    (found,) = shares_reached(people(REMISSION, week), still_followed=1).select("share", "low", "high").rows()
    assert found == pytest.approx((1 - left, 1 - high, 1 - low), abs=5e-5)


def test_four_people_of_whom_one_is_lost_from_sight() -> None:
    # Of four one on day 1, one lost on day 2, of two left one on day 3: 3/4 x 1/2 are left.
    rows = [(1, True), (2, False), (3, True), (9, False)]
    found = shares_reached(people(rows, 5), still_followed=1)
    assert found.select("people", "happened", "cut_short", "share").rows() == [(4, 2, 1, 0.625)]


def test_who_is_seen_on_the_last_day_counts_and_who_is_lost_on_it_was_followed_to_it() -> None:
    found = shares_reached(people([(5, True), (5, False), (6, True), (6, False)], 5))
    assert found.select("happened", "cut_short", "share").rows() == [(1, 0, 0.25)]


def test_of_nobody_the_interval_is_the_exact_one_of_those_followed() -> None:
    # Clopper and Pearson of 0 of 10: up to 0.3085.
    found = shares_reached(people([(9, False)] * 10 + [(2, False)], 5))
    assert found.select("share", "low", "high").rows() == [(0.0, 0.0, pytest.approx(0.30850, abs=5e-6))]


def test_of_all_the_interval_is_the_exact_one() -> None:
    found = shares_reached(people([(2, True)] * 10, 5))
    assert found.select("share", "low", "high").rows() == [(1.0, pytest.approx(0.69150, abs=5e-6), 1.0)]


def test_there_is_no_figure_while_few_are_followed_to_the_day_and_others_are_not() -> None:
    assert shares_reached(people([(1, True), *[(3, False)] * 20, *[(9, False)] * 9], 5)).is_empty()
    assert shares_reached(people([(1, True), *[(3, False)] * 20, *[(9, False)] * 10], 5)).height == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40))
def test_the_share_is_that_of_the_library(rows: list[tuple[int, bool]]) -> None:
    found = shares_reached(people(rows, 8), still_followed=0)["share"][0]
    curve = SurvfuncRight([day for day, _ in rows], [int(happened) for _, happened in rows])
    left = [prob for day, prob in zip(curve.surv_times, curve.surv_prob, strict=True) if day <= 8]
    assert found == pytest.approx(1 - (left[-1] if left else 1.0), abs=1e-9)
