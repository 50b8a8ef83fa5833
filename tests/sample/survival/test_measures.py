"""The measures of survival on figures whose answer is known."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest

from cls_pipeline.sample.survival.compare import accuracy
from cls_pipeline.sample.survival.effect import estimate, reached
from cls_pipeline.sample.survival.links import ALL, NOT_SHARED, SHARED, quality
from cls_pipeline.sample.survival.starts import CARRIED, recovered

MONTHS = pl.date_range(date(2018, 1, 1), date(2023, 12, 1), "1mo", eager=True)


def test_precision_and_recall_count_pairs_by_evidence() -> None:
    rows = [(SHARED, True, True)] * 8 + [(SHARED, False, True)] * 2 + [(NOT_SHARED, True, False)] * 5
    rows += [(NOT_SHARED, True, True)] * 5
    found = quality(pl.DataFrame(rows, schema=["evidence", "is_true", "is_found"], orient="row"))
    told = {row["evidence"]: (row["pairs"], row["precision"], row["recall"]) for row in found.iter_rows(named=True)}
    assert told == {SHARED: (8, 0.8, 1.0), NOT_SHARED: (10, 1.0, 0.5), ALL: (18, 13 / 15, 13 / 18)}


def test_starts_count_as_recovered_where_they_are_the_true_day() -> None:
    went_on, true, later = date(2020, 4, 1), date(2017, 5, 1), date(2018, 4, 1)
    rows = [
        (went_on, true, true, True),
        (went_on, later, true, True),
        (went_on, None, true, True),
        (true, true, true, True),
        (true, later, true, True),
        (went_on, went_on, went_on, False),
    ]
    columns = ["recorded_start", "found_start", "true_start", "is_carried"]
    found = recovered(pl.DataFrame(rows, schema=columns, orient="row"))
    (carried,) = found.filter(pl.col("which") == CARRIED).drop("which").rows()
    assert carried == (5, 0.4, 0.4, 1, 1)
    (everything,) = found.filter(pl.col("which") != CARRIED).drop("which").rows()
    assert everything == (6, 0.5, 0.5, 1, 1)


def test_errors_are_shares_of_the_truth_and_of_comparable_months_only() -> None:
    figures = pl.DataFrame(
        {
            "metric_id": ["m"] * 4,
            "near": [True] * 4,
            "true_value": [100.0, 100.0, 100.0, 0.0],
            "value": [101.0, 103.0, 500.0, 1.0],
            "naive_value": [150.0, 150.0, 150.0, 9.0],
            "comparable": [True, True, False, True],
        }
    )
    (row,) = accuracy(figures).iter_rows(named=True)
    assert (row["months"], row["coverage"]) == (3, pytest.approx(2 / 3))
    assert (row["median"], row["naive_median"]) == (pytest.approx(0.02), pytest.approx(0.5))


def test_an_effect_planted_in_figures_is_estimated() -> None:
    rng = np.random.default_rng(5)
    sites = [f"s{n}" for n in range(12)]
    programme = pl.DataFrame(
        {
            "site_id": sites,
            "area": ["a"] * 12,
            "start_date": [date(2019, 1 + n, 1) for n in range(12)],
            "lever": ["waiting"] * 12,
            "full_size": [0.0 if n < 4 else -0.3 for n in range(12)],
        }
    )
    exposure = reached(programme, MONTHS.to_list())
    season = 0.1 * np.sin(np.arange(len(MONTHS)))
    figures = exposure.sort("site_id", "month").with_columns(
        value=pl.Series(np.tile(season, 12) + 0.01 * rng.standard_normal(12 * len(MONTHS)))
    )
    figures = figures.with_columns(value=(pl.col("value") + pl.col("reached") * np.log(0.8) + 5).exp())
    assert estimate(figures.select("site_id", "month", "value"), exposure) == pytest.approx(-0.2, abs=0.005)


def test_few_sites_tell_no_effect() -> None:
    figures = pl.DataFrame({"site_id": ["s"] * len(MONTHS), "month": MONTHS, "value": [1.0] * len(MONTHS)})
    exposure = figures.select("site_id", "month", reached=pl.lit(0.5))
    assert estimate(figures, exposure) is None
