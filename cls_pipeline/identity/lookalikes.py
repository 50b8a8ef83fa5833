"""People with no event in common: linked only where they are so rare that chance cannot explain their likeness.

Birth month, sex and postcode district, and ethnicity where both have it, are all that is left. In a town of any size
many share them. A pair is linked only if each is the only one of its kind in its numbering, and if of all pairs as
rare or rarer at most one in a hundred is expected to be two people.

How many are expected is not assumed but counted: the birth months of one numbering are moved by one or two years
either way. Nobody is then the same person, while all else (how ages, districts and groups go together) is as it was,
so the pairs that still fit are what chance gives (decoys: Elias and Gygi 2007). One is added to their number, as in
Barber and Candes (2015), so a few pairs never prove anything: it takes more than a hundred to link one.
"""

from __future__ import annotations

import polars as pl

from cls_pipeline.identity.assignment import JOINS

#: Months by which births are moved for the decoys.
MOVES = (-24, -12, 12, 24)
#: The share of pairs expected to be two people that is borne.
FALSE_SHARE = 0.01

KIND = ["born", "sex", "postcode_district"]


def rare_pairs(
    people: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, linked_before: pl.DataFrame
) -> pl.DataFrame:
    """The pairs to link.

    Args:
        people: everybody of both numberings, as `prepare` gives them.
        left, right: those of each numbering that have no partner in the other.
        linked_before: a, b: pairs linked like this last night; they stay as long as both are the only ones
            and the numberings are of a size in which links like this are made.

    Returns:
        The columns of `JOINS`, reason null.
    """
    if min(left.height, right.height) * FALSE_SHARE < 1:
        return pl.DataFrame(schema=JOINS)
    ours, theirs = _only_ones(people, left), _only_ones(people, right)
    hits = _fit(ours, theirs, people)
    decoys = pl.concat([_fit(ours, theirs.with_columns(pl.col("born") + move), people) for move in MOVES])
    ranked = pl.concat([hits.with_columns(hit=pl.lit(1)), decoys.with_columns(hit=pl.lit(0))])
    ranked = ranked.sort("rarity", "hit", "a", "b").with_columns(
        hits=pl.col("hit").cum_sum(), false=((1 - pl.col("hit")).cum_sum() / len(MOVES)) + 1
    )
    ranked = ranked.with_columns(share=pl.col("false") / pl.col("hits"))
    # The best share among this pair and all less rare ones: the smallest set that holds the pair.
    ranked = ranked.with_columns(share=pl.col("share").reverse().cum_min().reverse())
    found = ranked.filter(pl.col("hit") == 1)
    before = found.join(linked_before.select("a", "b"), on=["a", "b"], how="semi")
    chosen = pl.concat([found.filter(pl.col("share") <= FALSE_SHARE), before]).unique(["a", "b"]).sort("a", "b")
    return chosen.select(
        "a",
        "b",
        pl.lit("demographic").alias("method"),
        (1 - pl.col("share")).clip(0.5, 1.0).alias("confidence"),
        pl.lit(None, pl.String).alias("reason"),
    ).cast(pl.Schema(JOINS))


def _only_ones(people: pl.DataFrame, some: pl.DataFrame) -> pl.DataFrame:
    """Of some people, those who are the only one of their birth month, sex and district in the whole numbering."""
    numbering = people.join(some.select("numbering").unique(), on="numbering", how="semi").drop_nulls(KIND)
    alone = numbering.group_by(KIND).len().filter(pl.col("len") == 1)
    return some.join(alone, on=KIND, how="semi")


def _fit(ours: pl.DataFrame, theirs: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Pairs of one kind whose ethnicities do not differ: a, b, rarity (the chance that a stranger is of the kind)."""
    pairs = ours.join(theirs.select("record", "ethnicity", *KIND), on=KIND)
    pairs = pairs.filter((pl.col("ethnicity") == pl.col("ethnicity_right")).fill_null(True))
    for column in KIND:
        pairs = _with_share(pairs, people, column, column)
    both = pl.when(pl.col("ethnicity_right").is_not_null()).then("ethnicity")
    pairs = _with_share(pairs.with_columns(both=both), people, "ethnicity", "both")
    rarity = pl.col("share_born") * pl.col("share_sex") * pl.col("share_postcode_district") * pl.col("share_both")
    return pairs.select(a="record", b="record_right", rarity=rarity)


def _with_share(pairs: pl.DataFrame, people: pl.DataFrame, column: str, by: str) -> pl.DataFrame:
    known = people.select(column).drop_nulls()
    shares = known.group_by(pl.col(column).alias(by)).agg((pl.len() / max(known.height, 1)).alias(f"share_{by}"))
    return pairs.join(shares, on=by, how="left").with_columns(pl.col(f"share_{by}").fill_null(1.0))
