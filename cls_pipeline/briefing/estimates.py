"""Estimates with intervals that a release may hold, as a question's page shows them; where it holds none, nothing.

`contribution` is drawn and tabled by metric and design; any other such table is printed as it stands, with its words.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from cls_pipeline.briefing.figures import Metric
from cls_pipeline.briefing.questions import Question
from cls_pipeline.briefing.reading import Release, Table
from cls_pipeline.briefing.wording import NATIONS, day, number, part, plural

CONTRIBUTION = "contribution"
PROGRAMME = "programme"
# Words that say the same of every row are said once, above the table.
WORDS = ("method", "caveat", "note", "words")
DESIGNS = {
    "before_after": "Before and after",
    "innovation_area": "The innovation area against the rest of its site",
    "not_yet_begun": "Against sites that had not begun",
    "comparators": "Against councils outside the programme",
}
# Keys that say nothing to a reader, and what is told apart from the table.
UNSAID = ("definition_version", "period_end", "breakdown", "is_shown", "why_not")
HEADS = {
    "metric_id": "Figure",
    "period_start": "From",
    "breakdown_value": "Who",
    "is_significant": "Below 5%",
}
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
    def rows(self) -> list[tuple[str, float, float, float]]:
        """What the chart draws: the label, the estimate and both ends of its interval; the means come first."""
        return [(e.label, e.estimate, e.low, e.high) for e in self.shown]

    @property
    def means(self) -> int:
        """How many of the rows are means over sites."""
        return sum(e.page is None for e in self.shown)

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
    """A table as it stands: its words, its head, its cells as text, and how many rows are not shown, by why."""

    title: str
    words: list[str]
    head: list[str]
    rows: list[list[str]]
    hidden: list[tuple[str, int]]


def interval(estimate: Estimate, unit: str) -> str:
    """`+1.20 (0.30 to 2.10) percentage points`."""
    sign = "+" if estimate.estimate > 0 else ""
    low, high = number(estimate.low, DIGITS), number(estimate.high, DIGITS)
    return f"{sign}{number(estimate.estimate, DIGITS)} ({low} to {high}) {unit}".strip()


def contributions(release: Release, question: Question) -> list[tuple[Metric, list[Design]]]:
    """The designs of each metric that speaks to the question, in the order of `dim_metric`."""
    table = release.tables.get(CONTRIBUTION)
    held: dict[str, dict[str, list[Mapping[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in table.rows if table else ():
        held[row["metric_id"]][row["design"]].append(row)
    return [
        (metric, [_design(release, name, rows) for name, rows in held[metric_id].items()])
        for metric_id, metric in release.metrics.items()
        if question.number in metric.questions and metric_id in held
    ]


def _design(release: Release, name: str, rows: Sequence[Mapping[str, Any]]) -> Design:
    hidden: dict[str, int] = defaultdict(int)
    shown = []
    for row in rows:
        if not row["is_shown"] or row["estimate"] is None or row["low"] is None or row["high"] is None:
            hidden[_reason(row)] += 1
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
    unit = next((row["unit"] for row in rows if row["is_shown"] and row["unit"]), "")
    words = _once([row[column] for column in ("method", "caveat") for row in rows if row[column]])
    return Design(DESIGNS.get(name, name.replace("_", " ").capitalize()), unit, words, shown, sorted(hidden.items()))


def _once(words: Sequence[str]) -> list[str]:
    """Each text once, and none that another only goes on from."""
    texts = list(dict.fromkeys(words))
    return [text for text in texts if not any(other != text and other.startswith(text) for other in texts)]


def printed(release: Release, question: Question) -> list[Printed]:
    """The other tables that the question names, where the release holds them and they have rows."""
    tables = (release.tables.get(name) for name in question.tables)
    return [_printed(release, table) for table in tables if table is not None and table.rows]


def _printed(release: Release, table: Table) -> Printed:
    said = [column for column in table.columns if column in WORDS]
    words = _once([str(row[column]) for column in said for row in table.rows if row[column]])
    columns = [column for column in table.columns if column not in (*said, *UNSAID)]
    shown = [row for row in table.rows if row.get("is_shown", True)]
    hidden: dict[str, int] = defaultdict(int)
    for row in table.rows:
        if not row.get("is_shown", True):
            hidden[_reason(row)] += 1
    return Printed(
        title=table.name.replace("_", " ").capitalize(),
        words=[table.comment.partition(" **")[0].replace("`", ""), *words],
        head=[HEADS.get(column, column.replace("_", " ").capitalize()) for column in columns],
        rows=[[_cell(release, column, row[column]) for column in columns] for row in shown],
        hidden=sorted(hidden.items()),
    )


def _reason(row: Mapping[str, Any]) -> str:
    """Why a row is not shown, without the numbers that differ from row to row."""
    return str(row.get("why_not") or "not shown").partition(":")[0].rstrip(".")


def _cell(release: Release, column: str, value: Any) -> str:
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return number(value, 3 if column.startswith("p_value") else DIGITS)
    if isinstance(value, date):
        return day(value)
    if column == "metric_id" and value in release.metrics:
        return release.metrics[value].name
    text = f"{value:,}" if isinstance(value, int) else str(value)
    return NATIONS.get(text, part(text))
