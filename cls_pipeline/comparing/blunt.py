"""Small counts, made unrecognisable in what leaves the pipeline's own place: from 1 up to the limit all look alike.

What is handed back goes to the sender whose records they are, so what could be worked out from totals is left. Counts
of rows of a file pass as they are: they say nothing of what a row holds.
"""

from __future__ import annotations

from collections.abc import Mapping

from cls_pipeline.comparing.summary import Counts, Summary, TableCounts


def blunted(summary: Summary, limit: int) -> Summary:
    """The summary with every small count in the middle of its range; doing it twice changes nothing."""
    tables = tuple(_table(item, limit) for item in summary.tables)
    return summary.model_copy(update={"tables": tables, "blunted": max(limit, summary.blunted)})


def _table(item: TableCounts, limit: int) -> TableCounts:
    people = None if item.people is None else _blunt(item.people, limit)
    values = {column: _all(counts, limit) for column, counts in item.values.items()}
    return item.model_copy(update={"people": people, "months": _all(item.months, limit), "values": values})


def _all(counts: Mapping[str, int], limit: int) -> Counts:
    return {name: _blunt(count, limit) for name, count in counts.items()}


def _blunt(count: int, limit: int) -> int:
    return (limit + 1) // 2 if 0 < count <= limit else count


def shown_count(count: int | float, limit: int) -> str:
    """A count as it is shown: a small one as its range."""
    return f"1 to {limit}" if 0 < count <= limit else f"{count:,.0f}"


def shown_share(count: int | float, total: int | float, limit: int) -> str:
    """A share as it is shown; one that a small count stands behind as the most that it can be."""
    if not total:
        return ""
    return f"up to {limit / total:.1%}" if 0 < count <= limit else f"{count / total:.1%}"
