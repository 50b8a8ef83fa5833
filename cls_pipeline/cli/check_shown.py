"""How `cls check` shows a delivery: its tables, what failed, what changed; the same as plain values for machines."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cls_pipeline.cli.console import failures_table, out, table
from cls_pipeline.comparing.changes import Comparison
from cls_pipeline.comparing.told import COLUMNS, headline, line, sentence
from cls_pipeline.outcomes import DeliveryOutcome, RuleFailure


def show(outcome: DeliveryOutcome, limit: int) -> None:
    """Prints a delivery; counts of people from 1 up to the limit as a range."""
    out.print(f"{outcome.system_id}, as of {outcome.as_of}", style="bold", markup=False)
    numbers = ("rows", "accepted", "quarantined", "refused", "out of scope")
    counts = table(("file", "table", "entity", *numbers), numbers)
    for item in outcome.accounts:
        rows = (item.rows_delivered, item.conformed, item.quarantined, item.refused, item.out_of_scope)
        counts.add_row(item.source_file, item.source_table, item.entity, *[f"{number:,}" for number in rows])
    out.print(counts)
    failures = _failures(outcome)
    if failures:
        out.print()
        out.print(failures_table(failures))
    if outcome.comparison is not None:
        out.print()
        _show_changes(outcome.comparison, limit)
    out.print()


def _show_changes(comparison: Comparison, limit: int) -> None:
    from rich.markup import escape

    style = "yellow" if comparison.alarms else ""
    out.print(headline(comparison), style=style, markup=False, soft_wrap=True)
    if not comparison.changes:
        return
    made = table(list(COLUMNS), ("before", "now", "change"))
    for change in comparison.changes:
        told = line(change, limit)
        made.add_row(*map(escape, told.values()), style="yellow" if change.alarm else "")
    out.print(made)


def plain(outcome: DeliveryOutcome, limit: int) -> dict[str, Any]:
    """A delivery for machines: counts as numbers, changes as they are told and with their numbers."""
    comparison = outcome.comparison
    return {
        "system": outcome.system_id,
        "as_of": outcome.as_of.isoformat(),
        "status": outcome.status,
        "tables": [asdict(account) for account in outcome.accounts],
        "failures": [asdict(failure) for failure in _failures(outcome)],
        "changes": None if comparison is None else _plain_changes(comparison, limit),
    }


def _plain_changes(comparison: Comparison, limit: int) -> dict[str, Any]:
    return {
        "headline": headline(comparison),
        "against": comparison.against,
        "alarms": len(comparison.alarms),
        "changes": [
            line(change, limit) | {"look": change.alarm, "told": sentence(change, limit)}
            for change in comparison.changes
        ],
        "restated": {
            name: {month: [_number(count, limit) for count in pair] for month, pair in months.items()}
            for name, months in comparison.restated.items()
        },
    }


def _failures(outcome: DeliveryOutcome) -> list[RuleFailure]:
    return [failure for found in outcome.failures.values() for failure in found]


def _number(count: int, limit: int) -> int | None:
    return None if 0 < count <= limit else count
