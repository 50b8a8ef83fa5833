"""The scales of units."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.evidence.scale import Scale, as_share, from_scale, moved, scale_of, to_scale

SCALES: list[Scale] = ["log", "logit", "identity"]


@pytest.mark.parametrize(
    ("unit", "scale"),
    [
        ("requests", "log"),
        ("people", "log"),
        ("days", "log"),
        ("GBP per week", "log"),
        ("percent", "logit"),
        ("per 100,000 people", "log"),
        ("score 0-24", "identity"),
        ("percentage points", "identity"),
    ],
)
def test_each_unit_has_its_scale(unit: str, scale: Scale) -> None:
    assert scale_of(unit) == scale


@given(st.sampled_from(SCALES), st.floats(1, 99))
def test_the_way_back_leads_back(scale: Scale, value: float) -> None:
    assert from_scale(to_scale(np.array([value]), scale), scale)[0] == pytest.approx(value)


@given(st.sampled_from(SCALES), st.floats(2, 98), st.floats(-0.5, 0.5))
def test_a_share_is_what_the_move_does_to_the_level(scale: Scale, value: float, shift: float) -> None:
    level = float(to_scale(np.array([value]), scale)[0])
    after = moved(np.array([value]), shift, scale)[0]
    assert as_share(shift, level, scale) == pytest.approx(after / value - 1, abs=1e-9)


def test_nothing_has_a_place_on_the_log_scale() -> None:
    assert np.isfinite(to_scale(np.array([0.0]), "log")).all()
    assert np.isfinite(to_scale(np.array([0.0, 100.0]), "logit")).all()


def test_a_share_of_a_level_of_nothing_is_unknown() -> None:
    assert np.isnan(as_share(1.0, 0.0, "identity"))
