"""Summaries of deliveries in a line each."""

from __future__ import annotations

from datetime import date

from cls_pipeline.comparing.changes import Comparison
from cls_pipeline.comparing.summary import Counts, Summary, TableCounts


def table(rows: int = 200, **changes: object) -> TableCounts:
    """A table of contacts, all of them in March 2024 with the outcome `advice`."""
    usual: dict[str, object] = {
        "table": "contacts",
        "entity": "request",
        "rows": rows,
        "columns": ("ContactID", "Outcome"),
        "people": rows,
        "months": {"2024-03": rows},
        "values": {"outcome": {"advice": rows}},
        "theirs": {"outcome": "Outcome"},
    }
    return TableCounts.model_validate(usual | changes)


def outcomes(**counts: int) -> TableCounts:
    """A table of contacts with these outcomes; `empty` stands for none."""
    named: Counts = {("(empty)" if name == "empty" else name): count for name, count in counts.items()}
    return table(sum(counts.values()), values={"outcome": named})


def summary(*tables: TableCounts, day: date = date(2024, 4, 30), **changes: object) -> Summary:
    usual = Summary(delivery_id=f"d{day}", system_id="alder", as_of=day, tables=tables)
    return usual.model_copy(update=changes)


def told(comparison: Comparison) -> list[tuple[str, str, float, float, bool]]:
    """Kind, value, before, now and whether it is an alarm, of each change."""
    return [(c.what, c.value, c.before, c.now, c.alarm) for c in comparison.changes]
