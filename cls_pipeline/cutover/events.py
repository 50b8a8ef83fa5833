"""Events of the old system found in the new one, by entity; days on which many records begin, and days that are none.

Who is whom is decided in `people.py`, which record is which in `pairing.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.cutover.pairing import MOVED, NEAR, SAME, pair
from cls_pipeline.cutover.people import NOT_FOUND, People
from cls_pipeline.cutover.sides import Side
from cls_pipeline.identity.dated import BULK_PEOPLE, BULK_TIMES
from cls_pipeline.registry import Registry

#: Systems write these days where they know none; the contracts warn of them too.
FIRST_TRUE_DAY, LAST_TRUE_DAY = date(1900, 1, 2), date(9999, 12, 30)

#: What is counted of each entity; see `events_table`.
COUNTS: Final = (
    "old", "same_day", "near", "moved", "missing", "missing_known", "new", "later",
    "twice_old", "twice_new", "placeholders_old", "placeholders_new",
)  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """What dates an event of an entity, what says of which kind it is, and by what two records are alike."""

    day: pl.Expr
    code: str
    alike: tuple[str, ...]


_PRICE: Final = ("start_date", "end_date", "unit_cost", "cost_frequency", "planned_units_per_week")
KINDS: Final = {
    "request": Kind(pl.col("request_date"), "route_of_access", ("request_date", "event_outcome", "route_of_access")),
    # Where the days have changed places, the earlier one is the start.
    "assessment": Kind(
        pl.min_horizontal("start_date", "end_date"), "assessment_type", ("start_date", "assessment_type")
    ),
    "service": Kind(pl.col("start_date"), "service_component", ("service_type", "service_component", *_PRICE)),
    "review": Kind(
        pl.coalesce("due_date", "review_date"), "review_reason", ("due_date", "review_date", "review_reason")
    ),
    "cost_line": Kind(pl.col("start_date"), "service_component", ("service_component", *_PRICE)),
}


@dataclass(frozen=True)
class Events:
    """The events of one entity on either side, each once.

    `old`, `new`: the conformed columns and record, person_key, day, code; `twice_old`, `twice_new`: copies left out;
    `pairs`: see `pairing.pair`; `bulk`: day, new, old (records that begin on it).
    """

    entity: str
    old: pl.DataFrame
    new: pl.DataFrame
    twice_old: int
    twice_new: int
    pairs: pl.DataFrame
    bulk: pl.DataFrame


def match_events(entity: str, old: Side, new: Side, people: People, registry: Registry) -> Events:
    """Pairs the events of an entity."""
    sides = {name: _once(entity, name, side, people, registry) for name, side in (("old", old), ("new", new))}
    (before, twice_old), (after, twice_new) = sides["old"], sides["new"]
    if new.as_of < old.as_of:  # what came after the trial export, the old system alone can know
        before = before.filter(pl.col("day") <= new.as_of)
    bulk = bulk_days(before, after)
    placeholders = pl.concat([before["day"], after["day"]]).unique()
    placeholders = placeholders.filter(~placeholders.is_between(FIRST_TRUE_DAY, LAST_TRUE_DAY))
    left, right = (side.select("record", "person_key", "day", "code") for side in (before, after))
    pairs = pair(left, right, pl.concat([bulk["day"], placeholders]))
    return Events(entity, before, after, twice_old, twice_new, pairs, bulk)


def _once(entity: str, name: str, side: Side, people: People, registry: Registry) -> tuple[pl.DataFrame, int]:
    """The events of a side, and how many copies were left out: records alike in all but their number."""
    kind = KINDS[entity]
    keyed = people.keyed(name, side.frame(entity, registry))
    once = keyed.unique(["person_key", *kind.alike], keep="first", maintain_order=True)
    once = once.with_columns(day=kind.day, code=pl.col(kind.code)).with_row_index("record")
    return once, keyed.height - once.height


def bulk_days(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """The days on which many more people than usual have an event in the new system, and not in the old one.

    Many are more than twenty, ten times the usual and twice as many as in the old system.

    Args:
        old, new: person_key, day.

    Returns:
        day, new, old: how many people have one on it, most first.
    """
    counts = [
        side.group_by("day").agg(pl.col("person_key").n_unique().alias(name))
        for side, name in ((new, "new"), (old, "old"))
    ]
    days = counts[0].join(counts[1], on="day", how="left").with_columns(pl.col("old").fill_null(0))
    many = pl.max_horizontal(pl.lit(BULK_PEOPLE), BULK_TIMES * pl.col("new").median(), 2 * pl.col("old"))
    true = pl.col("day").is_between(FIRST_TRUE_DAY, LAST_TRUE_DAY)
    return days.filter(true, pl.col("new") > many).sort("new", "day", descending=[True, False])


def events_table(events: list[Events], people: People, old_as_of: date) -> pl.DataFrame:
    """How many events are found, by entity.

    Returns:
        entity, old, same_day, near, moved, missing (nowhere in the new system), missing_known (of those, of people who
        are found), new, later (in the new system only: dated until and after the old delivery's day), twice_old,
        twice_new, placeholders_old, placeholders_new (days that stand for no day).
    """
    found = people.found.filter(pl.col("way") != NOT_FOUND).select("person_key")
    rows = []
    for item in events:
        how = dict(item.pairs.group_by("how").len().iter_rows())
        missing = item.old.join(item.pairs, left_on="record", right_on="old", how="anti")
        alone = item.new.join(item.pairs, left_on="record", right_on="new", how="anti")
        later = alone.filter(pl.col("day") > old_as_of).height
        rows.append(
            {
                "entity": item.entity,
                "old": item.old.height,
                "same_day": how.get(SAME, 0),
                "near": how.get(NEAR, 0),
                "moved": how.get(MOVED, 0),
                "missing": missing.height,
                "missing_known": missing.join(found, on="person_key", how="semi").height,
                "new": alone.height - later,
                "later": later,
                "twice_old": item.twice_old,
                "twice_new": item.twice_new,
                "placeholders_old": _placeholders(item.old),
                "placeholders_new": _placeholders(item.new),
            }
        )
    return pl.DataFrame(rows, schema={"entity": pl.String, **dict.fromkeys(COUNTS, pl.Int64)})


def bulk_table(events: list[Events]) -> pl.DataFrame:
    """The days of `bulk_days` of every entity: entity, day, new, old."""
    named = [item.bulk.select(pl.lit(item.entity).alias("entity"), "day", "new", "old") for item in events]
    none = pl.DataFrame(schema={"entity": pl.String, "day": pl.Date, "new": pl.UInt32, "old": pl.UInt32})
    return pl.concat([none, *named])


def _placeholders(frame: pl.DataFrame) -> int:
    return frame.filter(~pl.col("day").is_between(FIRST_TRUE_DAY, LAST_TRUE_DAY)).height
