"""Many breaks seen together."""

from __future__ import annotations

import numpy as np
import pytest

from cls_pipeline.evidence.pool import pool_of, pooled
from cls_pipeline.evidence.step import Step, with_interval


def measured(shift: float, error: float) -> Step:
    return with_interval(Step("peers"), shift, 1.959964 * error, 5.0, "log")


def many(truths: np.ndarray, error: float, seed: int) -> list[Step]:
    noise = np.random.default_rng(seed).normal(0, error, len(truths))
    return [measured(shift, error) for shift in truths + noise]


def test_where_breaks_do_nothing_intervals_shrink_and_hold_nothing() -> None:
    steps = many(np.zeros(50), 0.03, 4001)
    pool = pool_of(steps)
    assert pool is not None
    drawn = [pooled(step, pool, "log") for step in steps]
    # Two standard errors to either side are 0.118.
    assert np.median([step.high - step.low for step in drawn if step.low and step.high]) < 0.08
    assert np.mean([step.low <= 0 <= step.high for step in drawn if step.low and step.high]) >= 0.95


def test_where_breaks_differ_intervals_still_hold_the_truth() -> None:
    held = []
    for seed in range(4010, 4020):
        truths = np.random.default_rng([seed, 1]).normal(0, 0.03, 50)
        steps = many(truths, 0.03, seed)
        pool = pool_of(steps)
        if pool is not None:
            drawn = [pooled(step, pool, "log") for step in steps]
            held += [s.low <= x <= s.high for s, x in zip(drawn, truths, strict=True) if s.low and s.high]
    assert len(held) >= 250
    assert np.mean(held) >= 0.93


def test_a_clear_step_keeps_its_own_measurement() -> None:
    steps = [*many(np.zeros(50), 0.01, 4021), measured(0.3, 0.01)]
    pool = pool_of(steps)
    assert pool is not None
    assert pooled(steps[-1], pool, "log") is steps[-1]


def test_where_many_breaks_are_clear_steps_none_is_drawn_in() -> None:
    assert pool_of(many(np.array([0.0] * 30 + [0.3] * 10), 0.01, 4031)) is None


def test_few_breaks_make_no_pool() -> None:
    assert pool_of(many(np.zeros(10), 0.01, 4041)) is None
    assert pool_of([Step("thin")] * 100) is None


def test_what_all_breaks_have_in_common_is_no_link_for_everybody() -> None:
    pool = pool_of(many(np.full(50, 0.02), 0.02, 4051))
    assert pool is not None
    assert pool.spread > 0.02
    drawn = pooled(measured(0.0, 0.02), pool, "log")
    assert drawn.shift == 0


def test_errors_that_are_too_large_do_not_make_breaks_small() -> None:
    pool = pool_of([measured(0.0001 * sign, 0.05) for sign in (-1, 1) * 25])
    assert pool is not None
    assert pool.spread == pytest.approx(0.05 * np.sqrt(50 / 34.76 - 1), rel=0.01)
