"""Counts what a table held while its frame is at hand; a pass over each column."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from cls_pipeline.comparing.summary import EMPTY, FILLED, NOT_MAPPED, NOT_READABLE, Counts, TableCounts
from cls_pipeline.registry import Column, Contract


def count_table(
    words: pl.DataFrame, contract: Contract, table: str, rows: int, columns: tuple[str, ...], theirs: Mapping[str, str]
) -> TableCounts:
    """The counts of a table.

    Args:
        words: the rows that the programme takes, translated: the contract's columns, and `<column>.recorded`.
        contract: of its entity.
        table: its id in the profile.
        rows: all rows under its header.
        columns: its header.
        theirs: the sender's name of each column of ours that the table holds.
    """
    held = [column for name, column in contract.columns.items() if name in theirs]
    person = next((column.name for column in held if column.pseudonym == "person"), None)
    event = next((column.name for column in held if column.event_date), None)
    return TableCounts(
        table=table,
        entity=contract.entity,
        rows=rows,
        columns=columns,
        people=None if person is None else words[person].drop_nulls().n_unique(),
        months={} if event is None else months_of(words[event]),
        values={column.name: _values(words, column) for column in held} if words.height else {},
        theirs=dict(theirs),
    )


def months_of(days: pl.Series) -> Counts:
    """Rows by month, as 2024-03; rows without a day are left out."""
    known = days.drop_nulls()
    # A number for each month: making a text of every row costs twenty times as much.
    months = known.dt.year() * 12 + known.dt.month().cast(pl.Int32) - 1
    counted = months.value_counts(name="rows").iter_rows()
    return {f"{month // 12:04}-{month % 12 + 1:02}": rows for month, rows in sorted(counted)}


def _values(words: pl.DataFrame, column: Column) -> Counts:
    """Rows by code, or by whether there is a value; they add up to all rows."""
    series, recorded = words[column.name], f"{column.name}.recorded"
    nulls = series.null_count()
    written = int(words[recorded].sum()) if recorded in words.columns else words.height - nulls
    empty = words.height - written
    unread = nulls - empty
    if column.kind == "code":
        counted = series.drop_nulls().value_counts(name="rows").iter_rows()
        known: Counts = dict(sorted(counted))
    else:
        known = {FILLED: words.height - nulls}
    odd = {EMPTY: empty, NOT_MAPPED if column.kind == "code" else NOT_READABLE: unread}
    return {**known, **{name: rows for name, rows in odd.items() if rows}}
