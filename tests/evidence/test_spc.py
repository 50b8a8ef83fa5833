"""Control limits and signals, against figures worked by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.evidence.spc import control_limits, signals, spc_points

NO_BREAKS = pl.DataFrame(schema={"site_id": pl.String, "metric_id": pl.String, "month": pl.Date})


def months(count: int) -> list[date]:
    return [date(2020 + at // 12, at % 12 + 1, 1) for at in range(count)]


def series(values: list[float | None], site: str = "ash", metric: str = "requests") -> pl.DataFrame:
    return pl.DataFrame(
        {
            "site_id": [site] * len(values),
            "metric_id": [metric] * len(values),
            "month": months(len(values)),
            "value": values,
        }
    )


def declared(*at: date) -> pl.DataFrame:
    return pl.DataFrame({"site_id": ["ash"] * len(at), "metric_id": ["requests"] * len(at), "month": list(at)})


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=float)


def test_limits_are_the_mean_and_2_66_mean_moving_ranges() -> None:
    # Ranges 2, 1, 3, 2: their mean is 2.
    assert control_limits(array(10, 12, 11, 14, 12)) == pytest.approx((11.8, 11.8 - 5.32, 11.8 + 5.32))


def test_a_range_of_3_267_mean_ranges_or_more_is_left_out_once() -> None:
    # Ranges 1 × 8 and 41, 41: their mean is 9, and 41 ≥ 29.4; the mean of the others is 1.
    values = array(10, 11, 10, 11, 10, 51, 10, 11, 10, 11, 10)
    mean, low, high = control_limits(values)
    assert (high - mean, mean - low) == pytest.approx((2.66, 2.66))


def test_equal_points_have_their_mean_for_limits() -> None:
    assert control_limits(array(5, 5, 5)) == (5, 5, 5)


def test_one_point_has_no_limits() -> None:
    assert np.isnan(control_limits(array(5))[1:]).all()


def test_a_point_beyond_a_limit_is_a_signal() -> None:
    assert signals(array(*[10, 11] * 10, 51, *[10, 11] * 10))["outside_limits"].tolist() == [0] * 20 + [1] + [0] * 20


def test_all_seven_points_on_one_side_are_signals_and_six_are_not() -> None:
    six = array(1, 3, 1, 3, 1, 3, 9, 8, 9, 8, 9, 8)
    seven = array(1, 3, 1, 3, 1, 3, 1, 9, 8, 9, 8, 9, 8)
    assert not signals(six)["run_of_7"].any()
    assert signals(seven)["run_of_7"].tolist() == [-1] * 7 + [0] * 6


def test_a_point_on_the_mean_ends_a_run() -> None:
    assert not signals(array(6, 6, 6, 6, 5, 6, 6, 6, 1, 1, 6))["run_of_7"].any()
    assert signals(array(6, 6, 6, 6, 6, 6, 6, 6, 1, 1, 6))["run_of_7"].any()


def test_seven_rising_points_are_a_trend_and_six_are_not() -> None:
    assert signals(array(9, 1, 2, 3, 4, 5, 6, 7, 2))["trend_of_7"].tolist() == [0] + [1] * 7 + [0]
    assert not signals(array(9, 1, 2, 3, 4, 5, 6, 2))["trend_of_7"].any()


def test_a_step_of_nothing_ends_a_trend() -> None:
    assert not signals(array(1, 2, 3, 4, 4, 5, 6, 7))["trend_of_7"].any()


def test_two_of_three_near_the_same_limit_are_signals() -> None:
    # Mean 0, mean moving range 2: the outer third lies between 3.55 and 5.32.
    values = array(0, 1, -1, 1, -1, 0, 4, 3, 4, 0, -1, 1, -1, -3, -4, -3)
    chart = signals(values)
    assert chart["two_of_three"].tolist()[6:9] == [1, 0, 1]
    assert chart["two_of_three"][14] == 0


def test_two_of_three_need_the_third_on_their_side() -> None:
    values = array(0, 1, -1, 1, -1, 0, 4, -0.5, 4, 0, -1, 1, -1, -3, -4, -3)
    assert not signals(values)["two_of_three"].any()


def test_limits_are_drawn_anew_at_a_declared_break() -> None:
    chart = spc_points(series([10, 12] * 6 + [20, 22] * 6), declared(date(2021, 1, 1)), {"requests": "higher"})
    assert chart["segment"].to_list() == [1] * 12 + [2] * 12
    assert chart["mean"].unique().sort().to_list() == [11, 21]
    assert chart["signals"].list.len().sum() == 0


def test_no_break_is_drawn_because_a_signal_fired() -> None:
    chart = spc_points(series([10, 12] * 6 + [20, 22] * 6), NO_BREAKS, {"requests": "higher"})
    assert chart["segment"].unique().to_list() == [1]
    assert chart["signals"].list.contains("run_of_7").all()


@pytest.mark.parametrize(
    ("direction", "meanings"),
    [
        ("higher", ["concern", "improvement"]),
        ("lower", ["improvement", "concern"]),
        ("neutral", ["neither", "neither"]),
    ],
)
def test_the_same_signal_means_what_the_metric_says_is_better(direction: str, meanings: list[str]) -> None:
    chart = spc_points(series([10, 12] * 6 + [20, 22] * 6), NO_BREAKS, {"requests": direction})
    assert chart["meaning"][[0, -1]].to_list() == meanings


def test_the_first_twelve_points_after_a_break_are_on_trial() -> None:
    chart = spc_points(series([10, 12] * 20), declared(date(2021, 1, 1)), {"requests": "higher"})
    assert chart["is_trial"].to_list() == [False] * 12 + [True] * 12 + [False] * 16


@pytest.mark.parametrize(("points", "few"), [(11, True), (12, False)])
def test_fewer_than_twelve_points_are_few(points: int, few: bool) -> None:
    chart = spc_points(series([10.0 + at % 2 for at in range(points)]), NO_BREAKS, {"requests": "higher"})
    assert chart["is_few_points"].unique().to_list() == [few]


def test_a_month_without_a_value_is_no_point() -> None:
    chart = spc_points(series([10, None, 12]), NO_BREAKS, {"requests": "higher"})
    assert chart["value"].to_list() == [10, 12]


def test_a_break_before_the_first_point_starts_no_second_segment() -> None:
    chart = spc_points(series([10, 12, 11]), declared(date(2019, 1, 1)), {"requests": "higher"})
    assert chart["segment"].unique().to_list() == [1]
    assert not chart["is_trial"].any()


def test_no_series_gives_no_points() -> None:
    assert spc_points(series([]), NO_BREAKS, {}).height == 0


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=40), st.floats(-1e3, 1e3))
def test_limits_move_with_the_points(values: list[float], shift: float) -> None:
    moved = np.array(control_limits(np.array(values) + shift))
    assert moved == pytest.approx(np.array(control_limits(np.array(values))) + shift, abs=1e-3)


@given(st.lists(st.integers(-100, 100), min_size=1, max_size=40))
def test_points_turned_over_give_signals_turned_over(values: list[int]) -> None:
    ours, mirrored = (signals(sign * np.array(values, dtype=float)) for sign in (1, -1))
    for rule in ours:
        assert (ours[rule] == -mirrored[rule]).all(), rule
