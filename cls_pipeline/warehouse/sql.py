"""Text as SQL writes it, for the few statements that take no parameters; and questions with one row as the answer."""

from __future__ import annotations

from typing import Any

import duckdb


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    """The row of a question that always has one."""
    row = con.execute(sql).fetchone()
    assert row is not None
    return row
