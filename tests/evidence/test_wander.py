"""The local level model: which wander is seen, and what regression under it gives."""

from __future__ import annotations

import numpy as np
import pytest

from cls_pipeline.evidence.wander import (
    RATIOS,
    Wander,
    common_prior,
    independent_places,
    regress,
    restricted,
    wander_of,
)

MONTHS = 120


def made(ratio: float, seed: int, months: int = MONTHS) -> np.ndarray:
    """Scatter of standard deviation 0.1 round a level that wanders by so many times its variance."""
    rng = np.random.default_rng(seed)
    return rng.normal(0, 0.1, months) + np.cumsum(rng.normal(0, 0.1 * np.sqrt(ratio), months))


def constant(months: int = MONTHS) -> np.ndarray:
    return np.ones((months, 1))


@pytest.mark.parametrize(("ratio", "low", "high"), [(0.0, 0.0, 0.003), (0.1, 0.03, 0.3), (10.0, 3.0, 100.0)])
def test_the_ratio_of_wander_to_scatter_is_seen(ratio: float, low: float, high: float) -> None:
    seen = [wander_of(made(ratio, seed), constant()) for seed in range(3001, 3022)]
    assert low <= np.median([one.ratio for one in seen if one]) <= high


def test_without_wander_regression_is_ordinary_least_squares() -> None:
    values = made(0.0, 3031)
    design = np.column_stack([np.ones(MONTHS), np.arange(MONTHS)])
    ours, covariance = regress(values, design, Wander(0, 2.0))
    assert ours == pytest.approx(np.linalg.lstsq(design, values)[0])
    assert covariance == pytest.approx(2.0 * np.linalg.inv(design.T @ design))


def test_with_wander_alone_a_step_is_the_change_of_its_month() -> None:
    values = made(100.0, 3032, 20)
    design = np.column_stack([np.ones(20), np.arange(20) >= 10]).astype(float)
    ours, _ = regress(values, design, Wander(RATIOS.index(100.0), 1.0))
    assert ours[1] == pytest.approx(values[10] - values[9], abs=0.05)


def test_a_month_without_a_value_changes_nothing_but_its_absence() -> None:
    """The regressor of its own gives what leaving the month out gives, in estimates and in likelihood."""
    values = made(0.0, 3033)
    values[[40, 41, 90]] = np.nan
    known = np.isfinite(values)
    ours, covariance = regress(values, constant(), Wander(0, 1.0))
    assert ours[0] == pytest.approx(values[known].mean())
    assert covariance[0, 0] == pytest.approx(1 / known.sum())
    squares, likelihood, free = restricted(values, constant())
    steps = np.arange(1, MONTHS + 1)[known]
    for at in (0, 4, 8):
        covariances = np.eye(len(steps)) + RATIOS[at] * np.minimum.outer(steps, steps)
        inverse = np.linalg.inv(covariances)
        one = np.ones(len(steps))
        mean = one @ inverse @ values[known] / (one @ inverse @ one)
        rest = values[known] - mean
        assert squares[at] == pytest.approx(rest @ inverse @ rest)
        dets = np.linalg.slogdet(covariances)[1] + np.log(one @ inverse @ one)
        assert likelihood[at] == pytest.approx(-0.5 * (free * np.log(squares[at]) + dets))


def test_too_few_months_show_no_wander() -> None:
    assert wander_of(np.array([1.0, 2.0, np.nan]), constant(3)) is None


def test_the_common_prior_lies_where_the_series_do() -> None:
    seen = np.array([restricted(made(0.1, seed), constant())[1] for seed in range(3041, 3068)])
    prior = np.exp(common_prior(seen))
    assert prior.sum() == pytest.approx(1)
    assert prior[RATIOS.index(0.03) : RATIOS.index(0.3) + 1].sum() > 0.8
    assert prior.min() == pytest.approx(0.05 / len(RATIOS), rel=0.1)


def test_columns_that_are_sums_of_others_are_left_out() -> None:
    one, two = np.ones(5), np.arange(5.0)
    assert independent_places(np.column_stack([one, two, one + two, 0 * one])) == [0, 1]
