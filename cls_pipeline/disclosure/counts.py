"""The counts that figures tell. A figure is shown or withheld whole, and tells every count of its row.

A share of 98 of 100 tells three counts: 98, 100, and the two who are left out. Two figures whose counts the catalogue
describes by the same words tell one count. What adds up to what is said in `sums`.
"""

from __future__ import annotations

from typing import Final

import polars as pl

#: Where and when a count is taken; with its name it is one count.
PLACE: Final = ("site_id", "area", "grain", "period_start", "breakdown", "breakdown_value")
#: A sum of money is no count of people: it is guarded with the people it is spent on.
MONEY: Final = "GBP"


def told_counts(figures: pl.DataFrame) -> pl.DataFrame:
    """One row per figure and count it tells.

    Args:
        figures: one row per figure: `row` (0, 1, …), `PLACE`, `metric_id`, `definition_version`, `unit`, `numerator`,
            `denominator`, and the catalogue's words for the two, `numerator_words` and `denominator_words`.

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
    ).filter(pl.col("value").is_not_null())
    # Words that stand for two different numbers somewhere are no name: each metric then speaks for itself.
    clashing = (
        told.filter(pl.col("words").is_not_null())
        .group_by(*PLACE, "words")
        .agg(pl.col("value").n_unique().alias("values"))
        .filter(pl.col("values") > 1)["words"]
        .unique()
    )
    is_name = pl.col("words").is_not_null() & ~pl.col("words").is_in(clashing.implode())
    named = told.with_columns(name=pl.when(is_name).then(pl.col("words")).otherwise(pl.col("own")))
    numbers = named.select(*PLACE, "name").unique(maintain_order=True).with_row_index("count")
    return named.drop("own", "words").join(numbers, on=[*PLACE, "name"], how="left", nulls_equal=True)
