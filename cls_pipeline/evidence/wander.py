"""How a series moves when nothing happens to it: the local level model, and regression under it.

Two kinds of series need one treatment. A month's requests scatter round a level and know nothing of last month; people
with support, or weekly cost, are last month's plus a few. The local level model holds both: a level that wanders and a
scatter round it, y = level + scatter, level = last level + wander (Harvey, Forecasting, Structural Time Series Models
and the Kalman Filter, 1989, ch. 2 and 4; steps as regressors in it: Harvey and Durbin, JRSS A 149, 1986; van den
Brakel, Zhang and Tam, Int. Stat. Review 88, 2020, for breaks of method). The ratio of the two variances is chosen by
likelihood. What the regressors mean is not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

# Variance of a month's wander over that of the scatter: from none (counts of events) to nothing else (stocks). A step's
# standard error moves by less than a tenth between neighbours.
RATIOS: Final = (0.0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0)


# A column of which less than this share is left beside those before it is a sum of them.
_NOTHING: Final = 1e-8


@dataclass(frozen=True)
class Whitened:
    """For each ratio, the matrix that turns `months` correlated values into uncorrelated ones, and log |V|."""

    matrices: Numbers
    log_dets: Numbers


@lru_cache(maxsize=256)
def whitened(months: int) -> Whitened:
    """The whitening matrices of so many months in a row, ratios first."""
    steps = np.arange(1, months + 1)
    together = np.minimum.outer(steps, steps)
    covariances = np.eye(months) + np.array(RATIOS)[:, None, None] * together
    roots = np.linalg.cholesky(covariances)
    log_dets = 2 * np.log(np.diagonal(roots, axis1=1, axis2=2)).sum(axis=1)
    return Whitened(np.linalg.inv(roots), log_dets)


@dataclass(frozen=True)
class Wander:
    """How a series moves on its own: the place in RATIOS and the variance of the scatter (of the wander: × ratio)."""

    at: int
    scatter: float

    @property
    def ratio(self) -> float:
        """Variance of a month's wander over that of the scatter."""
        return RATIOS[self.at]


def wander_of(values: Numbers, regressors: Numbers, log_prior: Numbers | None = None) -> Wander | None:
    """The wander of a series beside its regressors, by restricted likelihood; None where too little is left to see.

    Args:
        values: months in a row, NaN where there is none.
        regressors: months × columns, the constant among them.
        log_prior: what is known beforehand of the ratio, an entry for each of RATIOS.
    """
    squares, likelihood, free = restricted(values, regressors)
    if free < 3:
        return None
    at = int(np.argmax(likelihood if log_prior is None else likelihood + log_prior))
    return Wander(at, float(squares[at] / free))


def restricted(values: Numbers, regressors: Numbers) -> tuple[Numbers, Numbers, int]:
    """Sum of squares and restricted log likelihood by ratio, and the degrees of freedom left; NaN where none are."""
    values, dummies = filled(values)
    # A column that is all but the sum of others would make the determinant a matter of rounding.
    full = independent(np.column_stack([dummies, regressors]))
    free = len(values) - full.shape[1]
    if free < 1:
        return np.full(len(RATIOS), np.nan), np.full(len(RATIOS), np.nan), 0
    white = whitened(len(values))
    basis, triangle = np.linalg.qr(white.matrices @ full)
    target = white.matrices @ values
    rest = target - (basis @ (basis.transpose(0, 2, 1) @ target[:, :, None]))[:, :, 0]
    squares = np.maximum((rest**2).sum(axis=1), 1e-24)
    log_info = 2 * np.log(np.abs(np.diagonal(triangle, axis1=1, axis2=2))).sum(axis=1)
    return squares, -0.5 * (free * np.log(squares) + white.log_dets + log_info), free


def common_prior(likelihoods: Numbers) -> Numbers:
    """Log prior of the ratio from the likelihoods of many like series, series × ratios.

    The mixing weights that make the series likeliest (Laird, JASA 73, 1978: nonparametric maximum likelihood, by EM),
    with a twentieth left for what none of the series showed.
    """
    shares = np.exp(likelihoods - likelihoods.max(axis=1, keepdims=True))
    weights = np.full(likelihoods.shape[1], 1 / likelihoods.shape[1])
    for _ in range(200):
        posterior = shares * weights
        weights = (posterior / posterior.sum(axis=1, keepdims=True)).mean(axis=0)
    return np.asarray(np.log(0.95 * weights + 0.05 / len(weights)))


def regress(values: Numbers, regressors: Numbers, wander: Wander) -> tuple[Numbers, Numbers]:
    """Coefficients and their covariance by generalised least squares under a known wander; months without a value drop.

    Raises:
        numpy.linalg.LinAlgError: a column is a sum of others.
    """
    values, dummies = filled(values)
    white = whitened(len(values)).matrices[wander.at]
    columns = white @ np.column_stack([dummies, regressors])
    bread = np.linalg.inv(columns.T @ columns)
    coefficients = bread @ (columns.T @ (white @ values))
    own = slice(dummies.shape[1], None)
    return coefficients[own], bread[own, own] * wander.scatter


def filled(values: Numbers) -> tuple[Numbers, Numbers]:
    """Values with 0 where there is none, and a regressor of its own for each such month, months × columns.

    The regressor takes the month out of every estimate and, counted in the restricted likelihood, out of that too; so
    all series of one length share their matrices.
    """
    known = np.isfinite(values)
    gaps = np.flatnonzero(~known)
    dummies = np.zeros((len(values), len(gaps)))
    dummies[gaps, np.arange(len(gaps))] = 1
    return np.where(known, values, 0.0), dummies


def independent(columns: Numbers) -> Numbers:
    """The columns, from the left, that are no sum of those before them."""
    return columns[:, independent_places(columns)]


def independent_places(columns: Numbers) -> list[int]:
    """The places of the columns, from the left, that are no sum of those before them."""
    if _all_independent(columns):
        return list(range(columns.shape[1]))
    kept: list[int] = []
    basis = np.zeros((len(columns), 0))
    for at in range(columns.shape[1]):
        column = columns[:, at]
        rest = column - basis @ (basis.T @ column)
        size = float(np.linalg.norm(rest))
        if size > _NOTHING * max(float(np.linalg.norm(column)), 1e-300):
            kept.append(at)
            basis = np.column_stack([basis, rest / size])
    return kept


def _all_independent(columns: Numbers) -> bool:
    """Whether no column is a sum of those before it: what is left of each is the diagonal of the triangle."""
    if columns.shape[1] > columns.shape[0]:
        return False
    left = np.abs(np.diagonal(np.linalg.qr(columns, mode="r")))
    return bool((left > _NOTHING * np.maximum(np.linalg.norm(columns, axis=0), 1e-300)).all())
