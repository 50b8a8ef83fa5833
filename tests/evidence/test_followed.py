"""Breaks of figures whose events are followed: the burden is on the step."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from cls_pipeline.evidence.followed import BREAKS, breaks_of, linked_values, since_filled

MONTHS = pl.date_range(date(2017, 1, 1), date(2024, 12, 1), "1mo", eager=True)
CUT = date(2021, 4, 1)


def _series(step: float = 0.0, noise: float = 0.01, at: date = CUT) -> pl.DataFrame:
    """Nine sites with a common season; the first one steps at a month."""
    rng = np.random.default_rng(11)
    season = 0.1 * np.sin(2 * np.pi * np.arange(len(MONTHS)) / 12)
    frames = []
    for site in range(9):
        values = 1_000 * (1 + site / 3) * np.exp(season + noise * rng.standard_normal(len(MONTHS)))
        if site == 0:
            values = np.where((at <= MONTHS).to_numpy(), values * (1 + step), values)
        frames.append(pl.DataFrame({"site_id": f"s{site}", "month": MONTHS, "value": values}))
    return pl.concat(frames).with_columns(metric_id=pl.lit("people"), unit=pl.lit("people"))


CUTOVER = pl.DataFrame({"site_id": ["s0"], "metric_id": ["people"], "month": [CUT]})


def test_a_cutover_without_a_clear_step_is_continuous_however_wide_its_interval() -> None:
    found = breaks_of(_series(noise=0.08), CUTOVER).filter(pl.col("how_known") == "declared cutover")
    assert found["verdict"].to_list() == ["continuous"]
    assert found["size_high"][0] - found["size_low"][0] > 0.06


def test_a_clear_step_is_measured_and_linked() -> None:
    series = _series(step=0.15)
    found = breaks_of(series, CUTOVER).filter(pl.col("how_known") == "declared cutover")
    assert found["verdict"].to_list() == ["linked"]
    assert found["size"][0] == pytest.approx(0.15, abs=0.03)
    carried = linked_values(series, found).filter(pl.col("site_id") == "s0")
    assert carried["month"].max() < CUT and carried.height == MONTHS.filter(MONTHS < CUT).len()
    raw = series.filter((pl.col("site_id") == "s0") & (pl.col("month") < CUT))["value"]
    assert (carried["value"] / raw).mean() == pytest.approx(1.15, abs=0.03)


def test_a_clear_step_of_unknown_size_is_not_comparable_and_begins_a_currency() -> None:
    series = _series(step=1.2, noise=0.1)
    found = breaks_of(series, CUTOVER).filter(pl.col("how_known") == "declared cutover")
    assert found["verdict"].to_list() == ["not comparable"]
    carried = linked_values(series, found)
    assert set(carried["currency"]) == {1} and carried["is_linked"].sum() == 0


def test_an_undeclared_step_is_told_and_left_in_the_series() -> None:
    series = _series(step=0.3)
    none = CUTOVER.clear()
    found = breaks_of(series, none)
    steps = found.filter((pl.col("site_id") == "s0") & (pl.col("how_known") == "detected"))
    assert steps["verdict"].to_list() == ["not explained"]
    assert abs((steps["month"][0] - CUT).days) < 95
    assert linked_values(series, found).is_empty()


def test_months_in_which_a_record_fills_up_are_no_break() -> None:
    series = _series().with_columns(
        value=pl.when((pl.col("site_id") == "s0") & (pl.col("month") < date(2017, 6, 1)))
        .then(pl.col("value") * 0.05)
        .otherwise("value")
    )
    found = breaks_of(series, CUTOVER.clear()).filter(pl.col("site_id") == "s0")
    assert found.is_empty()


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        ([1.0, 3.0, 30.0, 100.0, 90.0, 110.0], [None, None, None, 100.0, 90.0, 110.0]),
        ([None, 2.0, 100.0, 90.0], [None, None, 100.0, 90.0]),
        ([100.0, 20.0, 20.0, 20.0], [100.0, 20.0, 20.0, 20.0]),
        ([60.0, 100.0, 100.0, 1.0], [60.0, 100.0, 100.0, 1.0]),
        ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
        ([None, None], [None, None]),
    ],
)
def test_only_months_before_half_of_the_coming_year_is_reached_are_left_out(
    values: list[float | None], kept: list[float | None]
) -> None:
    frame = pl.DataFrame({"value": pl.Series(values, dtype=pl.Float64)}).with_columns(
        site_id=pl.lit("s"), metric_id=pl.lit("m"), month=MONTHS.head(len(values))
    )
    assert since_filled(frame)["value"].to_list() == kept


def test_no_series_have_no_breaks() -> None:
    nothing = _series().clear()
    assert breaks_of(nothing, CUTOVER.clear()).schema == pl.Schema(BREAKS)
