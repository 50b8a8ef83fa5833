"""An invented town whose people are known to two systems, `old` until the go-live and `new` from it on, and the truth.

Rates are literal, each test gives its own; no number here is anybody's. What is measured stands in `scoring.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

import numpy as np
import polars as pl

FIRST_DAY = date(2014, 4, 1)
DAYS, GO_LIVE = 3650, 2555
ENTITIES = pl.Series(("request", "assessment", "service", "review"))
CODES = np.array((6, 3, 8, 2))
ETHNICITIES = pl.Series(("white_british", "white_other", "asian_indian", "asian_pakistani", "black_african", "unknown"))


@dataclass(frozen=True)
class Town:
    """How many people, what the new system was given at the go-live, and what went wrong on the way."""

    people: int = 3000
    seed: int = 1
    history: Literal["all", "open", "none"] = "all"
    national_known: float = 0.93
    national_wrong: float = 0.001
    placeholder: float = 0.002
    legacy_known: float = 0.95
    legacy_wrong: float = 1 / 300
    birth_unknown: float = 0.03
    birth_wrong: float = 0.005
    sex_wrong: float = 0.003
    moved: float = 0.06
    ethnicity_blanked: float = 0.4
    twice: float = 0.004
    restarted: float = 0.3
    parallel_days: int = 0
    late: float = 0.3
    districts: int = 10
    recoded: bool = False


@dataclass(frozen=True)
class Made:
    """The frames that linking reads, and `truth`: numbering, person_id, person (the true one)."""

    people: pl.DataFrame
    events: pl.DataFrame
    truth: pl.DataFrame


def make_town(town: Town) -> Made:
    """The town's two systems with their people and dated events."""
    rng = np.random.default_rng(town.seed)
    events = _events(town, rng)
    span = events.group_by("person", maintain_order=True).agg(
        pl.col("day").min().alias("first"), pl.col("day").max().alias("last")
    )
    who = _persons(town, rng).join(span, on="person", maintain_order="left")
    before = pl.col("first") < GO_LIVE
    given = {"all": before, "open": before & (pl.col("last") > GO_LIVE - 120), "none": pl.lit(False)}[town.history]
    old = _recorded(who.filter(pl.col("first") < GO_LIVE + town.parallel_days), "old", town, rng)
    new = _recorded(who.filter(given | (pl.col("last") >= GO_LIVE)), "new", town, rng)
    migrated = who.filter(given)["person"]
    new = _with_legacy(new, old, migrated, town, rng)
    people = pl.concat([old.with_columns(legacy_person_id=pl.lit(None, pl.String)), new])
    people = people.with_columns(legacy_numbering=pl.when(pl.col("legacy_person_id").is_not_null()).then(pl.lit("old")))
    people = people.sample(fraction=1, shuffle=True, seed=town.seed)
    held = pl.concat([_old_events(events, town), _new_events(events, migrated, town, rng)])
    return Made(people.drop("person"), _dated(held, people), people.select("numbering", "person_id", "person"))


def _persons(town: Town, rng: np.random.Generator) -> pl.DataFrame:
    young = rng.random(town.people) < 0.3
    months = np.where(young, rng.integers(216, 780, town.people), rng.normal(970, 95, town.people).clip(780, 1250))
    minority = rng.random(town.people) < np.where(young, 0.25, 0.1)
    share = 1.0 / (np.arange(town.districts) + 3)
    return pl.DataFrame(
        {
            "person": np.arange(town.people),
            "month": 2019 * 12 - months.astype(np.int64),
            "female": rng.random(town.people) < 0.58,
            "district": rng.choice(town.districts, town.people, p=share / share.sum()),
            "group": np.where(minority, rng.integers(1, len(ETHNICITIES), town.people), 0),
        }
    )


def _events(town: Town, rng: np.random.Generator) -> pl.DataFrame:
    """Each person's request and what follows in months or years, on weekdays: person, entity, day, code."""
    arrived = rng.integers(0, DAYS, town.people)
    count = rng.geometric(0.3, town.people)
    person = np.repeat(np.arange(town.people), count)
    nth = np.arange(len(person)) - np.repeat(np.cumsum(count) - count, count)
    entity = np.where(nth == 0, 0, rng.integers(0, 4, len(person)))
    frame = pl.DataFrame({"person": person, "nth": nth, "gap": rng.exponential(200, len(person)).astype(np.int64)})
    gap = pl.when(pl.col("nth") == 0).then(0).otherwise("gap")
    frame = frame.with_columns(day=pl.Series(arrived[person]) + gap.cum_sum().over("person"))
    frame = frame.with_columns(day=pl.col("day") - (pl.col("day") % 7 - 4).clip(0))
    return (
        frame.with_columns(
            entity=ENTITIES[entity], code=pl.format("c{}", pl.Series(rng.integers(0, 720, len(person)) % CODES[entity]))
        )
        .filter(pl.col("day") < DAYS)
        .select("person", "entity", "day", "code")
    )


def _recorded(who: pl.DataFrame, numbering: str, town: Town, rng: np.random.Generator) -> pl.DataFrame:
    """The people as one system has them: its own numbers, some twice, with the faults of its records."""
    who = pl.concat([who, who.filter(pl.Series(rng.random(who.height) < town.twice))])
    size = who.height

    def some(share: float) -> pl.Series:
        return pl.Series(rng.random(size) < share)

    month = pl.col("month") + some(town.birth_wrong).cast(pl.Int64) * pl.Series(rng.integers(1, 200, size))
    born = pl.date(month // 12, month % 12 + 1, 1)
    district = pl.when(some(town.moved)).then(pl.Series(rng.integers(0, town.districts, size))).otherwise("district")
    number = pl.when(some(town.national_wrong)).then(pl.Series(rng.integers(0, town.people, size))).otherwise("person")
    national = pl.when(some(town.placeholder)).then(pl.lit("placeholder")).otherwise(pl.format("national {}", number))
    blanked = some(town.ethnicity_blanked if numbering == "new" else 0.02)
    start = 0 if numbering == "old" else GO_LIVE
    return who.select(
        pl.lit(numbering).alias("numbering"),
        pl.Series([f"{k:032x}" for k in rng.permutation(size) + 1]).alias("person_id"),
        pl.when(some(town.national_known)).then(national).alias("national_id"),
        pl.when(some(town.birth_unknown)).then(pl.lit(date(1900, 1, 1))).otherwise(born).alias("birth_month"),
        pl.when(pl.col("female") != some(town.sex_wrong)).then(pl.lit("female")).otherwise(pl.lit("male")).alias("sex"),
        pl.format("XA{}", district).alias("postcode_district"),
        pl.when(blanked).then(None).otherwise(ETHNICITIES[who["group"].to_list()]).alias("ethnicity"),
        pl.lit(None, pl.Date).alias("death_date"),
        _day(pl.max_horizontal("first", pl.lit(start))).alias("first_seen"),
        "person",
    )


def _day(number: pl.Expr) -> pl.Expr:
    return pl.lit(FIRST_DAY) + pl.duration(days=number)


def _with_legacy(
    new: pl.DataFrame, old: pl.DataFrame, migrated: pl.Series, town: Town, rng: np.random.Generator
) -> pl.DataFrame:
    """The old number beside the new one, where it was carried over; sometimes somebody else's."""
    first = old.unique("person", keep="first", maintain_order=True).select("person", carried="person_id")
    new = new.join(first, on="person", how="left", maintain_order="left")
    kept = pl.col("person").is_in(migrated.implode()) & pl.Series(rng.random(new.height) < town.legacy_known)
    another = old["person_id"][rng.integers(0, old.height, new.height).tolist()] if old.height else new["carried"]
    wrong = pl.Series(rng.random(new.height) < town.legacy_wrong)
    return new.with_columns(
        legacy_person_id=pl.when(kept).then(pl.when(wrong).then(another).otherwise("carried"))
    ).drop("carried")


def _old_events(events: pl.DataFrame, town: Town) -> pl.DataFrame:
    return events.filter(pl.col("day") < GO_LIVE + town.parallel_days).with_columns(numbering=pl.lit("old"))


def _new_events(events: pl.DataFrame, migrated: pl.Series, town: Town, rng: np.random.Generator) -> pl.DataFrame:
    """What was migrated; all since the go-live, in parallel running up to three days late; services started anew."""
    history = events.filter((pl.col("day") < GO_LIVE) & pl.col("person").is_in(migrated.implode()))
    since = events.filter(pl.col("day") >= GO_LIVE)
    slips = pl.Series(rng.integers(1, 4, since.height) * (rng.random(since.height) < town.late))
    slipped = pl.col("day") + pl.when(pl.col("day") < GO_LIVE + town.parallel_days).then(slips).otherwise(0)
    again = history.filter((pl.col("entity") == "service") & (pl.Series(rng.random(history.height)) < town.restarted))
    if town.recoded:
        merged = pl.when(pl.col("code").is_in(["c4", "c5", "c6"])).then(pl.lit("c3")).otherwise("code")
        history, since = history.with_columns(code=merged), since.with_columns(code=merged)
    made = [history, since.with_columns(day=slipped), again.with_columns(day=pl.lit(GO_LIVE, pl.Int64))]
    return pl.concat(made).with_columns(numbering=pl.lit("new"))


def _dated(held: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Events under the numbers of the systems; who stands twice in one has all under the first number."""
    number = people.sort("person_id").unique(["numbering", "person"], keep="first", maintain_order=True)
    dated = held.join(number.select("numbering", "person", "person_id"), on=["numbering", "person"])
    return dated.select("numbering", "person_id", "entity", _day(pl.col("day")).alias("event_date"), "code")
