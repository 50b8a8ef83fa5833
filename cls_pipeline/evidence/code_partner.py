"""Where the records of an absent code went: the code whose share rose by as much, at either end of the absence.

Forms change several codes at once, so those that vanish or come back together are judged together.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.special import xlogy

if TYPE_CHECKING:
    from cls_pipeline.evidence.code_absence import Gap, Site

#: Shares are compared within so many days of an end: short, as they drift over the years.
WINDOW: Final = 365
#: Ends within so many days are of one change: a rare code is last seen some time before the form changed.
TOGETHER: Final = 75
#: Of more codes that vanish together, where each went can't be told apart.
MOST_TOGETHER: Final = 4
#: Only the likeliest codes of each are tried in combination.
CANDIDATES: Final = 8

Odds = npt.NDArray[np.float64]


def partners(site: Site, gaps: list[Gap], eras: list[int]) -> list[Odds]:
    """For each absence the probability of each code that it took up the records, each as likely before.

    Of two codes with like shares that vanish together it may be open which went where; how much each code took up in
    all is then told all the same by the sum of shares times probabilities.

    Args:
        eras: days on which codes came into use or went out of it everywhere; no comparison reaches across them.
    """
    logs = [np.zeros(site.counts.shape[1]) for _ in gaps]
    for end in ("first", "until"):
        for group in _together(gaps, end):
            told = _at_one_end(site, [gaps[n] for n in group], gaps, eras, end)
            for place, log in zip(group, told, strict=True):
                logs[place] += log
    found = []
    for gap, log in zip(gaps, logs, strict=True):
        log[gap.place] = -np.inf
        odds = np.exp(log - log.max())
        found.append(odds / odds.sum())
    return found


def _together(gaps: list[Gap], end: str) -> list[list[int]]:
    """Positions of absences whose ends are of one change, in order of time."""
    order = sorted(range(len(gaps)), key=lambda n: getattr(gaps[n], end))
    groups: list[list[int]] = []
    for place in order:
        if groups and getattr(gaps[place], end) - getattr(gaps[groups[-1][0]], end) <= TOGETHER:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _at_one_end(site: Site, group: list[Gap], gaps: list[Gap], eras: list[int], end: str) -> list[Odds]:
    """The logarithm of how likely each code took up each of the group, by what happened at this end; 0 if nothing is
    told."""
    size = site.counts.shape[1]
    nothing = [np.zeros(size) for _ in group]
    ends = [getattr(gap, end) for gap in group]
    low, high = min(ends), max(ends)
    others = [day for gap in gaps if gap not in group for day in (gap.first, gap.until)]
    others += [gap.until if end == "first" else gap.first for gap in group]
    stops = [*others, *(day for day in eras if not low <= day <= high)]
    if any(low <= day <= high for day in eras) or len(group) > MOST_TOGETHER:
        return nothing
    before = max([low - WINDOW, *(day for day in stops if day < low)])
    after = min([high + WINDOW, *(day for day in stops if day > high)])
    earlier, later = site.between(before, low), site.between(high, after)
    outside, within = (earlier, later) if end == "first" else (later, earlier)
    if not within.sum() or not all(outside[gap.place] for gap in group):
        return nothing
    return _weighed(outside, within, [gap.place for gap in group])


def _weighed(outside: npt.NDArray[np.int64], within: npt.NDArray[np.int64], gone: list[int]) -> list[Odds]:
    """Multinomial log-likelihood of the counts within for each partner of each vanished code, summed over the partners
    of the others: had the shares been those outside, and the partners' more by what vanished."""
    shares = (outside + 0.5) / (outside.sum() + 0.5 * len(outside))
    there = [n for n in range(len(shares)) if n not in gone]
    alone = {n: _gain(within, shares, {n: sum(shares[code] for code in gone)}) for n in there}
    likely = sorted(there, key=lambda n: -max(alone[n], max(_gain(within, shares, {n: shares[c]}) for c in gone)))
    tried = likely[:CANDIDATES]
    logs = [np.full(len(shares), -np.inf) for _ in gone]
    for choice in product(tried, repeat=len(gone)):
        more: dict[int, float] = {}
        for code, partner in zip(gone, choice, strict=True):
            more[partner] = more.get(partner, 0.0) + shares[code]
        gain = _gain(within, shares, more)
        for log, partner in zip(logs, choice, strict=True):
            log[partner] = np.logaddexp(log[partner], gain)
    floor = min(float(log[np.isfinite(log)].min()) for log in logs)
    return [np.where(np.isfinite(log), log, floor) for log in logs]


def _gain(within: npt.NDArray[np.int64], shares: Odds, more: dict[int, float]) -> float:
    return float(sum(xlogy(within[n], shares[n] + by) - xlogy(within[n], shares[n]) for n, by in more.items()))
