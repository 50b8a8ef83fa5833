"""An attacker with linear programming: from what is shown, and from what the figures are by definition, the least and
the most that each withheld count can be. Knows nothing of how the release decides what to withhold.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import linprog

Sum = tuple[str, ...]


@dataclass
class Attacker:
    """Every count is the sum of kinds of people, who are told apart by everything that any figure tells them by."""

    kinds: list[str]
    is_exactly: list[tuple[Sum, float]] = field(default_factory=list)
    is_at_least: list[tuple[Sum, float]] = field(default_factory=list)
    is_at_most: list[tuple[Sum, float]] = field(default_factory=list)

    def sees(self, count: Sum, value: float) -> None:
        """Takes note of a count that is shown."""
        self.is_exactly.append((count, value))

    def sees_rounded(self, count: Sum, value: float, base: int) -> None:
        """Takes note of what a count is shown as where it is rounded to the nearest of the base; nought is nought."""
        if value == 0:
            return self.sees(count, 0)
        self.is_at_least.append((count, value - base // 2))
        self.is_at_most.append((count, value + (base - 1) // 2))

    def guesses(self, count: Sum, value: float) -> None:
        """Is told, more than is true, whether a count that is withheld is nought."""
        if value == 0:
            self.sees(count, 0)
        else:
            self.is_at_least.append((count, 1))

    def range_of(self, count: Sum) -> tuple[float, float]:
        """The least and the most that a count can be."""
        bounds = []
        within = [(-self._row(known), -value) for known, value in self.is_at_least]
        within += [(self._row(known), value) for known, value in self.is_at_most]
        for sign in (1, -1):
            found = linprog(
                sign * self._row(count),
                A_ub=np.array([row for row, _ in within]) if within else None,
                b_ub=[value for _, value in within] or None,
                A_eq=np.array([self._row(known) for known, _ in self.is_exactly]) if self.is_exactly else None,
                b_eq=[value for _, value in self.is_exactly] or None,
                method="highs",
            )
            assert found.status in (0, 3), found.message
            bounds.append(sign * found.fun if found.status == 0 else float("inf"))
        return bounds[0], bounds[1]

    def _row(self, count: Sum) -> np.ndarray:
        return np.array([float(kind in count) for kind in self.kinds])
