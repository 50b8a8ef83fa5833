"""Breaks of figures whose events are followed across systems one by one, and the values that come of them.

Such a figure is the same count before and after a change of system unless something shows otherwise: the burden is on
the step. A figure that only its publisher counts has no such standing (see `verdict`).
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.evidence.link import link_back
from cls_pipeline.evidence.tables import find_breaks, measure_breaks, scales_of
from cls_pipeline.evidence.verdict import LINKED_WITHIN
from cls_pipeline.evidence.wander import Numbers

#: A step has to stand so many standard errors from nothing, and reach so far, before it overrules that every event was
#: followed. Of 240 cutovers one in 60 programmes would do so by chance; a smaller step is within the promise anyway.
CLEAR: Final = 4.0
LEAST_STEP: Final = 0.03
#: A record that fills up: months before the first that has so much of the year after it are of cases kept from earlier.
FILLED: Final = 0.5
YEAR: Final = 12
#: Half a 95 per cent interval in standard errors.
HALF_WIDTH: Final = 1.96

BREAKS: Final[dict[str, type[pl.DataType]]] = {
    "site_id": pl.String,
    "metric_id": pl.String,
    "month": pl.Date,
    "how_known": pl.String,
    "size": pl.Float64,
    "size_low": pl.Float64,
    "size_high": pl.Float64,
    "shift": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "verdict": pl.String,
    "note": pl.String,
}
DECLARED, DETECTED = "declared cutover", "detected"


def breaks_of(series: pl.DataFrame, cutovers: pl.DataFrame) -> pl.DataFrame:
    """Declared cutovers measured, and steps found beside them.

    Args:
        series: `site_id`, `metric_id`, `month`, `value` (null where none) and `unit`.
        cutovers: `site_id`, `metric_id` and `month`, the first month of the new system.

    Returns:
        The columns of `BREAKS`. The verdict on a cutover is `continuous` unless the step is clear; then `linked` where
        it is known to 3 % either way, else `not comparable`; `not measured` where evidence is thin. A step found
        elsewhere is `not explained`: nothing in the records says why, so it may be real and is left in the series.
    """
    if series.is_empty():
        return pl.DataFrame(schema=BREAKS)
    series = since_filled(series)
    measured = measure_breaks(series, cutovers, pool=True)
    half = (pl.col("high") - pl.col("low")) / 2
    clear = (pl.col("shift").abs() * HALF_WIDTH >= CLEAR * half) & (pl.col("size").abs() >= LEAST_STEP)
    narrow = (pl.col("size_high") - pl.col("size_low")) / 2 <= LINKED_WITHIN
    verdict = (
        pl.when(pl.col("size").is_null())
        .then(pl.lit("not measured"))
        .when(clear & narrow)
        .then(pl.lit("linked"))
        .when(clear)
        .then(pl.lit("not comparable"))
        .otherwise(pl.lit("continuous"))
    )
    declared = measured.with_columns(how_known=pl.lit(DECLARED), verdict=verdict).select(
        pl.col(name).cast(kind) for name, kind in BREAKS.items()
    )
    found, _ = find_breaks(series, cutovers)
    steps = found.filter(pl.col("kind") == "step").with_columns(
        how_known=pl.lit(DETECTED),
        low=pl.lit(None, dtype=pl.Float64),
        high=pl.lit(None, dtype=pl.Float64),
        verdict=pl.lit("not explained"),
        note=pl.lit("A step that its peers did not take and nothing in the records explains; it may be real"),
    )
    return pl.concat([declared, steps.select(pl.col(name).cast(kind) for name, kind in BREAKS.items())])


def since_filled(series: pl.DataFrame) -> pl.DataFrame:
    """The series without the months in which a record only began to fill up: their value becomes null.

    A first system knows of the time before it what was still open when it began, some few requests of a hundred. That
    is no level, and the month from which all is recorded no break. A month counts from the first on that reaches half
    of the median of the year after it; only months before that one are left out, so a fall is never hidden.

    Args:
        series: as for `breaks_of`.
    """
    parts = []
    for _, frame in series.group_by("site_id", "metric_id", maintain_order=True):
        frame = frame.sort("month")
        values = frame["value"].cast(pl.Float64).to_numpy()
        begins = _begins(values)
        parts.append(frame.with_columns(value=pl.Series(np.where(np.arange(len(values)) < begins, np.nan, values))))
    return pl.concat(parts).with_columns(pl.col("value").fill_nan(None))


def _begins(values: Numbers) -> int:
    """The place of the first month that has half of the median of the year after it; 0 where none has."""
    for at in np.flatnonzero(np.isfinite(values)):
        after = values[at + 1 : at + 1 + YEAR]
        after = after[np.isfinite(after)]
        if not len(after) or values[at] >= FILLED * np.median(after):
            return int(at)
    return 0


def linked_values(series: pl.DataFrame, breaks: pl.DataFrame) -> pl.DataFrame:
    """Values carried to the level of the newest system, where that changes anything.

    Args:
        series: as for `breaks_of`.
        breaks: what `breaks_of` returns.

    Returns:
        `site_id`, `metric_id`, `month`, `value`, `is_linked`, and `currency`: 0 where a value compares with the newest.
    """
    declared = breaks.filter(pl.col("verdict").is_in(["linked", "not comparable"]))
    raw = series.select("site_id", "metric_id", "month", value_raw="value")
    if declared.is_empty():
        return (
            raw.select("site_id", "metric_id", "month", value="value_raw")
            .clear()
            .with_columns(is_linked=pl.lit(False), currency=pl.lit(0, dtype=pl.Int32))
        )
    carried = link_back(raw, declared, scales_of(series))
    return carried.filter(pl.col("is_linked") | (pl.col("currency") > 0)).select(
        "site_id", "metric_id", "month", "value", "is_linked", "currency"
    )
