"""Seeded chance: independent streams of random numbers and vectorised draws of codes and durations.

What the draws stand for belongs in the modules that use them. Each site has its own family of streams, and each
subject (people, requests, …) its own stream, so that a change to one never moves the numbers of another.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from cls_pipeline.sample.keyed import Keyed

#: A stream draws in order; keyed draws belong to the rows.
Stream: TypeAlias = np.random.Generator
Rng: TypeAlias = np.random.Generator | Keyed
Days: TypeAlias = npt.NDArray[np.int32]
Flags: TypeAlias = npt.NDArray[np.bool_]
Numbers: TypeAlias = npt.NDArray[np.float64]
Positions: TypeAlias = npt.NDArray[np.integer]
Weights: TypeAlias = Mapping[str, float]


def stream(seed: int, *path: str) -> Stream:
    """A generator that depends on the seed and the names alone, e.g. `stream(7, "fife", "people")`."""
    words = [zlib.crc32(name.encode()) for name in path]
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(entropy=seed, spawn_key=words)))


def number_of(seed: int, *path: str) -> int:
    """A fixed whole number below 2**32 for a seed and names, for offsets of identifiers."""
    return int(
        np.random.SeedSequence(entropy=seed, spawn_key=[zlib.crc32(n.encode()) for n in path]).generate_state(1)[0]
    )


def positions(rng: Rng, weights: Weights, size: int) -> npt.NDArray[np.uint32]:
    """`size` draws by weight, as positions among the keys of `weights`."""
    limits = np.cumsum(np.fromiter(weights.values(), dtype=np.float64))
    return np.searchsorted(limits / limits[-1], rng.random(size), side="right").astype(np.uint32)


def codes(rng: Rng, weights: Weights, size: int) -> pl.Series:
    """`size` codes drawn by weight, as an Enum of the codes in `weights`."""
    return as_codes(positions(rng, weights, size), tuple(weights))


def as_codes(drawn: npt.NDArray[np.uint32], names: tuple[str, ...]) -> pl.Series:
    """Positions turned into the codes they stand for."""
    return pl.Series(drawn.astype(np.uint8)).cat.to(pl.Enum(names))


def codes_by(rng: Rng, rows: Positions, tables: tuple[Weights, ...]) -> pl.Series:
    """One code per row, drawn by the weights of the table that `rows` points to. Tables may have different codes."""
    names = names_of(tables)
    return as_codes(positions_by(rng, rows, tables, names), names)


def names_of(tables: tuple[Weights, ...]) -> tuple[str, ...]:
    """Every code of the tables once, in order of appearance."""
    return tuple(dict.fromkeys(name for table in tables for name in table))


def positions_by(
    rng: Rng, rows: Positions, tables: tuple[Weights, ...], names: tuple[str, ...]
) -> npt.NDArray[np.uint32]:
    """As `codes_by`, as positions in `names`. One draw for each row, so that the table does not change the luck."""
    luck = rng.random(len(rows))
    drawn = np.zeros(len(rows), dtype=np.uint32)
    for index, table in enumerate(tables):
        mine = np.flatnonzero(rows == index)
        limits = np.cumsum(np.fromiter(table.values(), dtype=np.float64))
        into_all = np.array([names.index(name) for name in table], dtype=np.uint32)
        drawn[mine] = into_all[np.searchsorted(limits / limits[-1], luck[mine], side="right")]
    return drawn


def whole_number(rng: Stream, expected: float) -> int:
    """A whole number with the expected value given: 2.3 is 2 or, three times in ten, 3."""
    return int(np.floor(expected + rng.random()))


def waiting_days(rng: Rng, median: Numbers | float, spread: float, size: int) -> Days:
    """Log-normal whole days around a median; `spread` is the standard deviation of the logarithm."""
    return np.rint(np.exp(np.log(median) + spread * rng.standard_normal(size))).astype(np.int32)


def lasting_days(rng: Rng, mean: Numbers | float, size: int) -> Days:
    """Exponential whole days of at least one: who is still here does not depend on how long already."""
    return 1 + np.floor(rng.standard_exponential(size) * mean).astype(np.int32)
