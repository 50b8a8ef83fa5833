"""The summary of a delivery: what each of its tables held, in counts; nothing that tells of one person.

How it is counted belongs in `count`, where it is kept in `kept`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict

# Stand beside codes among the values of a column: nothing was recorded, a text of no code, a text that cannot be a
# date or number, and any other value.
EMPTY: Final = "(empty)"
NOT_MAPPED: Final = "(not mapped)"
NOT_READABLE: Final = "(not readable)"
FILLED: Final = "(filled in)"

Counts = dict[str, int]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TableCounts(_Shape):
    """What one table held.

    `rows` are all under its header; `columns` its header. The rest counts the rows that the programme takes, those
    that failed their contract too: `people` (None where the table holds none), `months` by month of the event (as
    2024-03), and `values`: for each column of ours that it holds, rows by code, or by `EMPTY` and the like. `theirs`
    gives the sender's name of a column.
    """

    table: str
    entity: str
    rows: int
    columns: tuple[str, ...]
    people: int | None = None
    months: Counts = {}
    values: dict[str, Counts] = {}
    theirs: dict[str, str] = {}


class Summary(_Shape):
    """What one delivery held. `unread` are tables that could not be read; `blunted` is the limit up to which counts
    were made unrecognisable (see `blunt`), 0 where none was."""

    delivery_id: str
    system_id: str
    as_of: date
    tables: tuple[TableCounts, ...]
    unread: tuple[str, ...] = ()
    blunted: int = 0


class Handed(_Shape):
    """What is handed back to a sender to compare its next delivery with: its last ones, oldest first."""

    form: Literal[1] = 1
    sender: str
    deliveries: tuple[Summary, ...]


def added(tables: list[TableCounts]) -> dict[str, TableCounts]:
    """Tables by id, those of one id added up. People of several files are counted in each of them."""
    found: dict[str, TableCounts] = {}
    for item in tables:
        found[item.table] = _sum(found[item.table], item) if item.table in found else item
    return found


def _sum(one: TableCounts, other: TableCounts) -> TableCounts:
    people = [count for count in (one.people, other.people) if count is not None]
    return TableCounts(
        table=one.table,
        entity=one.entity,
        rows=one.rows + other.rows,
        columns=tuple(dict.fromkeys([*one.columns, *other.columns])),
        people=sum(people) if people else None,
        months=_together(one.months, other.months),
        values={
            name: _together(one.values.get(name, {}), other.values.get(name, {}))
            for name in dict.fromkeys([*one.values, *other.values])
        },
        theirs={**one.theirs, **other.theirs},
    )


def _together(one: Mapping[str, int], other: Mapping[str, int]) -> Counts:
    return dict(Counter(one) + Counter(other))
