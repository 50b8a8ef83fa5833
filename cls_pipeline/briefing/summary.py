"""What a question's or a site's page says first: what can be said and what cannot, and the state of its data."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import Any

from cls_pipeline.briefing import sentences
from cls_pipeline.briefing.choice import choose
from cls_pipeline.briefing.figures import READS_ON, Metric, Site
from cls_pipeline.briefing.questions import Question
from cls_pipeline.briefing.reading import Release
from cls_pipeline.briefing.readings import AtSite, Reading
from cls_pipeline.briefing.wording import percent, plural

LONG, SHORT = 5, 2


@dataclass(frozen=True)
class Short:
    """A question in short. `can` has the title, the place on the page and the words of each headline figure."""

    can: list[tuple[str, str, str]]
    cannot: list[str]
    metrics: int
    sites: int


@dataclass(frozen=True)
class Line:
    """A site in short: how current, how long and how full its series are."""

    site: Site
    newest: date | None
    years: float | None
    shown: int
    withheld: int
    systems: int
    faults: int
    refused: int

    @property
    def share_withheld(self) -> str:
        """Of its figures."""
        return percent(self.withheld / (self.shown + self.withheld)) if self.shown + self.withheld else "none"


@dataclass(frozen=True)
class Event:
    """Breaks of one day and cause at a site: which figures bear it how."""

    day: date
    cause: str
    note: str
    figures: dict[str, list[str]]


def of_question(release: Release, readings: Sequence[Reading], question: Question) -> Short:
    """What can and what cannot be said to a question, from the figures that there are."""
    mine = [reading for reading in readings if question.number in reading.figure.metric.questions]
    chosen = choose(readings, question.number)
    metrics = {reading.figure.metric.metric_id for reading in mine}
    sites = {site for reading in mine for site in reading.figure.series}
    can = [(reading.figure.title, reading.figure.key, sentences.in_short(reading)) for reading in chosen.headlines]
    return Short(can, _cannot(release, mine, question, metrics), len(metrics), len(sites))


def _cannot(release: Release, mine: list[Reading], question: Question, metrics: set[str]) -> list[str]:
    said = [question.reach]
    shown = sum(reading.shown + reading.parts_shown for reading in mine)
    withheld = sum(reading.withheld + reading.parts_withheld for reading in mine)
    if withheld:
        said.append(
            f"{percent(withheld / (shown + withheld))} of the figures ({withheld:,} of {shown + withheld:,}) are"
            " withheld because they count, or would tell, few people. Small sites are missing first, so no sum over"
            " sites is given."
        )
    if release.told.rounding:
        said.append(release.told.rounding)
    verdicts: Counter[str] = Counter()
    for reading in mine:
        for (_, verdict), count in reading.verdicts.items():
            verdicts[verdict] += count
    if total := sum(verdicts.values()):
        stops = sum(count for verdict, count in verdicts.items() if verdict not in READS_ON)
        said.append(
            f"{plural(total, 'break')} lie in these series, a change of local system counting once for each figure."
            f" {_across(total, stops)}"
        )
    if any(reading.figure.metric.comparability != "full" for reading in mine):
        said.append("Figures of England, Scotland and Wales stand apart unless their measure is the same in all three.")
    if missing := len(
        [m for m in release.metrics.values() if question.number in m.questions and m.metric_id not in metrics]
    ):
        said.append(
            f"{plural(missing, 'more measure is', 'more measures are')} defined, but no delivery has figures of it."
        )
    if mine:
        said.append("A change is not an effect: nothing on this page by itself says what caused it.")
    return said


def _across(total: int, stops: int) -> str:
    if not stops:
        return "All of them can be read across."
    some = (
        f"{total - stops:,} of them can be read across; at the other {stops:,}" if total > stops else "At each of them"
    )
    return f"{some} a step may be a change in how it was counted."


def of_site(release: Release, readings: Sequence[Reading], site: Site) -> Line:
    """The state of a site's data."""
    series = [r.figure.series[site.site_id] for r in readings if site.site_id in r.figure.series]
    years = [
        row["comparable_years"]
        for (site_id, _), row in release.currency.items()
        if site_id == site.site_id and row["comparable_years"] is not None
    ]
    told = [one.shown[-1].end for one in series if one.shown]
    delivery = release.deliveries.get(site.site_id, {})
    return Line(
        site=site,
        newest=max(told, default=None),
        years=median(years) if years else None,
        shown=sum(point.value is not None for one in series for point in one.points),
        withheld=sum(one.count("suppressed") for one in series),
        systems=len({row["system_id"] for row in release.systems.get(site.site_id, [])}),
        faults=len(release.faults.get(site.site_id, [])),
        refused=delivery.get("refused", 0),
    )


def breaks_of(readings: Sequence[Reading], site: Site) -> list[Event]:
    """A site's breaks, the newest first, each with the figures that bear it under the verdict on each."""
    held: dict[tuple[date, str], dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    notes: dict[tuple[date, str], str] = {}
    for reading in readings:
        for found in reading.figure.series[site.site_id].breaks:
            key = (found.day, found.cause)
            notes.setdefault(key, found.note)
            names = held[key][found.verdict]
            if reading.figure.metric.name not in names:
                names.append(reading.figure.metric.name)
    return [Event(*key, notes[key], dict(held[key])) for key in sorted(held, reverse=True)]


def history(release: Release, readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """How far back each figure from records can be compared, over its sites: the middle and the span, in years."""
    rows = []
    for metric_id, metric in release.metrics.items():
        years = sorted(
            row["comparable_years"] or 0.0
            for (site, m), row in release.currency.items()
            if m == metric_id and site in release.sites
        )
        if years and metric.source_kind == "records":
            longest = sum(row["stopped_by"] is None for (_, m), row in release.currency.items() if m == metric_id)
            rows.append(
                {
                    "name": metric.name,
                    "sites": len(years),
                    "middle": median(years),
                    "least": years[0],
                    "most": years[-1],
                    "whole": longest,
                }
            )
    return sorted(rows, key=lambda row: (-row["middle"], row["name"]))


def history_words(rows: Sequence[dict[str, Any]]) -> str:
    """How many figures reach how far back, at the middle site of each."""
    long, short = sum(row["middle"] >= LONG for row in rows), sum(row["middle"] < SHORT for row in rows)
    return (
        f"At the middle site, {long} of {plural(len(rows), 'figure')} can be compared over {LONG} years or more, and"
        f" {short} over fewer than {SHORT}."
    )


def origin(release: Release, metric: Metric, site: Site | None = None) -> str:
    """Where a figure comes from, as a chart says it: `published`, `simulated`, `partly simulated`, or nothing."""
    if metric.source_kind == "published":
        return "published"
    if site is not None:
        return "simulated" if site.is_simulated else ""
    return {"simulated": "simulated", "mixed": "partly simulated"}.get(release.told.records_origin or "", "")


def at(reading: Reading, site: Site) -> AtSite:
    """One site's part of a reading."""
    return next(one for one in reading.sites if one.site.site_id == site.site_id)
