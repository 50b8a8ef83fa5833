"""Verdicts by interval."""

from __future__ import annotations

import pytest

from cls_pipeline.evidence.step import Step
from cls_pipeline.evidence.verdict import verdict_on


@pytest.mark.parametrize(
    ("low", "size", "high", "verdict"),
    [
        (-0.02, 0.005, 0.03, "continuous"),
        (-0.03, 0.0, 0.03, "continuous"),
        (-0.01, 0.015, 0.04, "linked"),
        (0.001, 0.01, 0.02, "linked"),
        (-0.31, -0.30, -0.29, "linked"),
        (0.27, 0.30, 0.33, "linked"),
        (-0.04, 0.0, 0.04, "not comparable"),
        (0.25, 0.30, 0.35, "not comparable"),
        # ±2 points of the old level are ±4 % of a new level half as high.
        (-0.52, -0.50, -0.48, "not comparable"),
        (float("nan"), float("nan"), float("nan"), "not comparable"),
    ],
)
def test_the_interval_decides(low: float, size: float, high: float, verdict: str) -> None:
    assert verdict_on(Step("peers", size=size, size_low=low, size_high=high)) == verdict


def test_thin_evidence_gives_no_link() -> None:
    assert verdict_on(Step("thin")) == "not comparable"
