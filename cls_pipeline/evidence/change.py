"""How far a figure's level changed at a day: one regression, used by every design of `contribution`.

Generalised least squares whose errors resemble their neighbours' in time by some correlation. Of twenty points nobody
can say by how much, so every correlation counts by its restricted likelihood. (Errors after Newey and West, which are
right for many points, took one change in five for real in series of twenty to sixty without any, at a correlation of
0.5; these about one in twenty.) Which points go in, and against what they are held, is decided by the caller.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student
from statsmodels.stats.meta_analysis import combine_effects

from cls_pipeline.evidence.wander import Numbers, independent

CONFIDENCE: Final = 0.95
#: Correlations of neighbouring periods that are weighed, alike before anything is seen.
CORRELATIONS: Final = tuple(round(0.05 * step, 2) for step in range(20))


@dataclass(frozen=True)
class Change:
    """A change of level and its 95 % interval, on the scale of the values; `error` is its standard error."""

    estimate: float
    error: float
    low: float
    high: float


def level_change(
    periods: NDArray[np.int64],
    values: Numbers,
    weights: Numbers,
    first_after: int,
    steps: Sequence[int] = (),
    *,
    season: int = 0,
) -> Change | None:
    """The mean change over the points after, against what those before would have gone on to; None if too few are left.

    Args:
        periods: the numbers of the points' periods, in order; some may be missing.
        values: the points, none missing.
        weights: how much each counts: the inverse of its variance but for a factor.
        first_after: the first period after the day.
        steps: first periods after breaks, each a step of its own.
        season: periods a year, where the values have a trend and a season of their own (as in an interrupted time
            series: Bernal, Cummins and Gasparrini, Int. J. Epidemiology 46, 2017); 0 where these are taken out already,
            as in a difference of two parts.
    """
    after = (periods >= first_after).astype(np.float64)
    columns = [after, np.ones(len(periods))]
    if season:
        # Centred over the points after, so that the first coefficient is the mean gap there.
        time = periods - periods[periods >= first_after].mean()
        turns = 2 * np.pi * periods / season
        columns += [time, after * time, np.sin(turns), np.cos(turns)]
        columns += [np.sin(2 * turns), np.cos(2 * turns)] if season > 4 else [np.cos(2 * turns)]
    columns += [(periods >= step).astype(np.float64) for step in steps]
    table = independent(np.column_stack(columns))
    free = len(values) - table.shape[1]
    if free < 2:
        return None
    scale = np.sqrt(weights / weights.mean())
    estimate, error = _averaged(periods, values * scale, table * scale[:, None], free)
    return _with_interval(estimate, error, free)


def _averaged(periods: NDArray[np.int64], values: Numbers, table: Numbers, free: int) -> tuple[float, float]:
    """The first coefficient and its error over all correlations, each by its restricted likelihood (Harville, JASA 72,
    1977); the error has what correlations differ in."""
    whitening, log_dets = _whitening(tuple((periods - periods[0]).tolist()))
    target, columns = whitening @ values, whitening @ table
    basis, triangle = np.linalg.qr(columns)
    along = np.einsum("rnk,rn->rk", basis, target)
    inverse = np.linalg.inv(triangle)
    squares = np.maximum((target**2).sum(axis=1) - (along**2).sum(axis=1), 1e-12)
    likelihood = -0.5 * (log_dets + free * np.log(squares))
    likelihood -= np.log(np.abs(np.diagonal(triangle, axis1=1, axis2=2))).sum(axis=1)
    shares = np.exp(likelihood - likelihood.max())
    shares /= shares.sum()
    coefficients = (inverse[:, 0] * along).sum(axis=1)
    variances = squares / free * (inverse[:, 0] ** 2).sum(axis=1)
    mean = float(shares @ coefficients)
    return mean, float(np.sqrt(shares @ (variances + (coefficients - mean) ** 2)))


@lru_cache(maxsize=256)
def _whitening(places: tuple[int, ...]) -> tuple[Numbers, Numbers]:
    """For each correlation the matrix that leaves points at these places uncorrelated, and log |V|."""
    apart = np.abs(np.subtract.outer(places, places))
    roots = np.linalg.cholesky(np.array([correlation**apart for correlation in CORRELATIONS]))
    log_dets = 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    return np.linalg.inv(roots), log_dets


def against_placebos(own: float, others: Numbers) -> Change:
    """A unit's change less that of the others, judged by how far the others' changes differ among themselves.

    For few periods, in which a unit's own points tell no error (Conley and Taber, Review of Economics and Statistics
    93, 2011). `others` are their changes, at least two.
    """
    count = len(others)
    error = float(others.std(ddof=1)) * float(np.sqrt(1 + 1 / count))
    return _with_interval(own - float(others.mean()), error, count - 1)


def pooled(changes: Sequence[Change]) -> Change:
    """The mean change over units that differ: random effects (Paule and Mandel), with Hartung and Knapp's error.

    The larger of theirs and the ordinary error is taken, so that units which happen to agree don't look surer than each
    is (Wiksten, Rücker and Schwarzer, Statistics in Medicine 35, 2016).
    """
    effects = np.array([change.estimate for change in changes])
    variances = np.array([change.error**2 for change in changes])
    # Units that agree leave nothing to divide what is unlike by.
    with np.errstate(divide="ignore", invalid="ignore"):
        found = combine_effects(effects, variances, method_re="pm")
    error = float(np.sqrt(max(found.var_eff_w_re, found.var_hksj_re)))
    return _with_interval(float(found.mean_effect_re), error, len(changes) - 1)


def _with_interval(estimate: float, error: float, free: int) -> Change:
    half = float(student.ppf(0.5 + CONFIDENCE / 2, free)) * error
    return Change(estimate, error, estimate - half, estimate + half)
