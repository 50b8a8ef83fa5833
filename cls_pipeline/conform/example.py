"""What may be shown of a failing value: nothing that identifies anybody, even where columns have been mixed up.

Which rows fail belongs in `validate`, how the failure is told in `explain`.
"""

from __future__ import annotations

import re

import polars as pl

from cls_pipeline.conform.translate import Translation
from cls_pipeline.registry import Column

EXAMPLE_LENGTH = 60
# An NHS number or a CHI number is written 943 476 5919 or without blanks.
PERSONAL_NUMBER = re.compile(r"(?<!\d)\d{3}[ -]?\d{3}[ -]?\d{4}(?!\d)")
# In a column of codes: a date of birth, or a number as long as a system gives to people.
DATE_LIKE = re.compile(r"\d{1,4}[-/.]\w{1,9}[-/.]\d{2,4}")
LONG_NUMBER = re.compile(r"\d{6}")
MOST_DISTINCT = 10


def example_of(rows: pl.DataFrame, columns: tuple[str, ...], how: Translation, raw: pl.DataFrame) -> str:
    """The commonest failing value, or the first row's values of a rule across columns; empty where it identifies.

    Where most rows of a column fail, another column has probably come in its place, and nothing of it is shown.
    """
    shown = [how.contract.columns[name] for name in columns]
    if any(column.identifies or column.pseudonym or column.key for column in shown):
        return ""
    theirs = [name for name in dict.fromkeys(how.their_name(column.name) for column in shown) if name in rows.columns]
    if not theirs:
        return ""
    if len(columns) == 1:
        counts = rows[theirs[0]].str.strip_chars().value_counts(name="rows")
        if counts.height > MOST_DISTINCT and rows.height * 2 > raw.height:
            return ""
        value = counts.sort("rows", theirs[0], descending=[True, False])[theirs[0]][0]
        return "" if _stands_elsewhere(value, raw, how) else _shown(value, shown[0])
    first = rows.row(0, named=True)
    kinds = {how.their_name(column.name): column for column in shown}
    return ", ".join(f"{name} = {_shown(first[name], kinds[name])}" for name in theirs)


def _stands_elsewhere(value: str, raw: pl.DataFrame, how: Translation) -> bool:
    """Whether the value also stands in a column that identifies or is not taken, from which it may have shifted."""
    private = [how.their_name(c.name) for c in how.contract.columns.values() if c.identifies or c.pseudonym]
    names = [name for name in {*private, *how.table.ignore} if name in raw.columns]
    return any((raw[name].str.strip_chars() == value).any() for name in names)


def _shown(text: str, column: Column) -> str:
    """A value as it is shown; what looks like a personal number or a date of birth has slipped in from elsewhere."""
    if PERSONAL_NUMBER.search(text):
        return "a personal number"
    if column.kind == "code" and (DATE_LIKE.search(text) or LONG_NUMBER.search(text)):
        return "a date or a long number"
    return f"{text[:EXAMPLE_LENGTH]!r}"
