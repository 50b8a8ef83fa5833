"""How alike two people are in what is known of them when they share no number and no event, and what chance gives.

Sex, postcode district, ethnicity, death, and the traits that a system records (support reason, accommodation and so
on) are weighed as in Fellegi and Sunter (1969): a rare value in common weighs more than a frequent one. Such weights
only rank, for traits go together (with age above all) in ways that no product of frequencies knows. What a rank is
worth is counted: the birth months of one side are moved by up to three years either way. Nobody is then the same
person, while all else is as it was, so the pairs that still fit are what chance gives (decoys: Elias and Gygi 2007).
The share of true pairs at a weight is the isotonic regression (Barlow et al. 1972) of pairs and decoys on it.

Who is compared with whom is in `lookalikes.py`.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl

#: Months by which births are moved. A birth month off by one or two may be a slip of the same person.
MOVES: Final = tuple(move for months in (3, 7, 11, 15, 19, 24, 29, 36) for move in (-months, months))
#: So many decoys are added above the best pair: a single pair proves nothing, and none is ever certain.
ADDED_DECOYS: Final = 2

#: Among fewer people nobody is rare.
FEWEST: Final = 60

#: What decides that two are not one person; where either is not known it decides nothing.
MUST_AGREE: Final = ("sex", "death_date")
MAY_DIFFER: Final = (
    "postcode_district",
    "ethnicity",
    "primary_support_reason",
    "accommodation_status",
    "employment_status",
    "has_unpaid_carer",
    "client_type",
    "area",
)
COMPARED: Final = MUST_AGREE + MAY_DIFFER

#: Agreement is assumed in nineteen of twenty made-up persons, who are counted beside those whom a number joins.
AGREED, OF = 19, 20

FOUND: Final[dict[str, type[pl.DataType]]] = {"a": pl.UInt32, "b": pl.UInt32, "odds": pl.Float64}

#: Weights are told apart by so much (in natural logarithms).
STEP: Final = 0.25

#: Below this weight chance gives so many pairs that none is worth its place in memory.
LEAST_WEIGHT: Final = 0.0


def same_person_agrees(left: pl.DataFrame, right: pl.DataFrame) -> dict[str, float]:
    """How often each of `COMPARED` agrees in two records of one person: counted among those who share a national id."""
    numbered = [frame.drop_nulls("national_id").select("national_id", *COMPARED) for frame in (left, right)]
    both = numbered[0].join(numbered[1], on="national_id", suffix="_b")
    rates = {}
    for name in COMPARED:
        agrees = (both[name] == both[f"{name}_b"]).drop_nulls()
        rates[name] = (int(agrees.sum()) + AGREED) / (agrees.len() + OF)
    return rates


def odds_of(left: pl.DataFrame, right: pl.DataFrame, agrees: dict[str, float]) -> pl.DataFrame:
    """The pairs of one birth month that nothing contradicts, with the odds of being one person.

    Args:
        left, right: people as `prepare` gives them.
        agrees: how often each of `COMPARED` agrees in one person.

    Returns:
        The columns of `FOUND`: a (of left), b (of right).
    """
    columns = ["record", "national_id", "first_seen", "last_seen", "born", *COMPARED]
    ours, theirs = (frame.drop_nulls("born").select(columns) for frame in (left, right))
    known = pl.concat([ours, theirs])
    frequency = {name: known.select(name).drop_nulls()[name].value_counts(normalize=True) for name in COMPARED}
    if min(ours.height, theirs.height) < 1 or known.height < FEWEST:
        return pl.DataFrame(schema=FOUND)
    hits = _weighed(ours, theirs, agrees, frequency, 0)
    if hits.is_empty():
        return pl.DataFrame(schema=FOUND)
    decoys = pl.concat([_weighed(ours, theirs, agrees, frequency, move)["weight"] for move in MOVES])
    share = _true_share(hits["weight"].to_numpy(), decoys.to_numpy())
    # A rival who is less alike is less likely by as much as the weights say, however rare both are.
    best = pl.max_horizontal(pl.col("weight").max().over("a"), pl.col("weight").max().over("b"))
    odds = pl.Series("odds", share / (1 - share)) * (pl.col("weight") - best).exp()
    return hits.select("a", "b", odds=odds).cast(pl.Schema(FOUND)).sort("a", "b")


def _weighed(
    ours: pl.DataFrame, theirs: pl.DataFrame, agrees: dict[str, float], frequency: dict[str, pl.DataFrame], move: int
) -> pl.DataFrame:
    """Pairs of one birth month once those of the right are moved: a, b, weight."""
    moved = theirs.with_columns(pl.col("born") + move)
    without = pl.col("national_id").is_null()
    keys = ["born", *_keys(ours, theirs)]
    pairs = pl.concat(
        [
            ours.filter(without).join(moved, on=keys, suffix="_b", coalesce=False),
            ours.filter(~without).join(moved.filter(without), on=keys, suffix="_b", coalesce=False),
        ]
    )
    pairs = pairs.filter(pl.col("record") != pl.col("record_b")).filter(_may_be_one())
    weight = pl.lit(0.0)
    for name in COMPARED:
        counted = frequency[name].rename({"proportion": f"{name}_share"})
        pairs = pairs.join(counted, on=name, how="left", maintain_order="left")
        by_chance = float(frequency[name]["proportion"].pow(2).sum())
        same = (agrees[name] / pl.col(f"{name}_share")).log()
        other = min(math.log(max(1 - agrees[name], 1e-3) / max(1 - by_chance, 1e-3)), 0.0)
        alike = pl.col(name) == pl.col(f"{name}_b")
        weight = weight + pl.when(alike).then(same).when(~alike).then(other).otherwise(0.0)
    weighed = pairs.select(a="record", b="record_b", weight=weight)
    return weighed.filter(pl.col("weight") > LEAST_WEIGHT)


def _keys(ours: pl.DataFrame, theirs: pl.DataFrame) -> list[str]:
    """What must be equal beside the birth month: what most of both have. Otherwise pairs are too many to weigh."""
    return [
        name
        for name in ("sex", "postcode_district")
        if all(frame[name].count() > frame.height / 2 for frame in (ours, theirs))
    ]


def _may_be_one() -> pl.Expr:
    """Nobody dies twice, and nobody is recorded after dying."""
    agree = pl.all_horizontal((pl.col(name) == pl.col(f"{name}_b")).fill_null(True) for name in MUST_AGREE)
    after = (pl.col("last_seen") > pl.col("death_date_b")) | (pl.col("last_seen_b") > pl.col("death_date"))
    return agree & ~after.fill_null(False)


def _true_share(hits: np.ndarray, decoys: np.ndarray) -> np.ndarray:
    """Of pairs of such a weight, the share that is more than chance; rises with the weight."""
    from scipy.optimize import isotonic_regression

    steps, place = np.unique(np.floor(np.concatenate([hits, decoys]) / STEP), return_inverse=True)
    found = np.bincount(place[: hits.size], minlength=steps.size)
    by_chance = np.bincount(place[hits.size :], minlength=steps.size) / len(MOVES)
    # One step above all others holds what is added.
    found, by_chance = np.append(found, 0), np.append(by_chance, ADDED_DECOYS / len(MOVES))
    fitted = isotonic_regression(found / (found + by_chance), weights=found + by_chance).x[place[: hits.size]]
    # It is pairs over pairs and decoys; decoys over pairs is what chance gives.
    share = 2 - 1 / np.maximum(fitted, 0.5)
    clipped: np.ndarray = np.clip(share, 0.0, 1 - 1e-9)
    return clipped
