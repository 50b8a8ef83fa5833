"""What happened to one series, told in the fewest events: outliers, steps and ramps, each of which must earn its place.

Forward search and backward check as for outliers in X-12-ARIMA (Findley et al., Journal of Business and Economic
Statistics 16, 1998, section 3.3; Chen and Liu, JASA 88, 1993), with two differences. The series is a gap to peers, so
season and national shocks are gone and the local level model is enough. And ramps compete with steps, so a change that
took a year and more is not taken for one that took a day. Sites and dates are not known here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from cls_pipeline.evidence.wander import (
    Numbers,
    Wander,
    filled,
    independent_places,
    regress,
    restricted,
    wander_of,
    whitened,
)

Kind = Literal["outlier", "step", "ramp"]

# Months that a ramp takes. The programme's levers take 18 to 24 months in an area, and areas follow one another.
RAMP_MONTHS: Final = (18, 24, 36, 60, 120)
# A step needs as many months on either side; nearer to an end it cannot be told from an outlier.
EDGE_MONTHS: Final = 4
# More events than this in one series are no longer events.
MOST_EVENTS: Final = 16


@dataclass(frozen=True)
class Event:
    """An event of a series: its first month (0 is the first of the series), its months if a ramp, size and evidence.

    `score` is the signed root of the likelihood ratio, comparable with a standard normal deviate.
    """

    kind: Kind
    at: int
    months: int
    size: float
    error: float
    score: float


@dataclass(frozen=True)
class Told:
    """The events of a series, the standard error that a step in each month would have beside them, and the scatter.

    `scatter` is the standard deviation of what a month shows beside the wandering level; `likelihood` is that of each
    ratio of wander to scatter, the events known.
    """

    events: tuple[Event, ...]
    step_errors: Numbers
    scatter: float
    likelihood: Numbers


def tell(values: Numbers, known: Numbers, threshold: float, log_prior: Numbers) -> Told | None:
    """The events of a series beside those known of, by likelihood; None where too few months are left.

    Args:
        values: months in a row, NaN where there is none; the first and the last have a value.
        known: months × columns: the constant, and a column for each step declared.
        threshold: the least score of an event.
        log_prior: what is known of the wander beforehand, see `wander.common_prior`; zeros where nothing is.
    """
    series = _series(values, known, log_prior)
    return _told(series, _search(series, threshold))


@dataclass(frozen=True)
class _Candidates:
    names: tuple[tuple[Kind, int, int], ...]
    columns: Numbers
    white: Numbers
    squares: Numbers


@lru_cache(maxsize=16)
def _candidates(months: int) -> _Candidates:
    steps = np.arange(months)
    names: list[tuple[Kind, int, int]] = [("outlier", at, 0) for at in range(months)]
    names += [("step", at, 0) for at in range(EDGE_MONTHS, months - EDGE_MONTHS + 1)]
    for length in RAMP_MONTHS:
        names += [("ramp", at, length) for at in range(-length // 2, months - length // 2, max(length // 6, 1))]
    columns = np.column_stack([_shape(steps, *name) for name in names])
    white = whitened(months).matrices @ columns
    return _Candidates(tuple(names), columns, white, (white**2).sum(axis=1))


def _shape(steps: NDArray[np.int_], kind: Kind, at: int, length: int) -> Numbers:
    if kind == "outlier":
        return np.asarray(steps == at, dtype=float)
    if kind == "step":
        return np.asarray(steps >= at, dtype=float)
    return np.clip((steps - at) / length, 0.0, 1.0)


@dataclass(frozen=True)
class _Series:
    """What one search works on; `white_own` are the dummies of missing months and the columns known of, whitened under
    each ratio, `target` is the series so."""

    values: Numbers
    known: Numbers
    log_prior: Numbers
    candidates: _Candidates
    dummies: Numbers
    white_own: Numbers
    target: Numbers

    def regressors(self, chosen: list[int]) -> Numbers:
        """The columns known of, then those chosen."""
        return np.column_stack([self.known, self.candidates.columns[:, chosen]])

    def fit(self, chosen: list[int]) -> _Fit:
        """The fit with the events chosen, under each ratio of wander to scatter."""
        columns = np.column_stack([self.dummies, self.regressors(chosen)])
        white = np.concatenate([self.white_own, self.candidates.white[:, :, chosen]], axis=2)
        places = independent_places(columns)
        if len(places) < columns.shape[1]:
            white = white[:, :, places]
        basis, triangle = np.linalg.qr(white)
        target = self.target
        rest = target - (basis @ (basis.transpose(0, 2, 1) @ target[:, :, None]))[:, :, 0]
        # Months without a value leave the likelihood by way of their dummies, see `filled`.
        gaps = self.dummies.shape[1]
        missing = 2 * np.log(np.abs(np.diagonal(triangle, axis1=1, axis2=2)[:, :gaps])).sum(axis=1)
        constant = -0.5 * (whitened(len(target[0])).log_dets + missing) + self.log_prior
        return _Fit(basis, rest, (rest**2).sum(axis=1), constant, len(target[0]) - white.shape[2] - 1)


def _series(values: Numbers, known: Numbers, log_prior: Numbers) -> _Series:
    complete, dummies = filled(values)
    white = whitened(len(values)).matrices
    own = white @ np.column_stack([dummies, known])
    return _Series(values, known, log_prior, _candidates(len(values)), dummies, own, white @ complete)


@dataclass(frozen=True)
class _Fit:
    """A fit under each ratio of wander to scatter: what is left, and the rest of the likelihood with its prior."""

    basis: Numbers
    rest: Numbers
    squares: Numbers
    constant: Numbers
    free: int

    def likelihood(self, squares: Numbers, free: int) -> Numbers:
        """Log likelihood, the ratio at its best, of sums of squares left (ratios first)."""
        shape = (-1,) + (1,) * (squares.ndim - 1)
        every = self.constant.reshape(shape) - 0.5 * free * np.log(np.maximum(squares, 1e-24))
        return np.asarray(every.max(axis=0))


def _search(series: _Series, threshold: float) -> list[int]:
    chosen: list[int] = []
    # Each turn adds an event or ends; an event that was dropped may come back, so turns are counted too.
    for _ in range(2 * MOST_EVENTS):
        best, score = _best(series, chosen)
        if best is None or score < threshold or len(chosen) == MOST_EVENTS:
            break
        chosen = _pruned(series, _retold(series, [*chosen, best]), threshold)
    return chosen


def _best(series: _Series, chosen: list[int]) -> tuple[int | None, float]:
    """The candidate that adds most to the likelihood, the wander chosen anew with it, and its score."""
    fit, candidates = series.fit(chosen), series.candidates
    if fit.free < 8:
        return None, 0.0
    # One pass over the candidates, which are the larger part.
    rows = np.concatenate([fit.basis.transpose(0, 2, 1), fit.rest[:, None, :]], axis=1) @ candidates.white
    own = candidates.squares - (rows[:, :-1] ** 2).sum(axis=1)
    product = rows[:, -1]
    allowed = own > 1e-6 * candidates.squares
    gain = np.where(allowed, product**2 / np.where(allowed, own, 1.0), 0.0)
    after = fit.likelihood(fit.squares[:, None] - gain, fit.free)
    best = int(np.argmax(after))
    return best, _root(float(after[best] - fit.likelihood(fit.squares, fit.free)))


def _root(difference: float) -> float:
    return float(np.sqrt(max(2 * difference, 0.0)))


def _retold(series: _Series, chosen: list[int]) -> list[int]:
    """Each event looked for again beside the others: with more of the story told, it may be another or elsewhere."""
    told = list(chosen)
    for at in range(len(told) if len(told) > 1 else 0):
        best, _ = _best(series, told[:at] + told[at + 1 :])
        if best is not None and best not in told:
            told[at] = best
    return told


def _pruned(series: _Series, chosen: list[int], threshold: float) -> list[int]:
    """The events that still earn their place beside the others; the weakest goes first."""
    while len(chosen) > 1:
        scores = _scores(series, chosen)
        weakest = int(np.argmin(scores))
        if scores[weakest] >= threshold:
            break
        chosen = chosen[:weakest] + chosen[weakest + 1 :]
    return chosen


def _scores(series: _Series, chosen: list[int]) -> list[float]:
    whole = series.fit(chosen)
    top = whole.likelihood(whole.squares, whole.free)
    without = [series.fit(chosen[:at] + chosen[at + 1 :]) for at in range(len(chosen))]
    return [_root(float(top - less.likelihood(less.squares, whole.free))) for less in without]


def _told(series: _Series, chosen: list[int]) -> Told | None:
    regressors = series.regressors(chosen)
    wander = wander_of(series.values, regressors, series.log_prior)
    if wander is None:
        return None
    sizes, covariance = regress(series.values, regressors, wander)
    events = []
    for place, (index, score) in enumerate(zip(chosen, _scores(series, chosen), strict=True), series.known.shape[1]):
        kind, at, months = series.candidates.names[index]
        size, error = float(sizes[place]), float(np.sqrt(covariance[place, place]))
        events.append(Event(kind, at, months, size, error, float(np.copysign(score, size))))
    events.sort(key=lambda event: event.at)
    likelihood = restricted(series.values, regressors)[1]
    return Told(tuple(events), _step_errors(series, chosen, wander), float(np.sqrt(wander.scatter)), likelihood)


def _step_errors(series: _Series, chosen: list[int], wander: Wander) -> Numbers:
    """The standard error of a step in each month that may hold one, beside what is known; NaN where it is no step."""
    candidates, basis = series.candidates, series.fit(chosen).basis[wander.at]
    steps = [place for place, name in enumerate(candidates.names) if name[0] == "step"]
    squares = candidates.squares[wander.at, steps]
    own = squares - ((basis.T @ candidates.white[wander.at][:, steps]) ** 2).sum(axis=0)
    return np.asarray(np.sqrt(wander.scatter / np.where(own > 1e-6 * squares, own, np.nan)))
