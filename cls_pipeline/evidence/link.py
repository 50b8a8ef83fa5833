"""Values carried across breaks: the newest system's level is the currency, and what lies before is moved to it.

The value as recorded is never touched. Whether a break is linked is decided in `verdict`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import numpy as np
import polars as pl

from cls_pipeline.evidence.scale import Scale, moved

_Break = tuple[date, str, float | None, float | None, float | None]


def link_back(series: pl.DataFrame, breaks: pl.DataFrame, scales: Mapping[str, Scale]) -> pl.DataFrame:
    """Series with their earlier values at the level of the newest.

    Every linked break after a month moves the month's value by its shift: on the log scale factors multiply, on the
    others shifts add. Breaks are measured apart from one another, so squares of half intervals add up. Behind a break
    that is not comparable a new currency begins: values are carried up to it and no further.

    Args:
        series: `site_id`, `metric_id`, `month` and `value_raw` in the metric's unit, null where none.
        breaks: `site_id`, `metric_id`, `month` (the first of the new level), `verdict`, and `shift`, `low` and `high`
            on the scale, null unless `verdict` is `linked` or `continuous`.
        scales: by metric.

    Returns:
        The rows with `value`, `value_low` and `value_high` (the 95 % interval that comes from the links alone; null
        where nothing was linked), `link_shift` on the scale, `is_linked`, and `currency`: 0 where values compare with
        the newest, one more behind each break that is not comparable.

    Raises:
        KeyError: a metric has no scale.
        ValueError: a linked break has no shift or interval.
    """
    by_series: dict[tuple[str, str], list[_Break]] = defaultdict(list)
    for site, metric, *found in breaks.select(
        "site_id", "metric_id", "month", "verdict", "shift", "low", "high"
    ).iter_rows():
        month, verdict, shift, low, high = found
        if verdict == "linked" and (shift is None or low is None or high is None):
            raise ValueError(
                f"The break of {metric} at {site} in {month} is linked; shift, low and high are needed, one is null."
            )
        by_series[site, metric].append((month, verdict, shift, low, high))
    parts = [
        _link(frame.sort("month"), sorted(by_series[str(site), str(metric)]), scales[str(metric)])
        for (site, metric), frame in series.group_by("site_id", "metric_id", maintain_order=True)
    ]
    return pl.concat(parts) if parts else _link(series, [], "identity")


def _link(frame: pl.DataFrame, breaks: list[_Break], scale: Scale) -> pl.DataFrame:
    raw = frame["value_raw"].cast(pl.Float64).to_numpy()
    shift, square = np.zeros(frame.height), np.zeros(frame.height)
    linked, currency = np.zeros(frame.height, dtype=bool), np.zeros(frame.height, dtype=np.int32)
    for month, verdict, by, low, high in reversed(breaks):
        before = (frame["month"] < month).to_numpy()
        if verdict == "not comparable":
            # Later links lead to a level that cannot be reached from here.
            shift[before], square[before], linked[before] = 0.0, 0.0, False
            currency[before] += 1
        elif verdict == "linked" and by is not None and low is not None and high is not None:
            shift[before] += by
            square[before] += ((high - low) / 2) ** 2
            linked[before] = True
    value = np.where(linked, moved(raw, shift, scale), raw)
    half = np.sqrt(square)
    low_value, high_value = (np.where(linked, moved(raw, shift + side * half, scale), np.nan) for side in (-1, 1))
    return frame.with_columns(
        pl.Series("value", value).fill_nan(None),
        pl.Series("value_low", low_value).fill_nan(None),
        pl.Series("value_high", high_value).fill_nan(None),
        pl.Series("link_shift", shift),
        pl.Series("is_linked", linked),
        pl.Series("currency", currency),
    )
