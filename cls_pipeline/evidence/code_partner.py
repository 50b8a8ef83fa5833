"""Where the records of an absent code went: the code whose share rose by as much, at either end of the absence.

Forms change several codes at once, so those that vanish or come back together are judged together. Forms are made after
the same national lists, so what one site's records show of a code is evidence for the same code at another: a small
site alone can't tell two records a month among forty from chance. Which codes are absent is found in `code_absence`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
from scipy.special import logsumexp

if TYPE_CHECKING:
    from cls_pipeline.evidence.code_absence import Gap, Site

#: Shares are compared within so many days of an end: short, as they drift over the years.
WINDOW: Final = 365
#: Ends within so many days are of one change: a rare code is last seen some time before the form changed.
TOGETHER: Final = 75
#: Of more codes that vanish together, where each went can't be told apart.
MOST_TOGETHER: Final = 4
#: Before any absence is seen every code is as likely; that is worth so many absences (half a case: Jeffreys' prior).
DOUBT: Final = 0.5
#: Turns in which absences are weighed by what the others show; three are mostly enough.
TURNS: Final = 20
#: By so much of itself a code's share drifts from one year to the next; between half and one and a half of it, hardly
#: another partner is found.
DRIFT: Final = 0.1

Odds = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Change:
    """One change of a form: the absences (their numbers) that begin or end with it, and the log-likelihood of the
    counts for every choice of partners, one axis for each absence."""

    absences: tuple[int, ...]
    table: Odds


def partners(cases: Sequence[tuple[Site, list[Gap]]], eras: list[int]) -> list[list[Odds]]:
    """For each site and absence the probability of each code that it took up the records.

    Each absence is weighed by its own counts and by what the other absences of the code have shown: mixing weights by
    EM (Laird, JASA 73, 1978), with some doubt left, and each absence left out of its own prior, so that none confirms
    itself. A code absent once is judged by its own counts alone.

    Of two codes with like shares that vanish together it may be open which went where; how much each code took up in
    all is then told all the same by the sum of shares times probabilities.

    Args:
        cases: the sites with their absences; all with the same codes.
        eras: days on which codes came into use or went out of it everywhere; no comparison reaches across them.
    """
    places = [gap.place for _, gaps in cases for gap in gaps]
    if not places:
        return [[] for _ in cases]
    size = cases[0][0].until_day.shape[1]
    changes: list[_Change] = []
    number = 0
    for site, gaps in cases:
        changes += _changes(site, gaps, eras, number)
        number += len(gaps)
    odds = _weighed(np.array(places), changes, size)
    told, number = [], 0
    for _, gaps in cases:
        told.append(list(odds[number : number + len(gaps)]))
        number += len(gaps)
    return told


def _weighed(places: npt.NDArray[np.int64], changes: list[_Change], size: int) -> Odds:
    """The probabilities, absences × codes."""
    even = (1 - np.eye(size)[places]) / (size - 1)
    odds, same = even, places[:, None] == places
    for _ in range(TURNS):
        others = (same @ odds - odds + DOUBT * even) / (same.sum(axis=1, keepdims=True) - 1 + DOUBT)
        with np.errstate(divide="ignore"):
            prior = np.log(others)
        logs = prior.copy()
        for change in changes:
            _add_messages(change, prior, logs)
        before, odds = odds, np.exp(logs - logsumexp(logs, axis=1, keepdims=True))
        if np.abs(odds - before).max() < 1e-4:
            break
    return odds


def _add_messages(change: _Change, prior: Odds, logs: Odds) -> None:
    """Adds to each absence of a change what its counts say, whatever became of the others."""
    count = len(change.absences)
    whole = change.table
    for axis, absence in enumerate(change.absences):
        whole = whole + prior[absence].reshape([-1 if n == axis else 1 for n in range(count)])
    for axis, absence in enumerate(change.absences):
        rest = tuple(n for n in range(count) if n != axis)
        summed = logsumexp(whole, axis=rest) if rest else whole
        possible = np.isfinite(prior[absence])
        logs[absence, possible] += summed[possible] - prior[absence, possible]


def _changes(site: Site, gaps: list[Gap], eras: list[int], number: int) -> list[_Change]:
    """The changes at which a site's absences begin or end, the first absence having this number."""
    found = []
    for end in ("first", "until"):
        for group in _together(gaps, end):
            table = _at_one_end(site, [gaps[n] for n in group], gaps, eras, end)
            if table is not None:
                found.append(_Change(tuple(number + n for n in group), table))
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


def _at_one_end(site: Site, group: list[Gap], gaps: list[Gap], eras: list[int], end: str) -> Odds | None:
    """How likely each choice of partners is by what happened at this end; None if nothing is told."""
    ends = [getattr(gap, end) for gap in group]
    low, high = min(ends), max(ends)
    others = [day for gap in gaps if gap not in group for day in (gap.first, gap.until)]
    others += [gap.until if end == "first" else gap.first for gap in group]
    stops = [*others, *(day for day in eras if not low <= day <= high)]
    if any(low <= day <= high for day in eras) or len(group) > MOST_TOGETHER:
        return None
    before = max([low - WINDOW, *(day for day in stops if day < low)])
    after = min([high + WINDOW, *(day for day in stops if day > high)])
    earlier, later = site.between(before, low), site.between(high, after)
    outside, within = (earlier, later) if end == "first" else (later, earlier)
    if not within.sum() or not all(outside[gap.place] for gap in group):
        return None
    return _table(outside, within, [gap.place for gap in group])


def _table(outside: npt.NDArray[np.int64], within: npt.NDArray[np.int64], gone: list[int]) -> Odds:
    """Log-likelihood of the counts within for every choice of the vanished codes' partners: had the shares been those
    outside, and the partners' more by what vanished.

    A count errs by chance (as a Poisson count), by the chance of the count outside that it is expected from, and as
    its share drifts: three variances that add up, the last with the square of the count, so that a large site's small
    drift is not taken for evidence (the negative binomial's variance: McCullagh and Nelder, Generalized Linear Models,
    1989, section 6.2). The normal density stands for the rest.
    """
    size = len(outside)
    known = outside + 0.5
    shares = known / known.sum()
    choices = np.indices((size,) * len(gone)).reshape(len(gone), -1)
    raised = np.tile(shares, (choices.shape[1], 1))
    for code, choice in zip(gone, choices, strict=True):
        raised[np.arange(len(choice)), choice] += shares[code]
    there = np.setdiff1d(np.arange(size), gone)
    due = within.sum() * raised[:, there]
    variance = due + due**2 / known[there] + (DRIFT * due) ** 2
    logs = -0.5 * ((within[there] - due) ** 2 / variance + np.log(variance)).sum(axis=1)
    logs[np.isin(choices, gone).any(axis=0)] = -np.inf
    return np.asarray(logs.reshape((size,) * len(gone)))
