"""The dry run as one thing: both sides read, every comparison made, all as plain tables.

Each comparison has a module of its own; what the whole amounts to is said in `verdict.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.cutover.attributes import attributes_table
from cls_pipeline.cutover.codes import codes_table, matched
from cls_pipeline.cutover.events import KINDS, Events, bulk_table, events_table, match_events
from cls_pipeline.cutover.figures import figures_table
from cls_pipeline.cutover.packages import open_on, packages_table, reopened
from cls_pipeline.cutover.people import People, match_people, only_in_new, ways_table
from cls_pipeline.cutover.question import Question
from cls_pipeline.cutover.sides import Side, read_new, read_old
from cls_pipeline.cutover.unmapped import unmapped_table, yaml_lines
from cls_pipeline.outcomes import DeliveryOutcome
from cls_pipeline.registry import Registry
from cls_pipeline.settings import Settings

#: How often `compare` says what it begins.
STEPS: Final = 6
#: What follows of a failed rule, the gravest first.
GRAVEST: Final = ("refuse_delivery", "refuse_row", "warn")
#: What is paid, where both systems tell it: by which code it is told apart.
PRICED: Final = {"cost_line": "service_component", "service": "service_type"}


@dataclass(frozen=True)
class Report:
    """What the trial export would change. Counts, shares and pounds a week only: nothing here names anybody.

    `accounts` (table, entity, rows, accepted, quarantined, refused, out_of_scope) and `failures` (rule, entity, column,
    follows, rows, share, meaning) are what the contract says; the other tables are described where they are made.
    `absent` are entities of which the old system has records and the export none;
    `closed_in_bulk` counts services that the old delivery ended on its last day, which are taken to go on;
    `finance_pays` says that the cost series comes from a finance system, not from these prices.
    """

    site: str
    old_system: str
    new_system: str
    old_as_of: date
    new_as_of: date
    status: str
    reasons: tuple[str, ...]
    accounts: pl.DataFrame
    failures: pl.DataFrame
    people: pl.DataFrame
    new_people: int
    refused_joins: pl.DataFrame
    events: pl.DataFrame
    absent: tuple[str, ...]
    bulk_starts: pl.DataFrame
    closed_in_bulk: int
    packages: pl.DataFrame
    finance_pays: bool
    unmapped: pl.DataFrame
    yaml: tuple[str, ...]
    codes: pl.DataFrame
    figures: pl.DataFrame
    attributes: pl.DataFrame

    def plain(self) -> dict[str, object]:
        """The report as JSON takes it: tables as lists of rows, days as texts."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}


def compare(
    question: Question, registry: Registry, settings: Settings, say: Callable[[str], None] = lambda _: None
) -> Report:
    """Reads both sides and compares them; writes nothing.

    Args:
        question: what is asked.
        registry, settings: where the old deliveries are.
        say: told the name of each of the `STEPS` as it begins.

    Raises:
        CutoverError: nothing was accepted from the old system, or its key is not there.
    """
    say(f"Reading {question.old.name}")
    old, closed = _reopened(read_old(question, registry, settings))
    say(f"Reading {question.new.name}")
    new, outcomes = read_new(question, registry, settings)
    say("Linking people")
    people = match_people(old, new)
    say("Matching events")
    both = [name for name in KINDS if name in old.frames and name in new.frames]
    events = {name: match_events(name, old, new, people, registry) for name in both}
    say("Comparing codes")
    used = codes_table(matched(old, new, people, events, registry), registry)
    unmapped = unmapped_table(new, question.trial, registry)
    say("Comparing figures")
    day, until = new.as_of, min(old.as_of, new.as_of)
    paid = next((name for name in PRICED if name in events), None)
    supported = _supported(old, people, day)
    in_force = [registry.systems[item.system].family for item in question.trial.in_force(day)]
    return Report(
        site=question.sender.name,
        old_system=question.old.name,
        new_system=question.new.name,
        old_as_of=old.as_of,
        new_as_of=new.as_of,
        status="refused" if any(one.status == "refused" for one in outcomes) else "accepted",
        reasons=tuple(reason for one in outcomes for reason in one.reasons),
        accounts=_accounts(outcomes),
        failures=_failures(outcomes),
        people=ways_table(people, supported),
        new_people=only_in_new(people),
        refused_joins=people.refused,
        events=events_table(list(events.values()), people, old.as_of),
        absent=tuple(name for name, frame in old.frames.items() if frame.height and not _height(new, name)),
        bulk_starts=bulk_table(list(events.values())),
        closed_in_bulk=closed,
        packages=_packages(events, paid, day, registry),
        finance_pays="finance" in in_force and question.new.family != "finance",
        unmapped=unmapped,
        yaml=tuple(yaml_lines(unmapped)),
        codes=used,
        figures=figures_table(events, until, day, registry),
        attributes=attributes_table(old, new, people, registry) if _tells_of_people(old, new) else pl.DataFrame(),
    )


def _reopened(old: Side) -> tuple[Side, int]:
    frames, closed = dict(old.frames), 0
    for name in PRICED:
        if name in frames:
            frames[name], count = reopened(frames[name], old.as_of)
            closed += count
    return Side(old.system, old.numbering, old.as_of, frames), closed


def _supported(old: Side, people: People, day: date) -> pl.Series:
    """The keys of the people with an open service in the old system."""
    frames = [people.keyed("old", open_on(old.frames[name], day)) for name in PRICED if name in old.frames]
    keys = [frame["person_key"] for frame in frames]
    return pl.concat(keys).unique() if keys else pl.Series("person_key", [], dtype=pl.String)


def _packages(events: dict[str, Events], paid: str | None, day: date, registry: Registry) -> pl.DataFrame:
    if paid is None:
        return pl.DataFrame()
    return packages_table(events[paid].old, events[paid].new, PRICED[paid], day, registry)


def _height(side: Side, entity: str) -> int:
    return side.frames[entity].height if entity in side.frames else 0


def _tells_of_people(old: Side, new: Side) -> bool:
    return "person" in old.frames and "person" in new.frames


def _accounts(outcomes: tuple[DeliveryOutcome, ...]) -> pl.DataFrame:
    kinds = {"table": pl.String, "entity": pl.String} | dict.fromkeys(
        ("rows", "accepted", "quarantined", "refused", "out_of_scope"), pl.Int64
    )
    rows = [
        (a.source_table, a.entity, a.rows_delivered, a.conformed, a.quarantined, a.refused, a.out_of_scope)
        for one in outcomes
        for a in one.accounts
    ]
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _failures(outcomes: tuple[DeliveryOutcome, ...]) -> pl.DataFrame:
    texts = ("rule", "entity", "table", "column", "follows")
    rows = [
        (f.rule_id, entity, f.source_table, f.their_column, f.severity, f.rows, f.share, f.meaning)
        for one in outcomes
        for entity, failures in one.failures.items()
        for f in failures
    ]
    rows.sort(key=lambda row: (GRAVEST.index(row[4]), -row[5]))
    kinds: dict[str, type[pl.DataType]] = dict.fromkeys(texts, pl.String)
    kinds |= {"rows": pl.Int64, "share": pl.Float64, "meaning": pl.String}
    return pl.DataFrame(rows, schema=kinds, orient="row")


def _plain(value: object) -> object:
    if isinstance(value, pl.DataFrame):
        return [{name: _plain(item) for name, item in row.items()} for row in value.iter_rows(named=True)]
    if isinstance(value, date):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value
