"""One partner or none: which of the scored pairs of two numberings are linked.

Where the odds come from is no matter of this module.
"""

from __future__ import annotations

import polars as pl

#: Linked from this probability on. Of all above it, 99.5 % and more were right in towns of 500 to 200,000 people.
LINKED = 0.95
#: The same where likeness alone speaks. Fewer are to be had, so each may be less sure: of all pairs linked without a
#: shared number these are one in ten, and it is that whole of which 99 % have to be right.
LINKED_ALIKE = 0.9
#: And where somebody of whom nothing is on record must be somebody who was there already: of such pairs hardly one in
#: a hundred was wrong, for the odds are those of people who need not have a partner.
LINKED_TWICE = 0.8
#: A pair linked last night stays linked down to this one, so that links do not come and go with small changes.
STAYS = 0.8

JOINS: dict[str, type[pl.DataType]] = {
    "a": pl.UInt32,
    "b": pl.UInt32,
    "method": pl.String,
    "confidence": pl.Float64,
    "reason": pl.String,
}


def assign(
    scored: pl.DataFrame,
    alone: float,
    linked_before: pl.DataFrame,
    method: str = "probabilistic",
    least: float = LINKED,
) -> pl.DataFrame:
    """The pairs to link, each person in one at most.

    A person has one partner in the other numbering or none. So the probability of a pair is its odds, over the odds of
    all pairs of either person and of having no partner (`alone`). It is high only if the pair is likely and the second
    best far behind: at `LINKED`, nineteen times less likely.

    Args:
        scored: a, b, odds.
        alone: the probability that a person has no partner that can be found.
        linked_before: a, b: pairs linked last night.
        method: what the joins are called.
        least: the confidence from which a pair is linked.

    Returns:
        The columns of `JOINS`, reason null.
    """
    odds = pl.col("odds")
    sure = odds / (alone + odds.sum().over("a") + odds.sum().over("b") - odds)
    rated = scored.with_columns(pl.when(odds.is_infinite()).then(1e30).otherwise(odds).alias("odds"))
    rated = rated.with_columns(confidence=sure)
    before = linked_before.select("a", "b", before=pl.lit(True)).unique()
    rated = rated.join(before, on=["a", "b"], how="left", maintain_order="left")
    enough = pl.when(pl.col("before")).then(STAYS).otherwise(least)
    chosen = rated.filter(pl.col("confidence") >= enough)
    return chosen.select(
        "a", "b", pl.lit(method).alias("method"), "confidence", pl.lit(None, pl.String).alias("reason")
    ).cast(pl.Schema(JOINS))
