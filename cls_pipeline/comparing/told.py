"""How a change is told: as a line of a table, and where it is an alarm as a sentence. Small counts as their range."""

from __future__ import annotations

from typing import Final

from cls_pipeline.comparing.blunt import shown_count, shown_share
from cls_pipeline.comparing.changes import Change, Comparison, What

#: The columns of a line, each with its meaning.
COLUMNS: Final = {
    "what": "what changed",
    "table": "the table of the delivery",
    "column": "the sender's own column",
    "value": "the code, the month, or the column that came or went",
    "before": "in the last delivery, or the median of recent ones; for a code, its share of the rows",
    "now": "in this delivery",
    "change": "of the count in per cent, of a share in percentage points",
    "look": "an alarm: look at it before relying on the delivery",
}
LOOK: Final = "◄ look"
#: Counts of what rows hold, of which a small one could point at somebody; rows of a file do not.
OF_PEOPLE: Final[tuple[What, ...]] = ("people", "month", "months restated")
SHARES: Final[tuple[What, ...]] = ("code gone", "code new", "share")


def line(change: Change, limit: int) -> dict[str, str]:
    """The change in the columns of `COLUMNS`; counts from 1 up to the limit are told as a range."""
    before, now = _sides(change, limit)
    return {
        "what": change.what,
        "table": change.table,
        "column": change.column,
        "value": change.value,
        "before": before,
        "now": now,
        "change": _difference(change, limit),
        "look": LOOK if change.alarm else "",
    }


def sentence(change: Change, limit: int) -> str:
    """The change in a sentence."""
    before, now = _sides(change, limit)
    where = f"{change.table}, {change.column}" if change.column else change.table
    match change.what:
        case "table":
            if change.now:
                return f"{where}: the table is new, with {now} rows."
            return f"{where}: the table is not in this delivery; it had {before} rows."
        case "column":
            return f"{where}: the column {change.value} {'is new' if change.now else 'is gone'}."
        case "code gone":
            return f"{where}: {change.value} is gone; it was {before} of the rows."
        case "code new":
            return f"{where}: {change.value} is new, with {now} of the rows."
        case "share":
            return f"{where}: {change.value} is {now} of the rows; it was {before}."
        case "month":
            return f"{where}: {change.value} has {now} rows; it had {before} ({_difference(change, limit)})."
        case "months restated":
            return f"{where}: {change.value} restated, {before} rows became {now}."
    return f"{where}: {now} {change.what}, {before} before ({_difference(change, limit)})."


def headline(comparison: Comparison) -> str:
    """What a comparison amounts to, in a sentence."""
    if not comparison.against:
        return "There is no earlier delivery to compare with."
    alarms, changes = len(comparison.alarms), len(comparison.changes)
    beside = f"compared with {comparison.against}"
    if alarms:
        return f"{alarms} {'change' if alarms == 1 else 'changes'} to look at, {beside}."
    return f"Nothing {'unusual ' if changes else ''}changed, {beside}."


def _sides(change: Change, limit: int) -> tuple[str, str]:
    if change.what == "column":
        return "there" if change.before else "", "there" if change.now else ""
    if change.what in SHARES:
        return (
            shown_share(change.before, change.of_before, limit),
            shown_share(change.now, change.of_now, limit),
        )
    small = limit if change.what in OF_PEOPLE else 0
    return shown_count(change.before, small), shown_count(change.now, small)


def _difference(change: Change, limit: int) -> str:
    counted = change.what in SHARES or change.what in OF_PEOPLE
    if change.what == "column" or (counted and any(0 < side <= limit for side in (change.before, change.now))):
        return ""
    if change.what in SHARES:
        points = 100 * (change.now / change.of_now - change.before / change.of_before)
        return f"{points:+.1f} points"
    return f"{change.now / change.before - 1:+.1%}" if change.before else ""
