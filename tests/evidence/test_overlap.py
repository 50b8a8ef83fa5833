"""Steps from months that both systems report."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from scipy.stats import t as student  # type: ignore[import-untyped]

from cls_pipeline.evidence.overlap import preferred, step_in_overlap
from cls_pipeline.evidence.step import Step


def told(values: list[float | None]) -> pl.DataFrame:
    return pl.DataFrame(
        {"month": [date(2020 + at // 12, at % 12 + 1, 1) for at in range(len(values))], "value": values}
    )


def test_counts_are_spliced_by_their_ratio() -> None:
    step = step_in_overlap(told([100, 200, 400]), told([110, 220, 440]), "log")
    assert (step.method, step.size, step.size_low, step.size_high) == ("overlap", *[pytest.approx(0.1)] * 3)


def test_scores_are_spliced_by_their_difference() -> None:
    step = step_in_overlap(told([10, 12, 14]), told([11, 13, 15]), "identity")
    assert (step.shift, step.size) == (pytest.approx(1), pytest.approx(1 / 12))


def test_shares_are_spliced_by_their_odds() -> None:
    step = step_in_overlap(told([50, 50, 50]), told([60, 60, 60]), "logit")
    assert (step.shift, step.size) == (pytest.approx(np.log(1.5)), pytest.approx(0.2))


def test_the_interval_is_students() -> None:
    step = step_in_overlap(told([0, 0, 0, 0]), told([1, 2, 3, 2]), "identity")
    half = float(student.ppf(0.975, 3)) * np.std([1, 2, 3, 2], ddof=1) / 2
    assert (step.low, step.high) == (pytest.approx(2 - half), pytest.approx(2 + half))


def test_a_month_that_one_system_lacks_does_not_count() -> None:
    step = step_in_overlap(told([100, None, 100, 100]), told([110, 500, 110, 110, 110]), "log")
    assert (step.months_before, step.size) == (3, pytest.approx(0.1))


def test_two_months_are_thin() -> None:
    step = step_in_overlap(told([100, 200]), told([110, 220]), "log")
    assert (step.method, step.note) == ("thin", "2 months of overlap, 3 needed")


def test_months_that_resemble_their_neighbours_widen_the_interval_of_a_year() -> None:
    slow = [0.0] * 12 + [1.0] * 12
    quick = [0.0, 1.0] * 12
    widths = [
        (step.high or 0) - (step.low or 0)
        for step in (step_in_overlap(told([0.0] * 24), told(new), "identity") for new in (slow, quick))
    ]
    assert widths[0] > 1.5 * widths[1]


def test_overlap_is_preferred_to_peers_where_there_is_one() -> None:
    peers, overlap, thin = Step("peers", 0.1), Step("overlap", 0.2), Step("thin")
    assert preferred(overlap, peers) is overlap
    assert preferred(thin, peers) is peers
