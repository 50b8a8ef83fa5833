"""The scale on which a metric's changes are measured, and the way back. Which metric has which unit is data."""

from __future__ import annotations

from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Scale = Literal["log", "logit", "identity"]

# A log of nothing does not exist: a count of 0 is taken for a half, a share of 0 or 100 % for one half of a per cent
# from it. Series that small are reported as too noisy long before the choice matters.
LEAST_COUNT: Final = 0.5
LEAST_SHARE: Final = 0.5


def scale_of(unit: str) -> Scale:
    """The scale for a unit as metric definitions write it.

    A change of system multiplies counts, money and days (a share of the records is lost or doubled), so these go by
    logarithm. Per cent goes by logit, on which a link can't leave 0 to 100. Scores and points can be 0 or negative,
    and a multiple of them says nothing: these stay as they are.
    """
    if unit == "percent":
        return "logit"
    if unit.startswith("score") or unit == "percentage points":
        return "identity"
    return "log"


def to_scale(values: Numbers, scale: Scale) -> Numbers:
    """Values in the metric's unit on the scale; NaN stays NaN."""
    if scale == "log":
        return np.log(np.maximum(values, LEAST_COUNT))
    if scale == "logit":
        share = np.clip(values, LEAST_SHARE, 100 - LEAST_SHARE)
        return np.log(share / (100 - share))
    return np.asarray(values, dtype=np.float64)


def from_scale(values: Numbers, scale: Scale) -> Numbers:
    """Values on the scale in the metric's unit."""
    if scale == "log":
        return np.exp(values)
    if scale == "logit":
        return 100 / (1 + np.exp(-values))
    return np.asarray(values, dtype=np.float64)


def as_share(shift: float, level: float, scale: Scale) -> float:
    """A shift on the scale as a share of the value it starts from, which lies at `level` on the scale: 0.05 is 5 %.

    On the identity scale the share is of the level's size, and NaN where the level is 0.
    """
    if scale == "log":
        return float(np.expm1(shift))
    if scale == "logit":
        before, after = from_scale(np.array([level, level + shift]), scale)
        return float(after / before - 1)
    return shift / abs(level) if level else np.nan


def moved(values: Numbers, shift: float | Numbers, scale: Scale) -> Numbers:
    """Values in the metric's unit moved by a shift on the scale; nothing stays nothing, and all stays all."""
    if scale == "log":
        return np.asarray(values * np.exp(shift))
    if scale == "logit":
        odds = values * np.exp(shift)
        return np.asarray(100 * odds / (100 - values + odds))
    return np.asarray(values + shift)
