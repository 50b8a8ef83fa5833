"""Two groups of councils in one year: the mean share of each, and whether they differ by more than chance.

How figures are counted, and which councils are in a group, is decided before; the programme's start is handed in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

import polars as pl
from scipy.stats import mannwhitneyu, ttest_ind

#: A council's share of fewer requests says little of the council.
LEAST_REQUESTS: Final = 50
#: Of fewer councils in a group there is no spread to judge by.
LEAST_COUNCILS: Final = 3
#: A council is of the programme once it has begun so many days before the year.
BEGUN_BEFORE: Final = 365
SIGNIFICANT: Final = 0.05

SCHEMA: Final[Mapping[str, type[pl.DataType]]] = {
    "metric_id": pl.String,
    "definition_version": pl.Int32,
    "nation": pl.String,
    "period_start": pl.Date,
    "period_end": pl.Date,
    "breakdown": pl.String,
    "breakdown_value": pl.String,
    "programme_councils": pl.Int32,
    "other_councils": pl.Int32,
    "programme_mean": pl.Float64,
    "other_mean": pl.Float64,
    "difference": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "p_value": pl.Float64,
    "p_value_of_ranks": pl.Float64,
    "is_significant": pl.Boolean,
    "method": pl.String,
    "caveat": pl.String,
    "is_shown": pl.Boolean,
    "why_not": pl.String,
}
METHOD: Final = (
    "Mean of the councils' own shares, each council counted alike: councils where the programme had begun a year before"
    " the year, against councils where it had not begun by its end. Welch's t-test of two means with unlike variances"
    " (Biometrika 34, 1947), beside it the test of ranks (Mann and Whitney, 1947)."
)
CAVEAT: Final = (
    "Not a reproduction of the figures of Paper 1 of 2020 (57 against 27.5 per cent at 18-64, 39.5 against 20.9 at 65"
    " and over): other councils, years and records, and the paper says neither its list of councils nor its test, only"
    " that the first difference was significant at the 5 per cent level and the second was not. Councils that joined"
    " may have signposted more before. No cause is shown."
)
_BY: Final = ["metric_id", "definition_version", "nation", "year", "breakdown", "breakdown_value"]


def compare_groups(shares: pl.DataFrame, starts: pl.DataFrame) -> pl.DataFrame:
    """Programme against other councils by nation, financial year and part; columns as in SCHEMA.

    Args:
        shares: `site_id`, `nation`, `metric_id`, `definition_version`, `period_start`, `breakdown`, `breakdown_value`,
            `numerator`, `denominator` and `grain`, of quarters or of years; only years with all their quarters count.
        starts: `site_id` and `start_date`, the first day of the programme there; other councils have no row.
    """
    years = _years(shares).join(starts, on="site_id", how="left")
    begins, ends = pl.col("year"), pl.col("year").dt.offset_by("1y")
    is_programme = pl.col("start_date") <= begins.dt.offset_by(f"-{BEGUN_BEFORE}d")
    is_other = pl.col("start_date").is_null() | (pl.col("start_date") >= ends)
    grouped = years.with_columns(
        group=pl.when(is_programme).then(pl.lit("programme")).when(is_other).then(pl.lit("other"))
    ).filter(pl.col("group").is_not_null(), pl.col("denominator") >= LEAST_REQUESTS)
    rows = [
        dict(zip(_BY, key, strict=True)) | _compared(part) for key, part in grouped.group_by(_BY, maintain_order=True)
    ]
    found = pl.DataFrame(rows, schema={"year": pl.Date, **SCHEMA})
    return found.with_columns(
        period_start="year", period_end=pl.col("year").dt.offset_by("1y").dt.offset_by("-1d")
    ).select(list(SCHEMA))


def _years(shares: pl.DataFrame) -> pl.DataFrame:
    """Shares of whole financial years; a year has four quarters, or is told as one."""
    start = pl.col("period_start")
    year = start.dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    return (
        shares.filter(pl.col("numerator").is_not_null(), pl.col("denominator").is_not_null())
        .with_columns(year=year)
        .group_by("site_id", *_BY, "grain")
        .agg(pl.sum("numerator", "denominator"), periods=pl.len())
        .filter(pl.col("periods") == pl.when(pl.col("grain") == "year").then(1).otherwise(4))
        .with_columns(share=100 * pl.col("numerator") / pl.col("denominator"))
        .sort(*_BY, "site_id")
    )


def _compared(part: pl.DataFrame) -> dict[str, date | str | float | int | bool | None]:
    programme, other = (part.filter(pl.col("group") == group)["share"].to_numpy() for group in ("programme", "other"))
    told: dict[str, date | str | float | int | bool | None] = {
        "programme_councils": len(programme),
        "other_councils": len(other),
        "method": METHOD,
        "caveat": CAVEAT,
        "is_shown": False,
    }
    if min(len(programme), len(other)) < LEAST_COUNCILS:
        return told | {"why_not": f"Fewer than {LEAST_COUNCILS} councils in a group."}
    welch = ttest_ind(programme, other, equal_var=False)
    interval = welch.confidence_interval()
    means = {"programme_mean": programme.mean(), "other_mean": other.mean()}
    means |= {"difference": programme.mean() - other.mean(), "low": interval.low, "high": interval.high}
    ranks = float(mannwhitneyu(programme, other).pvalue)
    return (
        told
        | {name: round(float(value), 2) for name, value in means.items()}
        | {"p_value": round(float(welch.pvalue), 4), "p_value_of_ranks": round(ranks, 4)}
        | {"is_significant": bool(welch.pvalue < SIGNIFICANT), "is_shown": True}
    )
