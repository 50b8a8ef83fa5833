"""One partner or none: which of the scored pairs of two numberings are linked.

Where the odds come from is no matter of this module.
"""

from __future__ import annotations

import polars as pl

#: Linked from this probability on. The mean of those above it was 99.4 to 99.9 % in towns of 2,000 to 200,000.
LINKED = 0.95
#: A pair linked last night stays linked down to this one, so that links do not come and go with small changes.
STAYS = 0.8

JOINS: dict[str, type[pl.DataType]] = {
    "a": pl.UInt32,
    "b": pl.UInt32,
    "method": pl.String,
    "confidence": pl.Float64,
    "reason": pl.String,
}


def assign(scored: pl.DataFrame, linked_before: pl.DataFrame) -> pl.DataFrame:
    """The pairs to link, each person in one at most.

    A person has one partner in the other numbering or none. So the probability of a pair is its odds over one (for
    none) and the odds of all pairs of the same person; of the two persons' views the lower holds. It is high only if
    the pair is likely and the second best far behind: at `LINKED`, nineteen times less likely.

    Args:
        scored: a, b, odds.
        linked_before: a, b: pairs linked last night.

    Returns:
        The columns of `JOINS`, reason null.
    """
    odds = pl.col("odds")
    sure = pl.min_horizontal(odds / (1 + odds.sum().over("a")), odds / (1 + odds.sum().over("b")))
    rated = scored.with_columns(pl.when(odds.is_infinite()).then(1e30).otherwise(odds).alias("odds"))
    rated = rated.with_columns(confidence=sure)
    before = linked_before.select("a", "b", before=pl.lit(True)).unique()
    rated = rated.join(before, on=["a", "b"], how="left", maintain_order="left")
    enough = pl.when(pl.col("before")).then(STAYS).otherwise(LINKED)
    chosen = rated.filter(pl.col("confidence") >= enough)
    return chosen.select(
        "a", "b", pl.lit("probabilistic").alias("method"), "confidence", pl.lit(None, pl.String).alias("reason")
    ).cast(JOINS)  # type: ignore[arg-type]
