"""What counts as a true break, and what the warehouse tells of it, on courses whose answer is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from cls_pipeline.sample.chance import Numbers
from cls_pipeline.sample.survival.breaks import compared_breaks, course_of
from cls_pipeline.sample.survival.steps import Course, true_steps

MONTHS = pl.date_range(date(2018, 1, 1), date(2023, 12, 1), "1mo", eager=True)
AT = np.arange(len(MONTHS))


def steps(recorded: Numbers, true: float = 400.0, is_flow: bool = True) -> list[tuple[int, float]]:
    """Places and sizes, as shares, of a recorded figure's steps against a true one that does not change."""
    ratio = np.log(recorded / true)
    found = true_steps(Course(ratio, np.full(len(ratio), true), is_flow))
    return [(step.at, round(float(np.expm1(step.size)), 3)) for step in found]


def test_a_step_that_stays_is_one_break_in_its_month() -> None:
    assert steps(np.where(AT >= 30, 448.0, 400.0)) == [(30, 0.12)]


def test_a_step_and_the_step_back_are_two() -> None:
    assert steps(np.where((AT >= 20) & (AT < 45), 448.0, 400.0)) == [(20, 0.12), (45, -0.107)]


@pytest.mark.parametrize("recorded", [400.0, 403.0])
def test_no_step_and_one_of_less_than_a_hundredth_are_none(recorded: float) -> None:
    assert steps(np.where(AT >= 30, recorded, 400.0)) == []


@pytest.mark.parametrize("months", [1, 5])
def test_what_does_not_last_half_a_year_is_no_break(months: int) -> None:
    assert steps(np.where((AT >= 30) & (30 + months > AT), 600.0, 400.0)) == []


def test_an_error_that_grows_over_two_years_is_drift() -> None:
    assert steps(400.0 * (1 + 0.2 * np.clip((AT - 24) / 24, 0, 1))) == []


def test_a_step_so_near_an_end_that_it_may_not_last_is_none() -> None:
    assert steps(np.where(len(AT) - 3 <= AT, 448.0, 400.0)) == []


@pytest.mark.parametrize(("more", "found"), [(2, 0), (7, 0), (8, 1)])
def test_of_thirty_people_waiting_eight_more_for_good_are_a_break_and_two_are_chance(more: int, found: int) -> None:
    assert len(steps(np.where(AT >= 30, 30.0 + more, 30.0), true=30.0, is_flow=False)) == found


def test_two_records_more_every_month_add_up_to_a_break_of_a_flow() -> None:
    assert len(steps(np.where(AT >= 30, 32.0, 30.0), true=30.0)) == 1


def test_months_of_a_figure_that_counts_nothing_are_compared_by_rank() -> None:
    ratio = np.log(np.where(AT >= 30, 21.0, 20.0) / 20.0)
    assert [step.at for step in true_steps(Course(ratio, None, True))] == [30]


def test_a_step_of_a_record_or_none_a_month_may_lie_in_several_months() -> None:
    rng = np.random.default_rng(4001)
    wrong = np.where(AT >= 30, rng.poisson(1.2, len(AT)), 0)
    [step] = true_steps(Course(np.log((12.0 + wrong) / 12.0), np.full(len(AT), 12.0), True))
    assert step.earliest <= 30 <= step.latest + 3


def test_a_month_that_is_truly_nought_or_not_recorded_has_no_ratio_and_no_warning() -> None:
    frame = pl.DataFrame(
        {
            "metric_id": "requests_received",
            "true_value": [0.0, 0.0, 4.0, 4.0],
            "value_raw": [2.0, 0.0, None, 8.0],
            "units": [0.0, 0.0, 4.0, 4.0],
        }
    )
    with np.errstate(all="raise"):
        course = course_of(frame)
    assert np.isnan(course.ratio).tolist() == [True, True, True, False]


TOLD = {"site_id": pl.String, "metric_id": pl.String, "month": pl.Date, "size": pl.Float64, "is_alarm": pl.Boolean}


def scored(told: list[tuple[date, float, bool]], step: float = 1.12) -> list[tuple[bool, bool]]:
    """Whether each break is true and told, of requests that step by 12 % in July 2020."""
    figures = pl.DataFrame(
        {
            "site_id": "s",
            "metric_id": "requests_received",
            "month": MONTHS,
            "true_value": 400.0,
            "value_raw": np.where(AT >= 30, 400.0 * step, 400.0),
        }
    )
    rows = [("s", "requests_received", *row) for row in told]
    found = compared_breaks(pl.DataFrame(rows, schema=TOLD, orient="row"), figures)
    return list(found.select("is_true", "is_told").iter_rows())


def test_a_break_is_told_within_three_months_and_the_right_way() -> None:
    assert scored([(date(2020, 9, 1), 0.3, True)]) == [(True, True)]
    assert scored([(date(2020, 9, 1), -0.3, True)]) == [(True, False)]
    assert scored([(date(2021, 2, 1), 0.3, False)]) == [(True, False)]


def test_an_alarm_where_nothing_steps_is_false() -> None:
    assert scored([(date(2020, 7, 1), 0.1, True)], step=1.0) == [(False, True)]


def test_a_measured_cutover_that_raises_no_alarm_is_no_false_one() -> None:
    assert scored([(date(2022, 7, 1), 0.1, False)], step=1.0) == []


def test_a_true_step_of_less_than_five_per_cent_need_not_be_told_and_may_be() -> None:
    assert scored([], step=1.03) == scored([(date(2020, 7, 1), 0.03, True)], step=1.03) == []
