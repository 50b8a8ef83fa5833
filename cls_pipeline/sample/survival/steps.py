"""True breaks: lasting, systematic steps of the figures as recorded against the true ones.

What a break is lies in the following rules. None of them looks at what the warehouse found.

- **Lasting.** The level is the median of up to twelve months, at least six, on either side: weeks between two systems,
  a lost delivery or two people more in one month are no level.
- **At once.** Half of the step at least is there within three months; an error that grows over a year is drift.
- **Systematic.** What is recorded wrongly is itself a count, of people or records. Mistakes that come singly and at one
  rate all the time differ by chance between two years, with a variance of their sum (two Poisson counts: Przyborowski
  and Wilenski, Biometrika 31, 1940). A step is told from that at 1 in 200: 1 in 20 over the ten years of a series. So
  one lost assessment, which keeps one of thirty people waiting for a year, is no break, and eight are. A person in a
  stock counts once and not each month anew; cost counts by the people it is spent on. The median of days counts
  nothing; its months are compared by rank (Mann and Whitney, Annals of Mathematical Statistics 18, 1947).

Where a step lies is known to a few months only if two records a month are counted wrongly: besides the likeliest month
all are given that are not significantly worse (Poisson counts, likelihood ratio: Worsley, Biometrika 73, 1986).

Several breaks of a series are found by splitting it at the largest and looking at both parts (binary segmentation:
Scott and Knott, Biometrics 30, 1974), by absolute deviations, as levels are medians. What the warehouse tells of them
is in `breaks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.special import xlogy
from scipy.stats import chi2, mannwhitneyu, norm

from cls_pipeline.sample.chance import Numbers

#: Months on either side that make a level: at most, and at least.
SPAN, LEAST_SPAN = 12, 6
#: Months in which half of a step has to be there.
AT_ONCE: Final = 3
#: A step of what is recorded wrongly that chance makes so seldom is systematic.
CHANCE: Final = 0.005
#: Smaller steps of the recorded against the true figure are none.
REAL_SIZE: Final = 0.01


@dataclass(frozen=True)
class Course:
    """One series: the logarithm of the recorded against the true figure (NaN where either is missing or nought), and
    how many people or records the true figure stands on; None where it counts nothing. `is_flow`: each month anew."""

    ratio: Numbers
    units: Numbers | None
    is_flow: bool


@dataclass(frozen=True)
class TrueStep:
    """A step of the recorded against the true figure: the place of its first month, the logarithm of its size, and
    the first and last month at which it may lie."""

    at: int
    size: float
    earliest: int
    latest: int


def true_steps(course: Course) -> list[TrueStep]:
    """The lasting steps of the recorded figure against the true one of 1 % or more, in order of time."""
    return _split(course, 0, len(course.ratio))


def _split(course: Course, first: int, until: int) -> list[TrueStep]:
    places = [at for at in range(first + 1, until) if _is_step(course, first, at, until)]
    if not places:
        return []
    at = max(places, key=lambda place: _gain(course.ratio, first, place, until))
    near = [place for place in places if abs(place - at) <= LEAST_SPAN]
    likely = _likely(course, first, near, until) or [at]
    step = TrueStep(at, _step(course.ratio, first, at, until), min(at, *likely), max(at, *likely))
    return [*_split(course, first, at), step, *_split(course, at, until)]


def _likely(course: Course, first: int, places: list[int], until: int) -> list[int]:
    """Of the places those that what is recorded wrongly makes nearly as likely as the likeliest."""
    if course.units is None:
        return []
    wrong = np.nan_to_num(np.abs(np.expm1(course.ratio)) * course.units)
    whole = slice(max(places[0] - SPAN, first), min(places[-1] + SPAN, until))
    logs = []
    for at in places:
        sides = wrong[whole.start : at], wrong[at : whole.stop]
        logs.append(sum(float(xlogy(side.sum(), side.mean())) for side in sides))
    return [at for at, log in zip(places, logs, strict=True) if log >= max(logs) - chi2.ppf(0.95, 1) / 2]


def _sides(ratio: Numbers, first: int, at: int, until: int, span: int = SPAN) -> tuple[Numbers, Numbers]:
    before, after = ratio[max(at - span, first) : at], ratio[at : min(at + span, until)]
    return before[np.isfinite(before)], after[np.isfinite(after)]


def _step(ratio: Numbers, first: int, at: int, until: int, span: int = SPAN) -> float:
    before, after = _sides(ratio, first, at, until, span)
    return float(np.median(after) - np.median(before)) if len(before) and len(after) else 0.0


def _is_step(course: Course, first: int, at: int, until: int) -> bool:
    before, after = _sides(course.ratio, first, at, until)
    if min(len(before), len(after)) < LEAST_SPAN:
        return False
    step = float(np.median(after) - np.median(before))
    soon = _step(course.ratio, first, at, until, AT_ONCE)
    return abs(step) >= np.log1p(REAL_SIZE) and soon / step >= 0.5 and _is_systematic(course, first, at, until)


def _is_systematic(course: Course, first: int, at: int, until: int) -> bool:
    before, after = _sides(course.ratio, first, at, until)
    if course.units is None:
        return bool(mannwhitneyu(before, after).pvalue < CHANCE)
    # Both sides at the same base: what differs is how much is recorded wrongly, not how much there is to record.
    base = float(np.nanmean(course.units[max(at - SPAN, first) : min(at + SPAN, until)]))
    earlier, later = (float(np.expm1(np.median(side))) * base for side in (before, after))
    months = min(len(before), len(after)) if course.is_flow else 1
    wrong = months * (abs(earlier) + abs(later))
    return bool(months * abs(later - earlier) > norm.ppf(1 - CHANCE / 2) * np.sqrt(wrong))


def _gain(ratio: Numbers, first: int, at: int, until: int) -> float:
    """How much less the ratio departs from two medians than from one."""
    before, after = _sides(ratio, first, at, until)
    both = np.concatenate([before, after])
    whole, one, other = (float(np.abs(side - np.median(side)).sum()) for side in (both, before, after))
    return whole - one - other
