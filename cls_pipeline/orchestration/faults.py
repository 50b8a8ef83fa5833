"""Tells an unexpected exception to whoever runs the platform without repeating what a record holds.

Messages of libraries quote values (a polars cast names the cell), so only messages known to be free of them are kept.
"""

from __future__ import annotations

import sqlite3
import traceback

WITHHELD = "message withheld, as it may quote a record"


def summary(error: BaseException) -> str:
    """The exception in a line: its type, and its message where that cannot hold a value of a record."""
    return f"{type(error).__name__}: {_message(error)}"


def trace(error: BaseException) -> str:
    """The exception with where it arose, its causes last; code lines only, no values."""
    chain: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in chain:
        chain.append(current)
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
    return "\ncaused by\n".join(
        summary(item) + "\n" + "".join(traceback.format_tb(item.__traceback__)).rstrip() for item in chain
    )


def _message(error: BaseException) -> str:
    ours = type(error).__module__.startswith("cls_pipeline.")
    speaks_of_code = isinstance(error, (OSError, ImportError, AttributeError, NameError, MemoryError, sqlite3.Error))
    return str(error) if ours or speaks_of_code else WITHHELD
