"""Who is alike enough to be one person: Splink's scores of pairs that share dated events.

Splink (the Fellegi-Sunter model, on DuckDB) weighs birth month, sex, postcode district, ethnicity and the pattern of
shared events. How often strangers agree is counted from all pairs; how often the two records of one person do is
learnt by expectation maximisation. People without a shared event belong in `coincidence.py`, the choice of one
partner in `assignment.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cls_pipeline.identity.dated import NEAR_DAYS, Coincidences, agreement, both_known, coincidences
from cls_pipeline.identity.model import Chances, splink_odds

#: Below so many likely persons in both systems the model's own rates stand: learning needs more.
ENOUGH_TO_LEARN = 200

#: However many are found in both, one in twenty may have nobody in the other numbering.
LEAST_ALONE = 0.05

SCORED: dict[str, type[pl.DataType]] = {"a": pl.UInt32, "b": pl.UInt32, "odds": pl.Float64}


@dataclass(frozen=True)
class Likeness:
    """`scored`: pairs with the odds of being one person: a, b, odds; `alone`: the probability that a person who could
    be in both has no partner that can be found, for the group of which more have one."""

    scored: pl.DataFrame
    alone: float


def score_pairs(left: pl.DataFrame, right: pl.DataFrame, events: pl.DataFrame) -> Likeness:
    """Scores all pairs of two people, one of each group, who share an event.

    Args:
        left, right: people of one numbering each, as `prepare` gives them.
        events: of both, as `prepare_events` gives them.
    """
    left, right = _comparable(left, right, events)
    nobody = Likeness(pl.DataFrame(schema=SCORED), 1.0)
    if left.is_empty() or right.is_empty():
        return nobody
    met = coincidences(left, right, events)
    likely = _likely(left, right, met)
    if likely < 1:
        return nobody
    chances = Chances(
        people=likely / (left.height * right.height),
        birth=agreement(left, right, "born"),
        sex=agreement(left, right, "sex"),
        district=agreement(left, right, "postcode_district"),
        ethnicity=agreement(left, right, "ethnicity"),
        events=met.chance,
    )
    scored = splink_odds(left, right, _marks(events), met.pairs, chances, learn=likely >= ENOUGH_TO_LEARN)
    return Likeness(scored, max(1 - likely / min(left.height, right.height), LEAST_ALONE))


def _comparable(left: pl.DataFrame, right: pl.DataFrame, events: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The people with an event in the time of which both groups have events: only they could share one."""
    groups = [events.join(people.select("record"), on="record", how="semi") for people in (left, right)]
    if any(group.is_empty() for group in groups):
        return left.clear(), right.clear()
    first = pl.select(pl.max_horizontal(*(group["day"].min() for group in groups))).item() - NEAR_DAYS
    last = pl.select(pl.min_horizontal(*(group["day"].max() for group in groups))).item() + NEAR_DAYS
    active = events.filter(pl.col("day").is_between(first, last)).select("record").unique()
    return left.join(active, on="record", how="semi"), right.join(active, on="record", how="semi")


def _likely(left: pl.DataFrame, right: pl.DataFrame, met: Coincidences) -> float:
    """How many people are likely in both groups: those with a partner of the same birth month, and no other sex, with
    whom they share an event on a day; less the pairs expected of strangers."""
    about = pl.concat([left, right]).select("record", "born", "sex")
    pairs = met.pairs.filter(pl.col("shared") >= 2).join(about, left_on="a", right_on="record")
    pairs = pairs.join(about, left_on="b", right_on="record")
    other_sex = (pl.col("sex") != pl.col("sex_right")).fill_null(False)
    matched = pairs.filter((pl.col("born") == pl.col("born_right")) & ~other_sex)
    same_sex = 1 - both_known(left, right, "sex") * (1 - agreement(left, right, "sex"))
    strangers = left.height * right.height * agreement(left, right, "born") * same_sex * sum(met.chance[2:])
    people = min(matched["a"].n_unique(), matched["b"].n_unique())
    return people - strangers


def _marks(events: pl.DataFrame) -> pl.DataFrame:
    """One event of each record, chosen alike in every system: the least by a fixed mixing of entity and day.

    Two records with the same events have the same mark, and others rarely do (a minimal hash, Broder 1997).
    """
    mixed = (pl.col("entity").cast(pl.Int64) * 7_919 + pl.col("day")) * 2_654_435_761 % 4_294_967_291
    return events.group_by("record").agg(mixed.min().alias("mark"))
