"""A change of level, recovered where it is known, and hardly ever found where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from cls_pipeline.evidence.change import Change, against_placebos, level_change, pooled

PERIODS = np.arange(60)
ALIKE = np.ones(60)
SEASON = np.array([3.0, -1.0, 0.0, -2.0] * 15)


def test_without_noise_the_difference_of_two_levels_is_found() -> None:
    found = level_change(np.arange(10), np.array([5.0] * 6 + [7.0] * 4), np.ones(10), 6)
    assert found is not None
    assert found.estimate == pytest.approx(2)
    assert found.error == pytest.approx(0, abs=1e-5)


def test_a_trend_a_season_and_a_break_are_not_taken_for_the_change() -> None:
    values = 100 + 0.5 * PERIODS + SEASON + 20.0 * (PERIODS >= 15) - 7.0 * (PERIODS >= 40)
    found = level_change(PERIODS, values, ALIKE, 40, [15], season=4)
    assert found is not None
    assert found.estimate == pytest.approx(-7)


def test_a_change_that_grows_is_told_by_its_mean_over_the_points_after() -> None:
    values = np.where(PERIODS >= 50, 1.0 * (PERIODS - 50), 0.0)
    found = level_change(PERIODS, values, ALIKE, 50, season=4)
    assert found is not None
    assert found.estimate == pytest.approx(4.5)


def test_a_point_of_many_people_counts_more() -> None:
    values = np.array([0.0, 0.0, 0.0, 1.0, 2.0, 0.0, 1.0])
    alike, unlike = (level_change(np.arange(7), values, np.array(w), 3) for w in ([1.0] * 7, [1.0] * 4 + [9, 1, 1]))
    assert alike is not None
    assert unlike is not None
    assert unlike.estimate > alike.estimate + 0.3


def test_of_as_many_terms_as_points_nothing_is_said() -> None:
    assert level_change(np.arange(8), np.arange(8.0), np.ones(8), 4, [2, 6], season=4) is None


def test_where_nothing_changed_and_points_are_alike_in_time_a_change_is_hardly_ever_found() -> None:
    rng = np.random.default_rng(5)
    found = 0
    for _ in range(200):
        noise = np.zeros(24)
        for at, shock in enumerate(rng.standard_normal(23), start=1):
            noise[at] = 0.5 * noise[at - 1] + shock
        change = level_change(PERIODS[:24], noise, ALIKE[:24], 14)
        assert change is not None
        found += change.low > 0 or change.high < 0
    assert found <= 16


def test_a_units_change_is_judged_by_how_far_the_others_changes_differ() -> None:
    # Their mean is 2 and their standard deviation 1; 1.1547 is the root of 1 and a third; 4.3027 Student's of two.
    found = against_placebos(7.0, np.array([1.0, 2.0, 3.0]))
    assert found.estimate == pytest.approx(5)
    assert found.error == pytest.approx(1.1547, abs=1e-4)
    assert found.high - found.estimate == pytest.approx(4.3027 * 1.1547, abs=1e-3)


def test_units_that_agree_are_pooled_by_how_sure_each_is() -> None:
    # By hand: weights 1 and 1/4, so the mean is (0 x 1 + 5 x 0.25) / 1.25, and its variance 1 / 1.25.
    found = pooled([Change(0.0, 1.0, 0, 0), Change(1.0, 2.0, 0, 0)])
    assert found.estimate == pytest.approx(0.2)
    assert found.error == pytest.approx(1.25**-0.5)


def test_units_that_differ_by_more_than_chance_make_the_mean_less_sure() -> None:
    agree = pooled([Change(size, 0.1, 0, 0) for size in (1.0, 1.0, 1.0)])
    differ = pooled([Change(size, 0.1, 0, 0) for size in (0.0, 1.0, 2.0)])
    assert agree.estimate == differ.estimate == pytest.approx(1)
    assert differ.error == pytest.approx(1 / 3**0.5)
    assert agree.error < differ.error / 5
