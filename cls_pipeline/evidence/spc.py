"""Statistical process control: XmR limits and the four rules of Making Data Count, a row for each point.

Limits are drawn anew at declared breaks and nowhere else: a signal never moves its own limits. Whether there is a break
is decided in `detect` and `verdict`.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Signs = NDArray[np.int_]

# Constants of the XmR chart: 3/d2 and D4 for ranges of two points (Wheeler, Understanding Variation, 1993). Making Data
# Count and NHSRplotthedots use the same (R/ptd_spc_standard.R: limit, limitclose, screen_outliers).
LIMIT: Final = 2.66
NEAR_LIMIT: Final = LIMIT * 2 / 3
SCREEN: Final = 3.267
RUN: Final = 7
# Fewer points make limits that move with each new one; NHSRplotthedots warns in the same words.
FEW_POINTS: Final = 12

_RULES: Final = ("outside_limits", "run_of_7", "trend_of_7", "two_of_three")
_HIGHER: Final = {"higher": 1, "lower": -1, "neutral": 0}


def control_limits(values: Numbers) -> tuple[float, float, float]:
    """Mean, lower and upper process limit of one run of points without a break: mean ± 2.66 × mean moving range.

    Moving ranges that are not below 3.267 times their mean are left out once, as in NHSRplotthedots; the Excel tool of
    Making Data Count leaves none out. With fewer than two points the limits are NaN.
    """
    if len(values) < 2:
        return (float(values.mean()) if len(values) else np.nan), np.nan, np.nan
    ranges = np.abs(np.diff(values))
    kept = ranges[ranges < SCREEN * ranges.mean()]
    # No range is below a mean of nothing: all points are equal, and the limits are the mean.
    spread = LIMIT * float(kept.mean()) if len(kept) else 0.0
    mean = float(values.mean())
    return mean, mean - spread, mean + spread


def signals(values: Numbers) -> dict[str, Signs]:
    """The four rules on one run of points without a break: by rule, 1 where high or rising, -1 where low, 0 where none.

    `outside_limits`: beyond a limit. `run_of_7`: part of seven or more on one side of the mean. `trend_of_7`: part of
    seven or more that rise, or fall, each time. `two_of_three`: in the outer third towards a limit, as are two of three
    neighbours that all lie on that side of the mean. Source: Making Data Count; R/ptd_calculate_point_type.R.
    """
    mean, low, high = control_limits(values)
    side = np.sign(values - mean).astype(int)
    outside = (values > high).astype(int) - (values < low).astype(int)
    near = (np.abs(values - mean) > (high - mean) * 2 / 3) & (outside == 0)
    steps = np.sign(np.diff(values)).astype(int)
    return {
        "outside_limits": outside,
        "run_of_7": _in_runs(side, RUN),
        # Seven points have six steps between them, and a step belongs to both its points.
        "trend_of_7": _points_of(_in_runs(steps, RUN - 1)),
        "two_of_three": _two_of_three(side, near),
    }


def spc_points(series: pl.DataFrame, breaks: pl.DataFrame, directions: Mapping[str, str]) -> pl.DataFrame:
    """Limits and signals of many series, a row for each point.

    Args:
        series: `site_id`, `metric_id`, `month` and `value` in the metric's unit, null where there is none.
        breaks: declared breaks: `site_id`, `metric_id` and `month`, the first month of the new level.
        directions: by metric, whether `higher` or `lower` is better, or `neutral`.

    Returns:
        The rows with a value, and beside them `segment` (1 from the start, one more after each break), `mean`,
        `lower_limit`, `upper_limit`, `signals` (names of the rules the point is part of), `meaning` (`improvement`,
        `concern`, `neither`, or null for common cause), `is_trial` (within 12 points after a break, while limits
        still move) and `is_few_points` (the segment has fewer than 12).

    Raises:
        KeyError: a metric has no direction.
    """
    declared = {
        (site, metric): set(months)
        for site, metric, months in breaks.group_by("site_id", "metric_id").agg(pl.col("month")).iter_rows()
    }
    parts = []
    known = series.filter(pl.col("value").is_not_null()).sort("site_id", "metric_id", "month")
    for (site, metric), frame in known.group_by("site_id", "metric_id", maintain_order=True):
        starts = pl.Series(sorted(declared.get((site, metric), ())), dtype=pl.Date)
        segment = frame["month"].search_sorted(starts, side="left").to_list()
        parts.append(_chart(frame, [0, *segment, frame.height], _HIGHER[directions[str(metric)]]))
    return pl.concat(parts) if parts else _chart(known, [0, 0], 0)


def _chart(frame: pl.DataFrame, edges: list[int], better: int) -> pl.DataFrame:
    values = frame["value"].to_numpy().astype(float)
    rows = []
    # A break before the first value, or two with none between, starts no segment of its own.
    used = [(start, end) for start, end in pairwise(edges) if end > start]
    for number, (start, end) in enumerate(used, start=1):
        part = values[start:end]
        mean, low, high = control_limits(part)
        found = signals(part)
        few = len(part) < FEW_POINTS
        for at in range(len(part)):
            names = [rule for rule in _RULES if found[rule][at]]
            meaning = _meaning(int(found[names[0]][at]), better) if names else None
            trial = number > 1 and at < FEW_POINTS
            rows.append((number, mean, low, high, names, meaning, trial, few))
    schema: dict[str, pl.DataType | type[pl.DataType]] = {
        "segment": pl.Int32,
        "mean": pl.Float64,
        "lower_limit": pl.Float64,
        "upper_limit": pl.Float64,
        "signals": pl.List(pl.String),
        "meaning": pl.String,
        "is_trial": pl.Boolean,
        "is_few_points": pl.Boolean,
    }
    chart = pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        pl.col("mean", "lower_limit", "upper_limit").fill_nan(None)
    )
    return pl.concat([frame, chart], how="horizontal")


def _meaning(sign: int, better: int) -> str:
    """What a signal says; where a point is part of several, the first of the rules speaks."""
    if not better:
        return "neither"
    return "improvement" if sign == better else "concern"


def _in_runs(signs: Signs, length: int) -> Signs:
    """Each sign that stands in a run of at least so many equal ones; 0 elsewhere, and zeros make no run."""
    kept = np.zeros_like(signs)
    edges = [0, *(np.flatnonzero(np.diff(signs)) + 1).tolist(), len(signs)]
    for start, end in pairwise(edges):
        if end - start >= length:
            kept[start:end] = signs[start:end]
    return kept


def _points_of(steps: Signs) -> Signs:
    """The points of a trend from its steps; a point between two trends belongs to the later."""
    points = np.zeros(len(steps) + 1, dtype=int)
    for at in np.flatnonzero(steps):
        points[at : at + 2] = steps[at]
    return points


def _two_of_three(side: Signs, near: NDArray[np.bool_]) -> Signs:
    found = np.zeros_like(side)
    for start in range(len(side) - 2):
        three = slice(start, start + 3)
        if abs(side[three].sum()) == 3 and near[three].sum() >= 2:
            found[three] = np.where(near[three], side[three], found[three])
    return found
