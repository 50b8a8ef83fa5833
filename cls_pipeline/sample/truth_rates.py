"""True rates for each 100,000 people who live there, from true counts and a population.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`;
the counts are in `truth_support.py`. No population is simulated: it is a publisher's.
"""

from __future__ import annotations

from typing import Final

import polars as pl

RATE: Final = 100_000
#: The ages of which the rate is told.
BANDS: Final = ("18_64", "65_plus")


def yearly_admission_rates(quarters: pl.DataFrame, population: pl.DataFrame) -> pl.DataFrame:
    """Admissions to care homes of a financial year, of 100,000 people: one row per site, year and part that had any.

    Args:
        quarters: the true figures by quarter, as `truth_quarters.quarterly_truth` gives them.
        population: `site_id`, `age_band` (`all` and `BANDS`) and `people`.

    Returns:
        `site_id`, `year_start`, `breakdown`, `breakdown_value`, `numerator`, `denominator`, `value`, of years that are
        over.
    """
    start = pl.col("quarter_start")
    counted = quarters.filter(pl.col("metric_id") == "admissions_to_care_homes").with_columns(
        year_start=start.dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    )
    last = quarters["quarter_start"].max()
    told = pl.col("breakdown").is_in(["all", "setting"]) | pl.col("breakdown_value").is_in(BANDS)
    years = (
        counted.filter(told, pl.col("year_start").dt.offset_by("9mo") <= pl.lit(last))
        .group_by("site_id", "year_start", "breakdown", "breakdown_value")
        .agg(pl.sum("numerator"))
    )
    is_age = pl.col("breakdown") == "age_band"
    beside = years.with_columns(age_band=pl.when(is_age).then("breakdown_value").otherwise(pl.lit("all"))).join(
        population, on=["site_id", "age_band"]
    )
    return beside.select(
        "site_id",
        "year_start",
        "breakdown",
        "breakdown_value",
        "numerator",
        pl.col("people").cast(pl.Float64).alias("denominator"),
        (RATE * pl.col("numerator") / pl.col("people")).alias("value"),
    )
