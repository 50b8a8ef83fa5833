"""What a reader can work out where sums go round in a circle, as those of a table with rows and columns do.

There bounds passed along one sum after the other (`bounds`) are too wide: parts of one sum may be had together from
parts of another. Linear programming leaves nothing out. It is asked only there, and many counts at a time: one point
that fits all sums shows of every count that it may be far from what it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from cls_pipeline.disclosure.bounds import STILL, Flags, Floats, Ints, Links

#: Far more than any guarded count; bounded, for an endless optimum is no point.
FAR: Final = 1e6
#: Counts that are asked together. Fewer cost calls, more cost steps of the solver.
TOGETHER: Final = 2000
#: Points that are tried before what is left is asked count by count.
TRIES: Final = 4


def laid_open(values: Floats, is_known: Flags, links: Links, need: Floats, asked: Flags) -> Flags:
    """The guarded counts that can be worked out to within less than they need.

    Nought is taken to be known wherever it stands and everything else to be one at least, as in `bounds.worked_out`.

    Args:
        values: the counts as they are.
        is_known: which of them the reader knows.
        links: what adds up to what.
        need: how wide the range of each must be; 0 where it is not guarded.
        asked: which counts are asked, with all that hang together with them. The others are taken to be safe.
    """
    is_known = is_known | (np.abs(values) < STILL)
    equations = _equations(links, len(values))
    found = np.zeros(len(values), dtype=np.bool_)
    for members in _batches(_circle_of(links, is_known, (need > 0) & asked)):
        among = equations[:, members].tocsr()
        among = among[np.flatnonzero(np.diff(among.indptr))]
        found[members] = _Cell(among, values[members], need[members]).laid_open()
    return found


def _equations(links: Links, size: int) -> csr_array:
    """A row for each sum: its parts less its total."""
    row = np.concatenate([links.sum_of, np.arange(len(links.total))])
    column = np.concatenate([links.part, links.total])
    sign = np.concatenate([np.ones(len(links.part)), -np.ones(len(links.total))])
    return csr_array((sign, (row, column)), shape=(len(links.total), size)).tocsc()


def _circle_of(links: Links, is_known: Flags, wanted: Flags) -> Ints:
    """What each count hangs together with, by number; -1 where nothing wanted is, or sums do not go round in a circle.

    Counts and sums are the knots of a graph, what is unknown in a sum its ties: a tree has a tie less than knots.
    """
    size, sums = len(is_known), len(links.total)
    count = np.concatenate([links.part, links.total])
    of_sum = np.concatenate([links.sum_of, np.arange(sums)])
    is_tie = ~is_known[count]
    count, of_sum = count[is_tie], of_sum[is_tie]
    graph = csr_array((np.ones(len(count)), (count, size + of_sum)), shape=(size + sums, size + sums))
    number, group = connected_components(graph, directed=False)
    ties = np.bincount(group[count], minlength=number)
    knots = np.bincount(group, minlength=number)
    is_wanted = np.bincount(group[:size], weights=wanted & ~is_known, minlength=number) > 0
    chosen = is_wanted & (ties >= knots)
    return np.where(chosen[group[:size]] & ~is_known, group[:size], -1).astype(np.int64)


def _batches(circle: Ints) -> Iterator[Ints]:
    """Counts by circle, as many whole circles together as are asked at once."""
    members = np.flatnonzero(circle >= 0)
    members = members[np.argsort(circle[members], kind="stable")]
    ends = np.append(np.flatnonzero(np.diff(circle[members])) + 1, len(members))
    start = 0
    for end in ends:
        if end - start >= TOGETHER or end == len(members):
            yield members[start:end]
            start = end


class _Cell:
    """Counts that hang together, by how far each may be from what it is: there all sums are nought."""

    def __init__(self, equations: csr_array, values: Floats, need: Floats) -> None:
        self._equations = equations
        self._bounds = np.column_stack([np.minimum(1.0, values) - values, FAR + 2 * np.abs(values)])
        self._need = need
        self._least, self._most = np.zeros(len(values)), np.zeros(len(values))

    def laid_open(self) -> Flags:
        """Which guarded counts cannot be moved as far as they need."""
        chance = np.random.default_rng(0)
        for _ in range(TRIES):
            left = np.flatnonzero(self._is_open())
            if not len(left):
                break
            self._move(left, chance.choice([-1.0, 1.0], len(left)) * chance.uniform(0.5, 1.0, len(left)))
        for count in np.flatnonzero(self._is_open()):
            self._move(np.array([count]), np.ones(1))
        return self._is_open()

    def _is_open(self) -> Flags:
        return (self._need > 0) & (self._most - self._least < self._need - STILL)

    def _move(self, counts: Ints, along: Floats) -> None:
        """Moves counts as far as sums let them, one way and the other."""
        aim = np.zeros(len(self._need))
        for way in (along, -along):
            aim[counts] = way
            found = linprog(aim, A_eq=self._equations, b_eq=np.zeros(self._equations.shape[0]), bounds=self._bounds)
            if found.status != 0:
                raise ArithmeticError(f"The sums of a release cannot hold together: {found.message}")
            np.minimum(self._least, found.x, out=self._least)
            np.maximum(self._most, found.x, out=self._most)
