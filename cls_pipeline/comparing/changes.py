"""What changed from one delivery to the next: rows, people, months restated, each code's share, columns.

Compares summaries; which ones are compared belongs in `since_last`, how a change is told in `told`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from statistics import median
from typing import Literal

from cls_pipeline.comparing.blunt import blunted
from cls_pipeline.comparing.limits import fell, unusually_few
from cls_pipeline.comparing.shares import Share, moved_shares
from cls_pipeline.comparing.summary import Summary, TableCounts, added

What = Literal["rows", "people", "months restated", "month", "code gone", "code new", "share", "column", "table"]
Pair = tuple[int, int]


@dataclass(frozen=True)
class Change:
    """One thing that differs.

    `column` is the sender's; `value` a code, a month or how many months, or the column that came or went. `before` and
    `now` are counts (of a median: with halves), `of_before` and `of_now` what they are counted of, where a share is
    meant. A column that came or went counts 0 and 1.
    """

    what: What
    table: str
    before: float
    now: float
    alarm: bool = False
    column: str = ""
    value: str = ""
    of_before: float = 0
    of_now: float = 0


@dataclass(frozen=True)
class Comparison:
    """What changed in a delivery of a system since the last one, or beside recent ones.

    `against` names what it was compared with, empty where there was nothing; `restated` holds, by table, each month
    that differs with its rows before and now; `rows` the rows of the delivery.
    """

    system_id: str
    as_of: date
    rows: int
    against: str = ""
    changes: tuple[Change, ...] = ()
    restated: dict[str, dict[str, Pair]] = field(default_factory=dict)

    @property
    def alarms(self) -> tuple[Change, ...]:
        """What should be looked at before the delivery is relied on."""
        return tuple(change for change in self.changes if change.alarm)


@dataclass(frozen=True)
class Window:
    """The months that two deliveries can be compared in: before `until`, and from `since` on where there is one.

    Two that reach back to different days hold other records in part, of which chance has its say.
    """

    until: str
    since: str = ""

    @property
    def moves(self) -> bool:
        """Whether the deliveries reach back only so far, so that the later one holds other records in part."""
        return bool(self.since)

    def holds(self, month: str) -> bool:
        """Whether a month, as 2024-03, lies in it."""
        return self.since <= month < self.until


def since_the_last(now: Summary, last: Summary, fall: float, window: Window) -> tuple[Change, ...]:
    """The changes of a delivery that takes the place of the last one, or covers a span as long.

    Args:
        now, last: what they held; small counts of the one are blunted where the other's are.
        fall: the share by which rows, people or a month may fall.
        window: the months that should be as they were.
    """
    now, last = _alike(now, last)
    tables, before = added(list(now.tables)), added(list(last.tables))
    changes: list[Change] = []
    for name, table in tables.items():
        if name in before:
            changes += _of_table(table, before[name], fall, window)
        else:
            changes.append(Change("table", name, 0, table.rows))
    left_out = [name for name in before if name not in tables and name not in now.unread]
    changes += [Change("table", name, before[name].rows, 0, alarm=True) for name in left_out if before[name].rows]
    return _in_order(changes)


def beside_recent(now: Summary, recent: Sequence[Summary], fall: float) -> tuple[Change, ...]:
    """The changes of a delivery that holds only what is new, beside the median of recent ones and all their codes."""
    limit = max(item.blunted for item in [now, *recent])
    now, recent = blunted(now, limit), [blunted(item, limit) for item in recent]
    changes: list[Change] = []
    for name, table in added(list(now.tables)).items():
        held = [found[name] for item in recent if name in (found := added(list(item.tables)))]
        if not held:
            changes.append(Change("table", name, 0, table.rows))
            continue
        changes += _usual("rows", table.rows, [item.rows for item in held], name, fall)
        people = [item.people for item in held if item.people is not None]
        if table.people is not None and people:
            changes += _usual("people", table.people, people, name, fall)
        changes += _columns(table, held[-1])
        changes += map(_of_share, moved_shares(table, added(held)[name], other_records=True))
    return _in_order(changes)


def restated_months(now: Summary, last: Summary, window: Window) -> dict[str, dict[str, Pair]]:
    """By table, the months of a window that differ, with their rows before and now."""
    now, last = _alike(now, last)
    tables, before = added(list(now.tables)), added(list(last.tables))
    found = {
        name: _months(table.months, before[name].months, window) for name, table in tables.items() if name in before
    }
    return {name: months for name, months in found.items() if months}


def _alike(now: Summary, last: Summary) -> tuple[Summary, Summary]:
    limit = max(now.blunted, last.blunted)
    return blunted(now, limit), blunted(last, limit)


def _of_table(now: TableCounts, last: TableCounts, fall: float, window: Window) -> Iterator[Change]:
    if now.rows != last.rows:
        alarm = fell(last.rows, now.rows, fall, other_records=window.moves)
        yield Change("rows", now.table, last.rows, now.rows, alarm)
    if now.people is not None and last.people is not None and now.people != last.people:
        alarm = fell(last.people, now.people, fall, other_records=window.moves)
        yield Change("people", now.table, last.people, now.people, alarm)
    yield from _columns(now, last)
    if not now.values:  # its header was not what is expected, so no row of it was read
        return
    months = _months(now.months, last.months, window)
    if months:
        sums = [sum(pair[side] for pair in months.values()) for side in (0, 1)]
        yield Change("months restated", now.table, sums[0], sums[1], value=_span(list(months)))
    for month, (before, after) in months.items():
        if fell(before, after, fall):
            yield Change("month", now.table, before, after, alarm=True, value=month)
    yield from map(_of_share, moved_shares(now, last, other_records=window.moves))


def _months(now: Mapping[str, int], last: Mapping[str, int], window: Window) -> dict[str, Pair]:
    return {
        month: (last.get(month, 0), now.get(month, 0))
        for month in sorted({*now, *last})
        if window.holds(month) and last.get(month, 0) != now.get(month, 0)
    }


def _span(months: list[str]) -> str:
    return months[0] if len(months) == 1 else f"{len(months)} months, {months[0]} to {months[-1]}"


def _columns(now: TableCounts, last: TableCounts) -> Iterator[Change]:
    for name in last.columns:
        if name not in now.columns:
            yield Change("column", now.table, 1, 0, alarm=True, value=name)
    for name in now.columns:
        if name not in last.columns:
            yield Change("column", now.table, 0, 1, value=name)


def _usual(what: What, now: int, recent: list[int], table: str, fall: float) -> Iterator[Change]:
    middle = median(recent)
    if now != middle:
        yield Change(what, table, middle, now, unusually_few(now, recent, fall))


def _of_share(share: Share) -> Change:
    what: What = "code gone" if share.gone else "code new" if share.new else "share"
    return Change(
        what,
        share.table,
        share.before,
        share.now,
        share.alarm,
        share.column,
        share.value,
        share.of_before,
        share.of_now,
    )


#: What is read first.
ORDER: tuple[What, ...] = (
    "table",
    "rows",
    "people",
    "column",
    "month",
    "months restated",
    "code gone",
    "code new",
    "share",
)


def _in_order(changes: Sequence[Change]) -> tuple[Change, ...]:
    """Alarms first; within them by kind, the rest as found."""
    return tuple(sorted(changes, key=lambda change: (not change.alarm, ORDER.index(change.what))))
