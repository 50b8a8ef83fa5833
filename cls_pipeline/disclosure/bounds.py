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


def worked_out(values: Floats, is_known: Flags, links: Links) -> tuple[Floats, Floats]:
    """The least and the most that each count can be, to a reader who knows some of them.

    Nought is taken to be known wherever it stands, and everything else to be one at least: a reader may know the
    rules. Both make the reader stronger than he is.
    """
    is_known = is_known | (np.abs(values) < STILL)
    low = np.where(is_known, values, np.minimum(values, 1.0))
    high = np.where(is_known, values, ENDLESS)
    for _ in range(MOST_PASSES):
        before = low.copy(), high.copy()
        least, most = links.range_of_total(low, high)
        np.maximum.at(low, links.total, least)
        np.minimum.at(high, links.total, most)
        least, most = links.range_of_part(low, high)
        np.maximum.at(low, links.part, least)
        np.minimum.at(high, links.part, most)
        low[is_known], high[is_known] = values[is_known], values[is_known]
        if max(np.abs(low - before[0]).max(initial=0), np.abs(high - before[1]).max(initial=0)) < STILL:
            break
    return low, high
