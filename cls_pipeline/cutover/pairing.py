"""Which record of the new system is which of the old one: one to one, the surest first.

Which column is a record's day and which its code belongs to `events.py`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: The same day or so many days apart: dates that are keyed again differ by days.
NEAR_DAYS: Final = 3
#: What is entered late, after a gap, is entered within half a year.
FAR_DAYS: Final = 180

SAME, NEAR, MOVED = "same day", "within 3 days", "another day"

PAIRS: Final[dict[str, type[pl.DataType]]] = {"old": pl.UInt32, "new": pl.UInt32, "how": pl.String}


def pair(old: pl.DataFrame, new: pl.DataFrame, odd_days: pl.Series) -> pl.DataFrame:
    """The pairs of records that are one event.

    A pair is of one person and on one day, or up to three days apart; of several candidates the one with the same code
    is taken, then the nearest. What is then left on both sides under one code is the same event on another day, if at
    most half a year lies between, or if one of the two days is no true one.

    Args:
        old, new: record, person_key, day, code.
        odd_days: days on which records stand that did not begin then: bulk starts and placeholders.

    Returns:
        The columns of `PAIRS`: how is `same day`, `within 3 days` or `another day`.
    """
    pairs = [pl.DataFrame(schema=PAIRS)]
    left, right = old.drop_nulls(["person_key", "day"]), new.drop_nulls(["person_key", "day"])

    def take(found: pl.DataFrame, how: str) -> None:
        nonlocal left, right
        pairs.append(found.select("old", "new", pl.lit(how).alias("how")).cast(pl.Schema(PAIRS)))
        left = left.filter(~pl.col("record").is_in(found["old"].implode()))
        right = right.filter(~pl.col("record").is_in(found["new"].implode()))

    take(_alike(left, right, ["person_key", "day", "code"]), SAME)
    take(_alike(left, right, ["person_key", "day"]), SAME)
    between = left.join(right, on="person_key", suffix="_new").with_columns(
        apart=(pl.col("day_new") - pl.col("day")).dt.total_days().abs(),
        other_code=(pl.col("code") != pl.col("code_new")).fill_null(True),
    )
    take(_one_to_one(between.filter(pl.col("apart") <= NEAR_DAYS)), NEAR)
    rest = between.filter(
        pl.col("record").is_in(left["record"].implode()), pl.col("record_new").is_in(right["record"].implode())
    )
    odd = pl.col("day").is_in(odd_days.implode()) | pl.col("day_new").is_in(odd_days.implode())
    take(_one_to_one(rest.filter(~pl.col("other_code"), odd | (pl.col("apart") <= FAR_DAYS))), MOVED)
    return pl.concat(pairs)


def _alike(left: pl.DataFrame, right: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """Records with equal keys, the first with the first, the second with the second."""
    first, second = (
        frame.sort("record").with_columns(nth=pl.int_range(pl.len()).over(keys)).select("record", *keys, "nth")
        for frame in (left, right)
    )
    found = first.join(second, on=[*keys, "nth"], suffix="_new", nulls_equal=True)
    return found.select(old="record", new="record_new")


def _one_to_one(candidates: pl.DataFrame) -> pl.DataFrame:
    """The best of the candidates, each record in one pair at most."""
    ordered = candidates.sort("other_code", "apart", "record", "record_new").select("record", "record_new")
    taken_old, taken_new = set[int](), set[int]()
    chosen = []
    for one, other in ordered.iter_rows():
        if one not in taken_old and other not in taken_new:
            taken_old.add(one)
            taken_new.add(other)
            chosen.append((one, other))
    return pl.DataFrame(chosen, schema={"old": pl.UInt32, "new": pl.UInt32}, orient="row")
