"""Planted effects beside the intervals of their estimates, counted by hand."""

from __future__ import annotations

import polars as pl
import pytest

from cls_pipeline.sample.survival.contribution import summed


@pytest.mark.parametrize(
    ("true", "low", "high", "counts"),
    [
        (-10.0, -15.0, -5.0, (1, 1, 1, 0)),
        (-10.0, -15.0, 5.0, (1, 1, 0, 0)),
        (-10.0, -4.0, -1.0, (0, 1, 1, 0)),
        (-10.0, 1.0, 4.0, (0, 1, 0, 1)),
        (0.0, -4.0, 4.0, (1, 0, 0, 0)),
        (0.0, 1.0, 4.0, (0, 0, 0, 1)),
    ],
)
def test_an_interval_finds_an_effect_if_it_leaves_nought_out_on_its_side_and_is_false_otherwise(
    true: float, low: float, high: float, counts: tuple[int, int, int, int]
) -> None:
    row = {"design": "d", "metric_id": "m", "true": true, "estimate": (low + high) / 2, "low": low, "high": high}
    found = summed(pl.DataFrame([row]))
    assert found["metric_id"].to_list() == ["all", "m"]
    assert list(found.select("inside", "planted", "found", "false").iter_rows()) == [counts, counts]


def test_what_has_no_true_size_is_not_counted() -> None:
    row = {"design": "d", "metric_id": "m", "estimate": 1.0, "low": 0.5, "high": 1.5}
    rows = pl.DataFrame([row | {"true": None}, row | {"true": 1.0}], schema_overrides={"true": pl.Float64})
    assert summed(rows)["sites"].to_list() == [1, 1]
