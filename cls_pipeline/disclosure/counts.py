"""The counts that figures tell. A figure is shown or withheld whole, and tells every count of its row.

A share of 98 of 100 tells three counts: 98, 100, and the two who are left out. Two figures whose counts the catalogue
describes by the same words tell one count, and so do those of which it is stated (`metric_identity`), as long as their
numbers at a site agree. What adds up to what is said in `sums`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Where and when a count is taken; with its name it is one count.
PLACE: Final = ("site_id", "area", "grain", "period_start", "breakdown", "breakdown_value")
#: A sum of money is no count of people: it is guarded with the people it is spent on.
MONEY: Final = "GBP"
#: Nor are staff in post, whom the catalogue counts in these words: they are nobody who is supported, posts are told
#: without a count of people too, and what a team of very few would tell of a worker is left out where it is counted. A
#: figure of cases for each of them is judged by the cases, and goes with its staff or not at all.
STAFF: Final = "full-time equivalents"


#: What is stated of counts that are the same under two names, and of figures that tell one another.
IDENTITY: Final = {
    "identity": pl.String,
    "kind": pl.String,
    "metric_id": pl.String,
    "field": pl.String,
    "breakdown": pl.String,
    "breakdown_value": pl.String,
}


def told_counts(figures: pl.DataFrame, identities: pl.DataFrame | None = None) -> pl.DataFrame:
    """One row per figure and count it tells.

    Args:
        figures: one row per figure: `row` (0, 1, …), `PLACE`, `metric_id`, `definition_version`, `unit`, `numerator`,
            `denominator`, and the catalogue's words for the two, `numerator_words` and `denominator_words`.
        identities: columns `IDENTITY`; those of the kind `same` without a breakdown give counts one name.

    Returns:
        `row`, `PLACE`, `metric_id`, `definition_version`, `field` (numerator, denominator, complement), `name` of the
        count, its `value`, `is_money`, and `count`: its number from 0, the same for figures that tell the same.
    """
    keys = ["row", *PLACE, "metric_id", "definition_version"]
    fields = {
        "numerator": (pl.col("numerator"), pl.col("numerator_words"), pl.col("unit").str.starts_with(MONEY)),
        "denominator": (pl.col("denominator"), pl.col("denominator_words"), pl.lit(False)),
        "complement": (
            pl.when(pl.col("unit") == "percent").then(pl.col("denominator") - pl.col("numerator")),
            pl.lit(None, dtype=pl.String),
            pl.lit(False),
        ),
    }
    version = pl.format("@{}", pl.col("definition_version"))
    told = pl.concat(
        figures.select(
            *keys,
            field=pl.lit(field),
            own=pl.format("{}.{}", pl.col("metric_id"), pl.lit(field)) + version,
            words=words + version,
            value=value.cast(pl.Float64),
            is_money=is_money,
        )
        for field, (value, words, is_money) in fields.items()
    ).filter(pl.col("value").is_not_null(), ~pl.col("words").str.starts_with(STAFF).fill_null(False))
    named = told.with_columns(name=_agreed(told, "words", "own"))
    if identities is not None:
        same = identities.filter(pl.col("kind") == "same", pl.col("breakdown").is_null())
        stated = named.join(same.select("metric_id", "field", "identity"), on=["metric_id", "field"], how="inner")
        aliases = stated.select(
            "name", alias=pl.format("={}@{}", pl.col("identity"), pl.col("definition_version"))
        ).unique("name", maintain_order=True)
        aliased = named.join(aliases, on="name", how="left")
        named = aliased.with_columns(name=_agreed(aliased, "alias", "name")).drop("alias")
    numbers = named.select(*PLACE, "name").unique(maintain_order=True).with_row_index("count")
    return named.drop("own", "words").join(numbers, on=[*PLACE, "name"], how="left", nulls_equal=True)


def _agreed(told: pl.DataFrame, wished: str, otherwise: str) -> pl.Series:
    """The names wished for, but for those that stand for two different numbers somewhere at a site.

    There each count speaks for itself, at all times, or what adds up over time would be torn.
    """
    clashing = (
        told.filter(pl.col(wished).is_not_null())
        .group_by(*PLACE, wished)
        .agg(pl.col("value").n_unique().alias("values"))
        .filter(pl.col("values") > 1)
        .select("site_id", wished, is_clashing=pl.lit(True))
        .unique()
    )
    joined = told.join(clashing, on=["site_id", wished], how="left", maintain_order="left")
    is_name = pl.col(wished).is_not_null() & pl.col("is_clashing").is_null()
    return joined.select(pl.when(is_name).then(pl.col(wished)).otherwise(pl.col(otherwise)).alias("name"))["name"]
