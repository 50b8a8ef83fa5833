"""Marks of records: by which a row that failed is found again when a later delivery sends its record once more.

A mark is 64 bits made from the key of a record as conformed; a row whose key cannot be read has the mark `UNTOLD`. Many
marks are kept as one text of bytes, eight for each row, so that a ledger holds a million of them in a cell.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

UNTOLD: Final = 0
BYTES: Final = 8
# Between the parts of a key; no export holds it, for it is not written by any keyboard.
APART: Final = "\x1f"


def record_marks(keys: pl.DataFrame) -> bytes:
    """The mark of each row's record, in the order of the rows.

    Not polars' own hash: it may change from one version to the next, and marks are kept.
    """
    texts = keys.select(pl.concat_str(pl.all().cast(pl.String), separator=APART)).to_series()
    return b"".join(_mark(text) for text in texts.to_list())


def _mark(text: str | None) -> bytes:
    return UNTOLD.to_bytes(BYTES) if text is None else blake2b(text.encode(), digest_size=BYTES).digest()


def of_rows(marks: bytes, positions: Sequence[int] | pl.Series) -> bytes:
    """The marks of the rows at the positions."""
    return numbers_of(marks)[np.asarray(positions, dtype=np.int64)].tobytes()


def untold(rows: int) -> bytes:
    """The marks of so many rows whose records cannot be told."""
    return bytes(BYTES * rows)


def count(marks: bytes) -> int:
    """How many rows the marks are of."""
    return len(marks) // BYTES


def joined(parts: Iterable[bytes]) -> bytes:
    """The marks of several parts as one."""
    return b"".join(parts)


def without(marks: bytes, held: bytes, *, untold_too: bool = False) -> bytes:
    """The marks that are not among those held.

    A row whose record cannot be told stays, unless `untold_too`: for the one cannot be found in the other.
    """
    ours, theirs = numbers_of(marks), numbers_of(held)
    gone = np.isin(ours, theirs) & (ours != UNTOLD)
    if untold_too:
        gone |= ours == UNTOLD
    left: NDArray[np.uint64] = ours[~gone]
    return left.tobytes()


def numbers_of(marks: bytes) -> NDArray[np.uint64]:
    """The marks as numbers, in their order."""
    return np.frombuffer(marks, dtype="<u8")
