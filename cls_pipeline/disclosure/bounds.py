"""What a reader can work out of counts that are not shown, from those that are and from what adds up to what.

Bounds are passed along sums until nothing moves. That gives the whole truth where sums do not go round in a circle; the
tests attack what is withheld by linear programming, which leaves nothing out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: More than any count or sum of money, and small enough to be added up without loss.
ENDLESS: Final = 1e10
STILL: Final = 1e-3
MOST_PASSES: Final = 40


@dataclass(frozen=True)
class Links:
    """Sums as arrays: `total` per sum; `sum_of` and `part` per part."""

    total: Ints
    sum_of: Ints
    part: Ints

    def only(self, chosen: Flags) -> Links:
        """Some of the sums, numbered anew."""
        of_chosen = chosen[self.sum_of]
        number = np.cumsum(chosen) - 1
        return Links(self.total[chosen], number[self.sum_of[of_chosen]], self.part[of_chosen])

    def touching(self, counts: Flags) -> Flags:
        """Which sums any of the counts is in."""
        found: Flags = counts[self.total]
        found[self.sum_of[counts[self.part]]] = True
        return found

    def around(self, counts: Flags, is_known: Flags) -> Flags:
        """The counts, and all that hang together with them by sums of what is not known."""
        found = counts.copy()
        while True:
            sums = self.touching(found)
            wider = found.copy()
            wider[self.total[sums]] = True
            wider[self.part[sums[self.sum_of]]] = True
            wider &= ~is_known | found
            if (wider == found).all():
                return found
            found = wider

    def range_of_part(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """What each sum says of each of its parts, given the bounds of the others: lower and upper, one per part."""
        lows = np.bincount(self.sum_of, low[self.part], len(self.total))
        highs = np.bincount(self.sum_of, high[self.part], len(self.total))
        least = (low[self.total] - highs)[self.sum_of] + high[self.part]
        most = (high[self.total] - lows)[self.sum_of] + low[self.part]
        return least, most

    def range_of_total(self, low: Floats, high: Floats) -> tuple[Floats, Floats]:
        """What each sum says of its total: lower and upper, one per sum."""
        size = len(self.total)
        return (
            np.bincount(self.sum_of, low[self.part], size).astype(np.float64),
            np.bincount(self.sum_of, high[self.part], size).astype(np.float64),
        )


def worked_out(
    values: Floats,
    is_known: Flags,
    links: Links,
    before: tuple[Floats, Floats] | None = None,
    hidden: Flags | None = None,
) -> tuple[Floats, Floats]:
    """The least and the most that each count can be, to a reader who knows some of them.

    Nought is taken to be known wherever it stands, and everything else to be one at least: a reader may know the
    rules. Both make the reader stronger than he is.

    Args:
        values: the counts as they are.
        is_known: which of them he knows.
        links: what adds up to what.
        before: what could be worked out when he knew the `hidden` ones too; only what hangs together with these is
            worked out anew.
        hidden: see `before`.
    """
    is_known = is_known | (np.abs(values) < STILL)
    low = np.where(is_known, values, np.minimum(values, 1.0))
    high = np.where(is_known, values, ENDLESS)
    moved = ~is_known
    if before is not None and hidden is not None:
        moved = links.around(hidden & ~is_known, is_known)
        low, high = np.where(moved, low, before[0]), np.where(moved, high, before[1])
    for _ in range(MOST_PASSES):
        # A sum of which nothing has moved says nothing new.
        open_links = links.only(links.touching(moved))
        was = low.copy(), high.copy()
        least, most = open_links.range_of_total(low, high)
        np.maximum.at(low, open_links.total, least)
        np.minimum.at(high, open_links.total, most)
        least, most = open_links.range_of_part(low, high)
        np.maximum.at(low, open_links.part, least)
        np.minimum.at(high, open_links.part, most)
        low[is_known], high[is_known] = values[is_known], values[is_known]
        # What is, can be. Sums of money miss by a rounding, which would grow from pass to pass.
        np.minimum(low, values, out=low)
        np.maximum(high, values, out=high)
        moved = (np.abs(low - was[0]) >= STILL) | (np.abs(high - was[1]) >= STILL)
        if not moved.any():
            break
    return low, high
