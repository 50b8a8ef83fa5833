"""Outcome scores against the truth: the figures by instrument and year as published, and as read naively."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from cls_pipeline.sample.survival.compare import NOT_COMPARABLE
from cls_pipeline.sample.truth_scores import yearly_scores

KEY: Final = ["site_id", "metric_id", "measure", "year_start"]
#: The latest export of each system put together, as by an analyst who joins the files. A person of two systems is two.
_LATEST: Final = """
    select records.person_id, records.instrument, records.item, records.score_date, records.score
    from facts.fct_outcome_score as records
    inner join intermediate.int_load as loads
        on records.site_id = loads.sender_id and records.load_id = loads.load_id and loads.entity = 'outcome_score'
    where records.site_id = ?
    qualify row_number() over (partition by records.system_id, records.score_id order by loads.precedence desc) = 1
"""
_PUBLISHED: Final = """
    select series.site_id, series.metric_id, series.breakdown_value as measure, series.period_start as year_start,
        series.value, series.flags, metrics.unit, instruments.highest - instruments.lowest as scale
    from marts.metric_series as series
    inner join marts.dim_metric as metrics using (metric_id, definition_version)
    inner join marts.dim_instrument as instruments on series.breakdown_value = instruments.measure
    where series.breakdown = 'instrument' and series.grain = 'year' and series.area = 'all'
"""


def naive_scores(con: duckdb.DuckDBPyConnection, site: str, until: date) -> pl.DataFrame:
    """The columns of `truth_scores.yearly_scores` for a site, from the facts of a warehouse as they are."""
    answers = con.execute(_LATEST, [site]).pl().rename({"person_id": "person_number"})
    answers = answers.unique(["person_number", "instrument", "item", "score_date"], keep="first", maintain_order=True)
    return yearly_scores(answers, until)


def scores_compared(con: duckdb.DuckDBPyConnection, home: Path, naive: pl.DataFrame) -> pl.DataFrame:
    """The true figures of scores beside those published and those read naively.

    Years that cannot be whole (the world's first) are left out. An error is a share of the count for counts, percentage
    points for shares, and a share of the length of the measure's scale for means: a mean change lies near nought, so a
    share of itself says nothing.

    Args:
        naive: `site_id` and what `naive_scores` returns.

    Returns:
        `site_id`, `metric_id`, `measure`, `year_start`, `comparable`, `error`, `naive_error`.
    """
    true = pl.read_parquet(home / "truth" / "scores.parquet")
    true = true.filter(pl.col("year_start") > pl.col("year_start").min())
    published = con.execute(_PUBLISHED).pl()
    units = published.select("metric_id", "unit").unique()
    scales = published.select("measure", "scale").unique()
    both = (
        true.select(*KEY, true_value="value")
        .join(published.select(*KEY, "value", "flags"), on=KEY, how="left")
        .join(naive.select(*KEY, naive_value="value"), on=KEY, how="left")
        .join(units, on="metric_id")
        .join(scales, on="measure")
    )
    whole = (
        pl.when(pl.col("unit") == "percent")
        .then(100.0)
        .when(pl.col("unit") == "people")
        .then(pl.col("true_value"))
        .otherwise(pl.col("scale"))
    )
    usable = ~pl.col("flags").list.eval(pl.element().is_in(list(NOT_COMPARABLE))).list.any()
    return both.select(
        *KEY,
        comparable=(pl.col("value").is_not_null() & usable).fill_null(False),
        error=(pl.col("value") - pl.col("true_value")).abs() / whole,
        naive_error=(pl.col("naive_value") - pl.col("true_value")).abs() / whole,
    )


def scores_accuracy(figures: pl.DataFrame) -> pl.DataFrame:
    """By metric: `figures`, `coverage`, `median` and `p95` error of comparable figures, and of the naive reading."""
    return (
        figures.group_by("metric_id")
        .agg(
            figures=pl.len(),
            coverage=pl.col("comparable").mean(),
            median=pl.col("error").filter("comparable").median(),
            p95=pl.col("error").filter("comparable").quantile(0.95, "linear"),
            naive_median=pl.col("naive_error").filter("comparable").median(),
            naive_p95=pl.col("naive_error").filter("comparable").quantile(0.95, "linear"),
        )
        .sort("metric_id")
    )
