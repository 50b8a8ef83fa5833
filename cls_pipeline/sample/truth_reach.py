"""Who truly made requests, by true characteristics, counted from the true events.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.registry import CodeList

WHO: Final = ("site_id", "person_number")
#: First year of age of each band after the first.
BANDS: Final = {"18_64": 18, "65_74": 65, "75_84": 75, "85_plus": 85}
CHARACTERISTICS: Final = ("age_band", "sex", "ethnicity", "support_reason", "client_type")


def quarterly_reach(events: Mapping[str, pl.DataFrame], lists: Mapping[str, CodeList], until: date) -> pl.DataFrame:
    """One row per site, metric, quarter and part that had people: site_id, metric_id, quarter_start, breakdown,
    breakdown_value, numerator, denominator, value.

    Args:
        events: the true `request` and `person`, each with site_id.
        lists: the code lists, for the groups of ethnicity and support reason.
        until: the last day that is known; quarters that end later are left out.
    """
    quarter = pl.col("request_date").dt.truncate("1q").alias("quarter_start")
    asked = events["request"].group_by(*WHO, quarter).agg(pl.min("request_date"))
    asked = asked.filter(pl.col("quarter_start").dt.offset_by("3mo").dt.offset_by("-1d") <= until)
    known = events["person"].select(
        *WHO,
        "birth_month",
        _known(pl.col("sex")).alias("sex"),
        _group(lists["ethnicity"], "ethnicity", "no_data").alias("ethnicity"),
        _group(lists["primary_support_reason"], "primary_support_reason", "unknown").alias("support_reason"),
        _known(pl.col("client_type")).alias("client_type"),
    )
    people = asked.join(known, on=WHO, how="left").with_columns(age_band=_age_band())
    by = ["site_id", "quarter_start"]
    whole = people.with_columns(all=pl.lit("all"))
    counted = [_counted(whole, by, name) for name in ("all", *CHARACTERISTICS)]
    told = {name: pl.col(name) != "unknown" for name in CHARACTERISTICS}
    complete = people.group_by(by).agg(
        pl.len().alias("people"), *(is_told.sum().alias(name) for name, is_told in told.items()),
        all=pl.all_horizontal(told.values()).sum(),
    )  # fmt: skip
    known_of = complete.unpivot(
        on=["all", *CHARACTERISTICS], index=[*by, "people"], variable_name="breakdown_value", value_name="known"
    ).select(
        *by,
        pl.lit("people_requesting_known").alias("metric_id"),
        pl.when(pl.col("breakdown_value") == "all")
        .then(pl.lit("all"))
        .otherwise(pl.lit("characteristic"))
        .alias("breakdown"),
        "breakdown_value",
        pl.col("known").cast(pl.Float64).alias("numerator"),
        pl.col("people").cast(pl.Float64).alias("denominator"),
        (100 * pl.col("known") / pl.col("people")).alias("value"),
    )
    return pl.concat([*counted, known_of], how="diagonal")


def _counted(people: pl.DataFrame, by: list[str], name: str) -> pl.DataFrame:
    return (
        people.group_by(*by, pl.col(name).alias("breakdown_value"))
        .agg(numerator=pl.len().cast(pl.Float64))
        .with_columns(
            pl.lit("people_requesting").alias("metric_id"),
            pl.lit(name).alias("breakdown"),
            pl.lit(None, dtype=pl.Float64).alias("denominator"),
            pl.col("numerator").alias("value"),
        )
        .with_columns(pl.col("breakdown_value").cast(pl.String))
    )


def _known(column: pl.Expr) -> pl.Expr:
    return column.cast(pl.String).fill_null("unknown")


def _group(codes: CodeList, column: str, unknown: str) -> pl.Expr:
    """The group of a code; `unknown` for the group that says so."""
    groups = {code.code: code.extra.get("group") for code in codes.codes.values()}
    told = {code: "unknown" if group in (unknown, None) else group for code, group in groups.items()}
    return _known(pl.col(column)).replace_strict(told, default="unknown", return_dtype=pl.String)


def _age_band() -> pl.Expr:
    """By whole years from the month of birth to that of the first request."""
    asked, born = pl.col("request_date"), pl.col("birth_month")
    years = (12 * (asked.dt.year() - born.dt.year()) + asked.dt.month() - born.dt.month()) // 12
    band = pl.lit("0_17")
    for name, first in BANDS.items():
        band = pl.when(years >= first).then(pl.lit(name)).otherwise(band)
    return pl.when(born.is_null()).then(pl.lit("unknown")).otherwise(band)
