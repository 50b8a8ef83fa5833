"""Figures against the truth: errors, coverage, and breaks, for a home that has been built."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import polars as pl

#: A month counts as near a cutover within so many months of one.
NEAR: Final = 12
#: What an analyst may not compare: only part of it on record, withheld, or in another currency.
NOT_COMPARABLE: Final = ("partial", "suppressed", "missing", "not_comparable")

CUTOVERS: Final = """
    select distinct sender_id as site_id, valid_from as cutover
    from read_parquet('{home}/warehouse/registry/sender_system.parquet')
    where valid_from > (select min(valid_from) from read_parquet('{home}/warehouse/registry/sender_system.parquet'))
"""


def compared(con: duckdb.DuckDBPyConnection, home: Path, naive: pl.DataFrame) -> pl.DataFrame:
    """The true figures of all months beside those published: a row for each site, metric and month of the truth.

    Args:
        naive: `site_id` and the columns of `truth.monthly_truth`.

    Returns:
        `site_id`, `metric_id`, `month`, `true_value`, `value`, `value_raw`, `naive_value`, `comparable`, `near`.
    """
    monthly = pl.read_parquet(home / "truth" / "monthly.parquet")
    true = monthly.filter((pl.col("area") == "all") & (pl.col("world") == "as_is") & pl.col("value").is_not_null())
    published = con.execute(
        "select site_id, metric_id, period_start as month, value, value_raw, flags from marts.metric_series"
        " where area = 'all' and grain = 'month' and breakdown = 'all'"
    ).pl()
    cutovers = con.execute(CUTOVERS.format(home=home)).pl()
    key = ["site_id", "metric_id", "month"]
    true = true.filter(pl.col("metric_id").is_in(published["metric_id"].unique().implode()))
    both = (
        true.select(*key, true_value="value")
        .join(published, on=key, how="left")
        .join(naive.select(*key, naive_value="value"), on=key, how="left")
    )
    usable = ~pl.col("flags").list.eval(pl.element().is_in(list(NOT_COMPARABLE))).list.any()
    near = (
        both.select(key)
        .join(cutovers, on="site_id")
        .filter(
            (
                pl.col("month").dt.year() * 12
                + pl.col("month").dt.month()
                - pl.col("cutover").dt.year() * 12
                - pl.col("cutover").dt.month()
            ).abs()
            <= NEAR
        )
        .select(key)
        .unique()
        .with_columns(near=pl.lit(True))
    )
    return (
        both.join(near, on=key, how="left")
        .with_columns(
            comparable=(pl.col("value").is_not_null() & usable).fill_null(False), near=pl.col("near").fill_null(False)
        )
        .drop("flags")
    )


def accuracy(figures: pl.DataFrame) -> pl.DataFrame:
    """By metric and whether near a cutover: `months`, `coverage`, the `median` and `p95` relative error of comparable
    values, and `naive_median` and `naive_p95` of the naive reading in the same months; shares of the true value."""
    true = pl.col("true_value")

    def error(name: str) -> pl.Expr:
        return (pl.col(name) - true).abs() / true.abs()

    counted = figures.filter(true != 0)
    return (
        counted.with_columns(error=error("value"), naive_error=error("naive_value"))
        .group_by("metric_id", "near")
        .agg(
            months=pl.len(),
            coverage=pl.col("comparable").mean(),
            median=pl.col("error").filter("comparable").median(),
            p95=pl.col("error").filter("comparable").quantile(0.95, "linear"),
            naive_median=pl.col("naive_error").filter("comparable").median(),
            naive_p95=pl.col("naive_error").filter("comparable").quantile(0.95, "linear"),
        )
        .sort("metric_id", "near")
    )
