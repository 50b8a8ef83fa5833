"""Estimates with intervals that a release may hold, as a question's page shows them; where it holds none, nothing.

`contribution` is drawn and tabled by metric and design; any other such table is printed as it stands, with its words.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cls_pipeline.briefing.figures import Metric
from cls_pipeline.briefing.questions import Question
from cls_pipeline.briefing.reading import Release, Table
from cls_pipeline.briefing.wording import NATIONS, day, number, plural

CONTRIBUTION = "contribution"
PROGRAMME = "programme"
# Words that say the same of every row are said once, above the table.
WORDS = ("method", "caveat", "note", "words")
DIGITS = 2


@dataclass(frozen=True)
class Estimate:
    """One estimate: whose, how much with its interval, and from how many points."""

    label: str
    page: str | None
    estimate: float
    low: float
    high: float
    before: int
    after: int


@dataclass(frozen=True)
class Design:
    """The estimates of one metric by one way of comparing; `hidden` counts those not shown by why."""

    name: str
    unit: str
    words: list[str]
    shown: list[Estimate]
    hidden: list[tuple[str, int]]

    @property
    def rows(self) -> str:
        """What the chart draws, as JSON."""
        return json.dumps(
            [
                {
                    "order": i,
                    "kind": "site" if e.page else "mean",
                    "label": e.label,
                    "estimate": e.estimate,
                    "low": e.low,
                    "high": e.high,
                }
                for i, e in enumerate(self.shown)
            ]
        )

    @property
    def sentence(self) -> str:
        """What the chart shows, for who does not see it."""
        above, below = sum(e.low > 0 for e in self.shown), sum(e.high < 0 for e in self.shown)
        rest = len(self.shown) - above - below
        sides = f"{above} wholly above nought, {below} wholly below, {rest} on both sides"
        first = f"{plural(len(self.shown), 'estimate')}: {sides}."
        pooled = [f"{e.label}: {interval(e, self.unit)}." for e in self.shown if e.page is None]
        return " ".join([first, *pooled])


@dataclass(frozen=True)
class Printed:
    """A table as it stands: its words, its head and its cells as text."""

    title: str
    words: list[str]
    head: list[str]
    rows: list[list[str]]


def interval(estimate: Estimate, unit: str) -> str:
    """`+1.20 (0.30 to 2.10) percentage points`."""
    sign = "+" if estimate.estimate > 0 else ""
    low, high = number(estimate.low, DIGITS), number(estimate.high, DIGITS)
    return f"{sign}{number(estimate.estimate, DIGITS)} ({low} to {high}) {unit}".strip()


def contributions(release: Release, question: Question) -> list[tuple[Metric, list[Design]]]:
    """The designs of each metric that speaks to the question, in the order of `dim_metric`."""
    table = release.tables.get(CONTRIBUTION)
    held: dict[str, dict[tuple[str, str], list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in table.rows if table else ():
        held[row["metric_id"]][row["design"], row["unit"] or ""].append(row)
    return [
        (metric, [_design(release, name, unit, rows) for (name, unit), rows in held[metric_id].items()])
        for metric_id, metric in release.metrics.items()
        if question.number in metric.questions and metric_id in held
    ]


def _design(release: Release, name: str, unit: str, rows: Sequence[Mapping[str, Any]]) -> Design:
    hidden: dict[str, int] = defaultdict(int)
    shown = []
    for row in rows:
        if not row["is_shown"] or row["estimate"] is None or row["low"] is None or row["high"] is None:
            hidden[row["why_not"] or "not shown"] += 1
            continue
        site = release.sites.get(row["site_id"])
        label = site.name if site else f"Mean, {NATIONS.get(row['nation'] or '', 'all nations')}"
        if row["area"] not in (None, "all"):
            label = f"{label}: {row['area']}"
        shown.append(
            Estimate(
                label,
                site.page if site else None,
                row["estimate"],
                row["low"],
                row["high"],
                row["points_before"],
                row["points_after"],
            )
        )
    shown.sort(key=lambda e: (e.page is not None, -e.estimate))
    words = list(dict.fromkeys(row[column] for column in ("method", "caveat") for row in rows if row[column]))
    return Design(name.replace("_", " ").capitalize(), unit, words, shown, sorted(hidden.items()))


def printed(release: Release, question: Question) -> list[Printed]:
    """The other tables that the question names, where the release holds them and they have rows."""
    tables = (release.tables.get(name) for name in question.tables)
    return [_printed(table) for table in tables if table is not None and table.rows]


def _printed(table: Table) -> Printed:
    said = [column for column in table.columns if column in WORDS]
    words = list(dict.fromkeys(str(row[column]) for column in said for row in table.rows if row[column]))
    columns = [column for column in table.columns if column not in said]
    title = table.name.replace("_", " ").capitalize()
    rows = [[_cell(row[column]) for column in columns] for row in table.rows]
    return Printed(title, words, [column.replace("_", " ").capitalize() for column in columns], rows)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, 0 if value == round(value) else 4 if abs(value) < 1 else 2)
    if isinstance(value, date):
        return day(value)
    return f"{value:,}" if isinstance(value, int) else str(value).replace("_", " ")
