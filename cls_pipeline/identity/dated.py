"""Dated events as evidence: how many of one kind two people of two numberings have on the same day.

What the counts are worth is in `likeness.py`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from cls_pipeline.identity.records import EVENTS, checked

#: More people than this on one day, and ten times the usual: a bulk start or closure, which says nothing of anybody.
BULK_PEOPLE, BULK_TIMES = 20, 10

#: In parallel running the two systems date an event up to so many days apart.
NEAR_DAYS = 3
#: Parallel running is over within so many days before the old system's last event.
PARALLEL_DAYS = 366

#: No coincidence is impossible or certain.
LEAST = 1e-6

#: Two systems date a death within so many days.
DEATHS_APART = 31

#: Rows of the join from which the coincidences of strangers are counted; of more, every so manieth person is taken.
ROWS_COUNTED = 2_000_000


@dataclass(frozen=True)
class Coincidences:
    """Pairs of people that share an event, and how often strangers do.

    `pairs`: a, b (records), shared (1: one event within days, or on the same day under another code; 2: one on the same
    day under the same code; 3: two of either kind; 4: three or more). `chance`: the probability of each level, from 0,
    for two strangers.
    """

    pairs: pl.DataFrame
    chance: list[float]


def prepare_events(events: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """The events that can tell people apart: record, entity, code and day, all numbers.

    Events of unknown people and days with a bulk of events are left out.
    """
    frame = checked(events, EVENTS, "events").filter(pl.col("event_date").is_not_null())
    frame = frame.join(people.select("numbering", "person_id", "record"), on=["numbering", "person_id"])
    daily = frame.group_by("numbering", "entity", "event_date").agg(pl.col("record").n_unique().alias("people"))
    usual = pl.col("people").median().over("numbering", "entity")
    bulk = daily.filter((pl.col("people") > BULK_PEOPLE) & (pl.col("people") > BULK_TIMES * usual))
    frame = frame.join(bulk, on=["numbering", "entity", "event_date"], how="anti")
    numbered = [
        pl.col("entity").rank("dense").cast(pl.UInt32),
        pl.col("code").rank("dense").cast(pl.UInt32).fill_null(0),
    ]
    frame = frame.select("record", *numbered, pl.col("event_date").to_physical().alias("day"))
    return frame.unique().sort("record", "entity", "code", "day")


def shared_by(pairs: pl.DataFrame, events: pl.DataFrame) -> pl.Series:
    """How many events of one entity, code and day each pair of records (a, b) has in common."""
    of_a = pairs.with_row_index("pair").join(events, left_on="a", right_on="record")
    both = of_a.join(events, left_on=["b", "entity", "code", "day"], right_on=["record", "entity", "code", "day"])
    counted = both.group_by("pair").agg(pl.len().alias("shared"))
    every = pl.DataFrame({"pair": pl.int_range(pairs.height, dtype=pl.UInt32, eager=True)})
    return every.join(counted, on="pair", how="left", maintain_order="left")["shared"].fill_null(0)


def coincidences(left: pl.DataFrame, right: pl.DataFrame, events: pl.DataFrame) -> Coincidences:
    """The pairs of two groups of people that share an event and may be one person.

    Kept are pairs that also agree in birth month, or in sex and district if they share more than one uncertain event:
    of the others, hardly any is one person. Pairs whose deaths are more than a month apart are left out.

    Args:
        left, right: people as `prepare` gives them.
        events: of both, as `prepare_events` gives them.
    """
    codes = [pl.col(name).rank("dense").cast(pl.UInt32) for name in ("sex", "postcode_district")]
    about = pl.concat([left, right]).select("record", "born", *codes, "death_date")
    known = events.join(about, on="record")
    of_left = known.join(left.select("record"), on="record", how="semi")
    of_right = _with_near(known.join(right.select("record"), on="record", how="semi"), of_left)
    by_birth = _counted(of_left, of_right, ["born"])
    by_place = _counted(of_left, of_right, ["sex", "postcode_district"]).filter(pl.col("shared") > 1)
    pairs = pl.concat([by_birth, by_place]).unique(["a", "b"])
    died = about.select("record", "death_date")
    pairs = pairs.join(died, left_on="a", right_on="record").join(died, left_on="b", right_on="record")
    apart = (pl.col("death_date") - pl.col("death_date_right")).dt.total_days().abs().fill_null(0)
    kept = pairs.filter(apart <= DEATHS_APART).select("a", "b", "shared").sort("a", "b")
    return Coincidences(kept, _chance(of_left, of_right, about, left, right))


def _with_near(of_right: pl.DataFrame, of_left: pl.DataFrame) -> pl.DataFrame:
    """The right people's events, and those of the time of parallel running on the days around theirs too."""
    exact = of_right.with_columns(exact=True)
    if exact.is_empty() or of_left.is_empty():
        return exact
    last = pl.select(pl.min_horizontal(of_left["day"].max(), of_right["day"].max())).item()
    late = of_right.filter(pl.col("day") >= last - PARALLEL_DAYS)
    offsets = [days for days in range(-NEAR_DAYS, NEAR_DAYS + 1) if days]
    return pl.concat([exact, *(late.with_columns(pl.col("day") + days, exact=False) for days in offsets)])


def _counted(of_left: pl.DataFrame, of_right: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Pairs that agree in the keys and share an event: a, b, shared."""
    columns = ["entity", "day", "code", *keys]
    right = of_right.select(pl.col("record").alias("b"), "exact", *columns)
    left = of_left.select(pl.col("record").alias("a"), *columns)
    met = left.join(right, on=["entity", "day", *keys], suffix="_b")
    same_code = pl.col("code") == pl.col("code_b")
    met = met.filter(pl.col("exact") | same_code).with_columns(exact=pl.col("exact") & same_code)
    events = met.group_by("a", "b", "entity", "day", "code").agg(pl.col("exact").any())
    counts = events.group_by("a", "b").agg(pl.col("exact").sum(), pl.len().alias("all"))
    level = pl.when(pl.col("all") >= 3).then(4).when(pl.col("all") == 2).then(3).when(pl.col("exact") == 1).then(2)
    return counts.select("a", "b", level.otherwise(1).alias("shared"))


def _chance(
    of_left: pl.DataFrame, of_right: pl.DataFrame, about: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame
) -> list[float]:
    """The probability of each level for two strangers: among pairs that differ in birth month and are not known to be
    of one sex, of which a few in a million are one person. Of many left people a part is counted."""
    times = of_right.group_by("entity", "day").agg(pl.len().alias("times"))
    portions = 1 + of_left.join(times, on=["entity", "day"])["times"].sum() // ROWS_COUNTED
    part = pl.col("record") % portions == 0
    met = _counted(of_left.filter(part), of_right, [])
    known = about.select("record", "born", "sex")
    met = met.join(known, left_on="a", right_on="record").join(known, left_on="b", right_on="record")
    same_sex = (pl.col("sex") == pl.col("sex_right")).fill_null(False)
    strangers = met.filter((pl.col("born") != pl.col("born_right")) & ~same_sex)
    counted = dict(strangers.group_by("shared").len().iter_rows())
    some = left.filter(part)
    pairs = some.height * right.height * both_known(some, right, "born") * (1 - agreement(some, right, "born"))
    pairs *= 1 - both_known(some, right, "sex") * agreement(some, right, "sex")
    levels = [(counted.get(level, 0) + 0.5) / max(pairs, 1.0) for level in (1, 2, 3, 4)]
    return [1 - sum(levels), *levels]


def agreement(left: pl.DataFrame, right: pl.DataFrame, *columns: str) -> float:
    """The probability that two strangers, one of each group, have equal values where both have one."""
    known = [frame.select(columns).drop_nulls() for frame in (left, right)]
    if not all(frame.height for frame in known):
        return 0.5
    shares = [frame.group_by(columns).agg((pl.len() / frame.height).alias("share")) for frame in known]
    both = shares[0].join(shares[1], on=columns).select(pl.col("share") * pl.col("share_right"))
    # In one order, for the last digits of a sum depend on it, and the same input must give the same links.
    return min(max(float(both["share"].sort().sum()), LEAST), 1 - LEAST)


def both_known(left: pl.DataFrame, right: pl.DataFrame, column: str) -> float:
    """The probability that two people, one of each group, both have a value."""
    return math.prod(frame[column].count() / max(frame.height, 1) for frame in (left, right))
