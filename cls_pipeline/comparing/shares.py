"""Codes that came, went, or are used by another share of the rows than before; empty values count as a code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from cls_pipeline.comparing.limits import (
    ALARM_H,
    ALARM_POINTS,
    COMMON,
    COUNTED_FROM,
    EXPECTED,
    TOLD_H,
    beyond_chance,
    effect,
)
from cls_pipeline.comparing.summary import EMPTY, FILLED, NOT_MAPPED, NOT_READABLE, TableCounts

NO_CODES = (EMPTY, NOT_MAPPED, NOT_READABLE, FILLED)


@dataclass(frozen=True)
class Share:
    """A value of a column (the sender's name of it) with its rows before and now, and of how many they are."""

    table: str
    column: str
    value: str
    before: int
    now: int
    of_before: int
    of_now: int
    alarm: bool
    gone: bool = False
    new: bool = False


def moved_shares(now: TableCounts, last: TableCounts, *, other_records: bool) -> Iterator[Share]:
    """The values whose shares moved by enough to be told, the largest moves of a column first.

    Args:
        now, last: what the table held; only columns that both hold are compared.
        other_records: whether the two hold different records, so that chance alone moves their shares; two full
            extracts hold nearly the same.
    """
    for column, counts in now.values.items():
        if column in last.values:
            found = _of_column(counts, last.values[column], (now.table, now.theirs.get(column, column)), other_records)
            yield from sorted(found, key=lambda item: -effect(item.before / item.of_before, item.now / item.of_now))


def _of_column(
    now: Mapping[str, int], last: Mapping[str, int], names: tuple[str, str], other_records: bool
) -> Iterator[Share]:
    of_now, of_before = sum(now.values()), sum(last.values())
    if min(of_now, of_before) < COUNTED_FROM:
        return
    for value in dict.fromkeys([*last, *now]):
        if value == FILLED:  # the other side of what is empty
            continue
        before, after = last.get(value, 0), now.get(value, 0)
        size = effect(before / of_before, after / of_now)
        gone = not after and _is_common(before, of_before, of_now)
        new = not before and _is_common(after, of_now, of_before)
        by_chance = other_records and not beyond_chance(size, of_before, of_now)
        if gone or new or (size >= TOLD_H and not by_chance):
            is_code = value not in NO_CODES
            far = size >= ALARM_H and abs(before / of_before - after / of_now) >= ALARM_POINTS
            alarm = (is_code and (gone or new)) or (far and not by_chance)
            yield Share(*names, value, before, after, of_before, of_now, alarm, is_code and gone, is_code and new)


def _is_common(rows: int, of_its_own: int, of_the_other: int) -> bool:
    """Whether a code is so common on one side that its absence from the other is no chance."""
    share = rows / of_its_own
    return share >= COMMON and min(rows, share * of_the_other) >= EXPECTED
