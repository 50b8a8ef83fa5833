"""Which distortions there are, where each of them acts for a seed, and whom it hits.

A distortion is drawn by its name and place: at a share of cutovers, systems or senders it acts, with a size of its own.
What it does to records is in `migration.py`, `habits.py`, `people_held.py`, `code_changes.py`, `extract.py` and
`nights.py`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np

from cls_pipeline.sample.chance import Days, Flags, Positions, stream
from cls_pipeline.sample.keyed import Keyed


@dataclass(frozen=True)
class Distortion:
    """One thing that systems do to records: where it acts, at what share of places, how strongly, and where it was
    seen (see `docs/simulation.md`)."""

    name: str
    at: str
    share: float
    low: float
    high: float
    unit: str
    acts_on: str
    seen: str


@cache
def distortions() -> dict[str, Distortion]:
    """All distortions by name, in the order of the file."""
    text = files("cls_pipeline.sample.recording").joinpath("distortions.csv").read_text(encoding="utf-8")
    return {
        row["name"]: Distortion(
            name=row["name"],
            at=row["at"],
            share=float(row["share"]),
            low=float(row["low"]),
            high=float(row["high"]),
            unit=row["unit"],
            acts_on=row["acts_on"],
            seen=row["seen"],
        )
        for row in csv.DictReader(text.splitlines())
    }


@dataclass(frozen=True)
class Distorting:
    """Draws for one seed. Those in `without` never act, and leaving one out moves no other."""

    seed: int
    without: frozenset[str] = frozenset()

    def size(self, name: str, *where: str) -> float:
        """How strongly it acts at a place, in its unit; 0 where it does not.

        Raises:
            KeyError: no such distortion.
        """
        size = _drawn(self.seed, name, where)
        return 0.0 if name in self.without else size

    def acts(self, name: str, *where: str) -> bool:
        """Whether it acts at a place."""
        return self.size(name, *where) > 0

    def hits(self, name: str, where: tuple[str, ...], keys: Positions, share: float) -> Flags:
        """Whom it hits of the owners of the keys; the same ones on every night and in every extract."""
        if not share:
            return np.zeros(len(keys), dtype=np.bool_)
        return Keyed(self.seed, ("hit", name, *where), keys.astype(np.int64)).random(len(keys)) < share

    def days(self, name: str, where: tuple[str, ...], keys: Positions, low: int, high: int) -> Days:
        """Whole days from `low` to below `high` for each key."""
        rng = Keyed(self.seed, ("days", name, *where), keys.astype(np.int64))
        return rng.integers(low, high, len(keys)).astype(np.int32)


@cache
def _drawn(seed: int, name: str, where: tuple[str, ...]) -> float:
    """The size that it has at a place if it acts there, else 0."""
    one = distortions()[name]
    rng = stream(seed, "distortion", name, *where)
    acts, size = rng.random() < one.share, float(rng.uniform(one.low, one.high))
    return size if acts else 0.0


def checked(names: Iterable[str], known: Iterable[str]) -> frozenset[str]:
    """The names, if all are known.

    Raises:
        ValueError: one is not; the message says which there are.
    """
    chosen, there = frozenset(names), list(known)
    unknown = sorted(chosen - set(there))
    if unknown:
        raise ValueError(f"There is no distortion {', '.join(unknown)}. There are: {', '.join(there)}.")
    return chosen
