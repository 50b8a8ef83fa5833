"""Accidents on the way out: a small share of bad rows at named sites, and one site whose export went wrong.

They change what is delivered, never the truth. Each can be left out by name. Effects of changing systems are no
accidents; they belong to the recording.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
import polars as pl

from cls_pipeline.registry import SystemProfile, TableLayout
from cls_pipeline.sample.chance import Flags, stream
from cls_pipeline.sample.recording.extract import Handover

#: What happens to a spelled table of a handover.
Mishap: TypeAlias = Callable[[pl.DataFrame, TableLayout, Handover], pl.DataFrame]
Change: TypeAlias = Callable[[pl.DataFrame, Flags, dict[str, str], SystemProfile], pl.DataFrame]


@dataclass(frozen=True)
class Accident:
    """One thing that goes wrong at one site, in the tables of one entity, in a share of the rows (at least one)."""

    name: str
    site: str
    entity: str
    share: float
    what: str
    change: Change


def _overwritten(column: str, text: str) -> Change:
    def change(table: pl.DataFrame, hit: Flags, names: dict[str, str], profile: SystemProfile) -> pl.DataFrame:
        name = names[column]
        return table.with_columns(pl.when(pl.Series(hit)).then(pl.lit(text)).otherwise(pl.col(name)).alias(name))

    return change


def _impossible_day(column: str) -> Change:
    """The 31st of February, in the system's way of writing dates."""

    def change(table: pl.DataFrame, hit: Flags, names: dict[str, str], profile: SystemProfile) -> pl.DataFrame:
        day = profile.dates[0]
        for part, text in {"%d": "31", "%m": "02", "%b": "Feb", "%Y": "2019", "%y": "19"}.items():
            day = day.replace(part, text)
        return _overwritten(column, day)(table, hit, names, profile)

    return change


def _exchanged(first: str, second: str) -> Change:
    """Two columns changed places, where both hold something and differ."""

    def change(table: pl.DataFrame, hit: Flags, names: dict[str, str], profile: SystemProfile) -> pl.DataFrame:
        one, two = names[first], names[second]
        both = ~pl.col(one).is_in(list(profile.missing)) & ~pl.col(two).is_in(list(profile.missing))
        swap = pl.Series(hit) & both & (pl.col(one) != pl.col(two))
        return table.with_columns(
            pl.when(swap).then(pl.col(two)).otherwise(pl.col(one)).alias(one),
            pl.when(swap).then(pl.col(one)).otherwise(pl.col(two)).alias(two),
        )

    return change


def _repeated(table: pl.DataFrame, hit: Flags, names: dict[str, str], profile: SystemProfile) -> pl.DataFrame:
    """Rows that were exported twice."""
    return pl.concat([table, table.filter(pl.Series(hit))])


ACCIDENTS: Final[tuple[Accident, ...]] = (
    Accident(
        "unknown-code",
        "leeds",
        "request",
        0.006,
        "an outcome that no map knows",
        _overwritten("event_outcome", "NFA – Talking Point (new)"),
    ),
    Accident(
        "impossible-date", "croydon", "assessment", 0.005, "a start on 31 February", _impossible_day("start_date")
    ),
    Accident(
        "end-before-start",
        "south_ayrshire",
        "service",
        0.02,
        "start and end have changed places",
        _exchanged("start_date", "end_date"),
    ),
    Accident("rows-exported-twice", "doncaster", "request", 0.003, "rows stand twice in the file", _repeated),
    Accident(
        "text-for-a-number",
        "england_20",
        "cost_line",
        0.004,
        "words where a price belongs",
        _overwritten("unit_cost", "see contract"),
    ),
    Accident(
        "person-left-blank",
        "england_26",
        "review",
        0.004,
        "nobody is named",
        _overwritten("person_id", ""),
    ),
    Accident(
        "untold-outcomes",
        "england_23",
        "request",
        0.35,
        "outcomes under a number that nobody was told of: the one export that is bad enough to be refused",
        _overwritten("event_outcome", "OUT-77"),
    ),
)


def accidents_with(seed: int, without: frozenset[str] = frozenset()) -> Mishap:
    """The mishaps of a seed: each accident at its site, in extracts of systems that are still in force."""

    def mishap(table: pl.DataFrame, layout: TableLayout, handover: Handover) -> pl.DataFrame:
        retired = any(
            s.system == handover.profile.id and s.valid_until == handover.as_of for s in handover.sender.systems
        )
        for accident in ACCIDENTS:
            here = accident.site == handover.sender.id and accident.entity == layout.entity
            if here and not retired and accident.name not in without and table.height:
                rng = stream(seed, accident.site, "accident", accident.name)
                hit = np.zeros(table.height, dtype=np.bool_)
                hit[rng.choice(table.height, max(1, round(accident.share * table.height)), replace=False)] = True
                names = {ours: source.source for ours, source in layout.columns.items() if source.source}
                table = accident.change(table, hit, names, handover.profile)
        return table

    return mishap
