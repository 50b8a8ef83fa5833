"""The size of a step in level at a known break: a site against its synthetic peer, close to the break.

A change of system moves the level at once; the programme moves it over a year and more. So only months close to the
break count, and the gap between site and peer may slope: what goes on changing gradually is left to the slope and stays
in the series. Where both systems report the same months, `overlap` is better evidence. What follows from a size is
decided in `verdict`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.stats import t as student

from cls_pipeline.evidence.peers import Panel, synthetic_peer
from cls_pipeline.evidence.scale import Scale, as_share
from cls_pipeline.evidence.wander import Numbers, Wander, regress, wander_of

# Months used on either side. With a free slope a bend in the site's own course within the window shifts the step by at
# most an eighth of the window times the change of slope.
WINDOW: Final = 12
# Less leaves no telling a slope from a step.
BEFORE_MONTHS: Final = 9
AFTER_MONTHS: Final = 6
# Peers whose own systems changed within so many months of the break are in the midst of it, and left out.
CLEAR_MONTHS: Final = 3
# With fewer, one peer's own year is the site's yardstick, and placebos say little.
PEERS: Final = 5
# Months before the break on which peers are weighted: four of each season.
FIT_MONTHS: Final = 60
CONFIDENCE: Final = 0.95
# One peer with an undeclared break of its own must not widen everybody's interval.
_WILD: Final = 4.0


@dataclass(frozen=True)
class Step:
    """A measured step, new level against old.

    `shift` and its interval are on the scale; `size` and its interval are shares of the old level (0.05: 5 % higher);
    `level` is the old level on the scale. All are None where evidence is thin. `method` is `overlap`, `peers`, `pooled`
    or `thin`.
    """

    method: str
    shift: float | None = None
    low: float | None = None
    high: float | None = None
    size: float | None = None
    size_low: float | None = None
    size_high: float | None = None
    level: float | None = None
    months_before: int = 0
    months_after: int = 0
    peers: int = 0
    note: str = ""


def with_interval(step: Step, shift: float, half: float, level: float, scale: Scale) -> Step:
    """The step with its shift, the half width of its interval, and both as shares of the old level."""
    low, high = shift - half, shift + half
    size, size_low, size_high = (as_share(value, level, scale) for value in (shift, low, high))
    return replace(
        step, shift=shift, low=low, high=high, size=size, size_low=size_low, size_high=size_high, level=level
    )


def step_at(panel: Panel, site: str, month: date, settle: int = 0, placebos: Placebos | None = None) -> Step:
    """The step of a site's level at a break whose first new month is `month`.

    The gap to the synthetic peer is regressed on a level, a slope and the step within 12 months on either side (less
    where another break of the site lies nearer), under the wander that the whole gap shows. The interval is Student's,
    and is stretched by placebos: the same regression for every peer that changed nothing then; if their steps are
    larger than their own standard errors say, so may the site's be (placebos in space: Abadie, Diamond and Hainmueller,
    JASA 105, 2010).

    Args:
        settle: months from `month` on that are left out because the new system had not settled.
        placebos: those of the panel, where several breaks are measured; made here otherwise.

    Raises:
        ValueError: the site is not in the panel.
    """
    row, at = panel.place(site), panel.month(month)
    if not 0 < at < len(panel.months):
        return Step("thin", note="the break lies outside the months reported")
    before, after = _window(panel, row, at, settle)
    donors = _donors(panel, row, at)
    peers = int(donors.sum())
    thin = partial(Step, "thin", months_before=len(before), months_after=len(after), peers=peers)
    needs = ((len(before), BEFORE_MONTHS, "months before"), (len(after), AFTER_MONTHS, "months after"))
    for found, least, what in (*needs, (peers, PEERS, "peers")):
        if found < least:
            return thin(note=f"{found} {what}, {least} needed")
    fit = np.zeros(len(panel.months), dtype=bool)
    fit[max(before[-1] + 1 - FIT_MONTHS, 0) : before[-1] + 1] = True
    gap = panel.values[row] - synthetic_peer(panel, row, fit, donors)
    wander = _wander(gap, panel.starts[row], at)
    if wander is None:
        return thin(note="too few months to see how the gap to the peers moves on its own")
    shift, error = _local_step(gap, wander, at, before, after)
    known = placebos or placebos_of(panel)
    free = int(np.isfinite(gap).sum()) - int(panel.starts[row].sum()) - 1
    # A peer with a break of its own in the window would show that step in place of its own course.
    steady = donors & ~panel.starts[:, before[0] : after[-1] + 1].any(axis=1)
    half = float(student.ppf(0.5 + CONFIDENCE / 2, free)) * error * _stretch(known, steady, at, before, after)
    level = float(np.nanmean(panel.values[row][before]))
    counts = Step("peers", months_before=len(before), months_after=len(after), peers=peers)
    return with_interval(counts, shift, half, level, panel.scale)


@dataclass(frozen=True)
class Placebos:
    """Every site's gap to the mean of the others, and how that gap moves on its own; None where it can't be seen."""

    gaps: Numbers
    wanders: tuple[Wander | None, ...]


def placebos_of(panel: Panel) -> Placebos:
    """The placebos of a panel, made once for all its breaks."""
    others = (panel.carried.sum(axis=0) - panel.carried) / max(len(panel.sites) - 1, 1)
    gaps = panel.values - others
    return Placebos(gaps, tuple(_wander(gap, starts) for gap, starts in zip(gaps, panel.starts, strict=True)))


def _window(panel: Panel, row: int, at: int, settle: int) -> tuple[NDArray[np.int_], NDArray[np.int_]]:
    """The months with a value before and after the break, up to the window's edge or the site's next own break."""
    starts = np.flatnonzero(panel.starts[row])
    earlier, later = starts[starts < at], starts[starts > at]
    first = max(at - WINDOW, int(earlier[-1]) if len(earlier) else 0, 0)
    last = min(at + settle + WINDOW, int(later[0]) if len(later) else len(panel.months), len(panel.months))
    known = np.flatnonzero(np.isfinite(panel.values[row]))
    return known[(known >= first) & (known < at)], known[(known >= at + settle) & (known < last)]


def _donors(panel: Panel, row: int, at: int) -> NDArray[np.bool_]:
    """Peers that report round the break and have no break of their own near it."""
    near = slice(max(at - CLEAR_MONTHS, 0), at + CLEAR_MONTHS + 1)
    about = slice(max(at - WINDOW, 0), at + WINDOW)
    steady = ~panel.starts[:, near].any(axis=1)
    present = np.isfinite(panel.values[:, about]).mean(axis=1) >= 0.75
    donors: NDArray[np.bool_] = steady & present
    donors[row] = False
    return donors


def _wander(gap: Numbers, starts: NDArray[np.bool_], *further: int) -> Wander | None:
    """How a gap moves on its own: over all its months, each level with a constant of its own."""
    known = np.flatnonzero(np.isfinite(gap))
    if not len(known):
        return None
    span = slice(known[0], known[-1] + 1)
    months = np.arange(len(gap))
    levels = [(months >= start).astype(float) for start in {*np.flatnonzero(starts).tolist(), *further}]
    return wander_of(gap[span], np.column_stack([np.ones(len(gap)), *levels])[span])


def _local_step(
    gap: Numbers, wander: Wander, at: int, before: NDArray[np.int_], after: NDArray[np.int_]
) -> tuple[float, float]:
    """The step at a month and its standard error, from the months given."""
    local = slice(before[0], after[-1] + 1)
    used = np.full(len(gap), np.nan)
    used[before], used[after] = gap[before], gap[after]
    months = np.arange(len(gap))
    middle = (before[-1] + after[0]) / 2
    design = np.column_stack([(months >= at).astype(float), np.ones(len(gap)), months - middle])
    coefficients, covariance = regress(used[local], design[local], wander)
    return float(coefficients[0]), float(np.sqrt(covariance[0, 0]))


def _stretch(
    placebos: Placebos, steady: NDArray[np.bool_], at: int, before: NDArray[np.int_], after: NDArray[np.int_]
) -> float:
    """How much larger the peers' steps at the same month are than their standard errors say; 1 if they are not."""
    ratios = []
    for place in np.flatnonzero(steady):
        gap, wander = placebos.gaps[place], placebos.wanders[place]
        first, second = (months[np.isfinite(gap[months])] for months in (before, after))
        if wander is not None and len(first) >= BEFORE_MONTHS and len(second) >= AFTER_MONTHS:
            shift, error = _local_step(gap, wander, at, first, second)
            ratios.append(np.clip(shift / error, -_WILD, _WILD))
    return max(1.0, float(np.sqrt(np.mean(np.square(ratios))))) if len(ratios) >= PEERS else 1.0
