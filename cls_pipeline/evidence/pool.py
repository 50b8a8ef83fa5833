"""Many breaks of one metric seen together: each measurement drawn towards nothing by as much as breaks have earned.

One small site can't tell a step of nothing from one of five per cent. If thirty breaks of the metric, measured as well
as each can be, together moved levels by next to nothing, that is evidence about each of them. How a single break is
measured is in `step` and `overlap`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2, norm

from cls_pipeline.evidence.scale import Scale
from cls_pipeline.evidence.step import CONFIDENCE, Step, with_interval
from cls_pipeline.evidence.wander import Numbers

# What breaks usually do cannot be told from fewer.
BREAKS: Final = 20
# A step that stands this many of its own standard errors from nothing needs no pool and is no part of it.
CLEAR: Final = 3.0
# Where more of the breaks than this are clear steps, breaks of the metric do move its level, and none is drawn in.
CLEAR_SHARE: Final = 0.2


@dataclass(frozen=True)
class Pool:
    """What breaks of one metric usually do: at most `spread` (a standard deviation, on the scale) either way."""

    spread: float
    breaks: int


def pool_of(steps: Sequence[Step]) -> Pool | None:
    """How far breaks usually move the level, from those that are no clear steps; None where they can't tell.

    The spread is not the likeliest but the largest that the measurements allow with 95 % confidence: the Q-profile
    bound (Viechtbauer, Statistics in Medicine 26, 2007), about a mean of nothing, so what all breaks have in common
    counts as spread and not as a link for everybody.
    """
    shifts, errors = _measured(steps)
    usual = np.abs(shifts) <= CLEAR * errors
    if usual.sum() < BREAKS or usual.mean() < 1 - CLEAR_SHARE:
        return None
    squares, variances = shifts[usual] ** 2, errors[usual] ** 2
    # Measurements closer to nothing than their errors allow say that errors are too large, not that breaks are small.
    squares = squares * max(1.0, usual.sum() / float((squares / variances).sum()))
    least = float(chi2.ppf(1 - CONFIDENCE, usual.sum()))

    def excess(variance: float) -> float:
        return float((squares / (variances + variance)).sum()) - least

    spread = float(np.sqrt(brentq(excess, 0.0, float(squares.sum()) / least)))
    return Pool(spread, int(usual.sum()))


def pooled(step: Step, pool: Pool, scale: Scale) -> Step:
    """One measurement drawn towards nothing: the posterior of a step that beforehand has mean 0 and the pool's spread.

    Empirical Bayes (Morris, JASA 78, 1983). The interval is right for breaks on the whole and not for one that differs
    from the others by less than its own error: such a step is drawn in with the rest. A clear step keeps its own
    measurement; so does a thin one, as it has none.
    """
    if step.shift is None or step.low is None or step.high is None or step.level is None:
        return step
    error = _error(step.low, step.high)
    if abs(step.shift) > CLEAR * error or error == 0:
        return step
    own = pool.spread**2 / (pool.spread**2 + error**2)
    half = float(norm.ppf(0.5 + CONFIDENCE / 2) * error * np.sqrt(own))
    note = f"interval narrowed by what {pool.breaks} breaks of the metric did together"
    drawn = replace(step, method="pooled", note=note)
    return with_interval(drawn, own * step.shift, half, step.level, scale)


def _measured(steps: Sequence[Step]) -> tuple[Numbers, Numbers]:
    rows = [
        (step.shift, _error(step.low, step.high))
        for step in steps
        if step.shift is not None and step.low is not None and step.high is not None and step.high > step.low
    ]
    table = np.array(rows, dtype=float).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _error(low: float, high: float) -> float:
    return (high - low) / 2 / float(norm.ppf(0.5 + CONFIDENCE / 2))
