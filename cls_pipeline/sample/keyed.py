"""Random numbers that belong to something: the same key gets the same draws, whoever else is there.

They are what makes a pair of worlds comparable person by person: with or without the programme, a call of a person has
the same luck. A counter-based generator (the finaliser of splitmix64 over seed, key and number of the draw).
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

#: The increment of splitmix64: an odd number near 2**64 divided by the golden ratio.
STEP = 0x9E3779B97F4A7C15
MASK = 0xFFFFFFFFFFFFFFFF


class Keyed:
    """Draws for rows that have keys, with the methods of numpy's generators that this package uses.

    Every call is one draw (a normal takes two) for each key, so two passes over the same code agree wherever they
    have a key in common.
    """

    def __init__(self, seed: int, path: Sequence[str], keys: npt.NDArray[np.int64]) -> None:
        words = np.random.SeedSequence(entropy=seed, spawn_key=[zlib.crc32(name.encode()) for name in path])
        self._start = int(words.generate_state(1, np.uint64)[0])
        self._keys = keys.astype(np.uint64)
        self._draw = 0

    def __len__(self) -> int:
        return len(self._keys)

    def random(self, size: int) -> npt.NDArray[np.float64]:
        """Uniform between 0 and below 1, one for each key.

        Raises:
            ValueError: there are not as many rows as keys.
        """
        if size != len(self._keys):
            raise ValueError(f"{size} draws were asked for {len(self._keys)} keys; a keyed draw is one for each key.")
        self._draw += 1
        offset = np.uint64((self._start + self._draw * STEP) & MASK)
        # Twice mixed: keys are near each other, and the draws of a key must not be those of its neighbour.
        bits = _mixed(_mixed(self._keys * np.uint64(STEP) + offset) + offset)
        return (bits >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def standard_exponential(self, size: int) -> npt.NDArray[np.float64]:
        """Exponential with mean 1."""
        return -np.log1p(-self.random(size))

    def standard_normal(self, size: int) -> npt.NDArray[np.float64]:
        """Normal with mean 0 and spread 1, by Box and Muller's method."""
        length = np.sqrt(2.0 * self.standard_exponential(size))
        return np.asarray(length * np.cos(2.0 * np.pi * self.random(size)), dtype=np.float64)

    def integers(self, low: int, high: int, size: int) -> npt.NDArray[np.int64]:
        """Whole numbers from `low` to below `high`."""
        return low + np.floor(self.random(size) * (high - low)).astype(np.int64)

    def uniform(self, low: float, high: float, size: int) -> npt.NDArray[np.float64]:
        """Uniform between two numbers."""
        return low + (high - low) * self.random(size)


def _mixed(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))
