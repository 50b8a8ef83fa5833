"""The planted programme effect as the figures show it: sites with the programme against sites without, over time.

A two-way panel regression by least squares: the logarithm of a figure on a constant for each site, one for each month,
and how much of the full effect a site's areas had reached by then. The same on the true figures says what it should be.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Numbers

#: A figure has grown to its full effect after so many months; the longest ramp of the levers.
RAMP_MONTHS = 24.0
#: Of fewer months a site tells nothing.
LEAST_MONTHS = 24


def reached(programme: pl.DataFrame, months: list[date]) -> pl.DataFrame:
    """`site_id`, `month`, `reached`: the mean over a site's areas of the share of the full effect, times its strength.

    Args:
        programme: `truth/programme.parquet`.
    """
    strongest = pl.col("full_size").abs().max().over("lever")
    areas = programme.with_columns(strength=pl.col("full_size").abs() / strongest).unique(["site_id", "area"])
    grown = areas.select("site_id", "area", "start_date", "strength").join(
        pl.DataFrame({"month": months}, schema={"month": pl.Date}), how="cross"
    )
    since = (pl.col("month") - pl.col("start_date")).dt.total_days() / (365.25 / 12)
    return grown.group_by("site_id", "month").agg(
        reached=((since / RAMP_MONTHS).clip(0, 1) * pl.col("strength")).mean()
    )


def estimate(figures: pl.DataFrame, exposure: pl.DataFrame) -> float | None:
    """The full effect as a share of a figure (−0.1: a tenth lower), or None where it can't be estimated.

    Args:
        figures: `site_id`, `month`, `value` of one metric; null or nought where there is none.
        exposure: what `reached` returns.
    """
    rows = figures.filter(pl.col("value") > 0).join(exposure, on=["site_id", "month"])
    rows = rows.filter(pl.len().over("site_id") >= LEAST_MONTHS)
    if rows["site_id"].n_unique() < 5:
        return None
    outcome, exposed = rows["value"].log().to_numpy(), rows["reached"].to_numpy()
    site = rows["site_id"].rank("dense").to_numpy().astype(int) - 1
    month = rows["month"].rank("dense").to_numpy().astype(int) - 1
    left, right = _without_means(outcome, site, month), _without_means(exposed, site, month)
    if not (right @ right) > 1e-9:
        return None
    return float(np.expm1((right @ left) / (right @ right)))


def _without_means(values: Numbers, site: Numbers, month: Numbers) -> Numbers:
    """Residuals on both sets of constants, by taking out means in turn until they are gone (Frisch, Waugh, Lovell)."""
    left = values.astype(np.float64)
    for _ in range(200):
        before = left
        for group in (site, month):
            means = np.bincount(group, left) / np.maximum(np.bincount(group), 1)
            left = left - means[group]
        if np.abs(left - before).max(initial=0.0) < 1e-10:
            break
    return left
