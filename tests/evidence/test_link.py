"""Values carried across breaks to the newest level."""

from __future__ import annotations

from datetime import date
from math import exp, log, sqrt

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.evidence.link import link_back
from cls_pipeline.evidence.scale import Scale

MONTHS = [date(2020, month, 1) for month in range(1, 7)]


def series(*values: float | None) -> pl.DataFrame:
    return pl.DataFrame(
        {"site_id": "ash", "metric_id": "requests", "month": MONTHS[: len(values)], "value_raw": list(values)},
        schema_overrides={"value_raw": pl.Float64},
    )


def known(*rows: tuple[int, str, float | None, float | None]) -> pl.DataFrame:
    """Breaks by month, verdict, shift and half interval."""
    return pl.DataFrame(
        [
            ("ash", "requests", date(2020, month, 1), verdict, shift, *_interval(shift, half))
            for month, verdict, shift, half in rows
        ],
        schema={
            "site_id": pl.String,
            "metric_id": pl.String,
            "month": pl.Date,
            "verdict": pl.String,
            "shift": pl.Float64,
            "low": pl.Float64,
            "high": pl.Float64,
        },
        orient="row",
    )


def _interval(shift: float | None, half: float | None) -> tuple[float | None, float | None]:
    return (None, None) if shift is None or half is None else (shift - half, shift + half)


def linked(values: pl.DataFrame, breaks: pl.DataFrame, scale: Scale = "log") -> pl.DataFrame:
    return link_back(values, breaks, {"requests": scale})


def test_values_before_a_linked_break_are_carried_to_the_level_after() -> None:
    out = linked(series(100, 100, 110, 110), known((3, "linked", log(1.1), 0.01)))
    assert out["value"].to_list() == pytest.approx([110, 110, 110, 110])
    assert out["is_linked"].to_list() == [True, True, False, False]


def test_values_as_recorded_stand() -> None:
    out = linked(series(100, None, 110, 110), known((3, "linked", log(1.1), 0.01)))
    assert out["value_raw"].to_list() == [100, None, 110, 110]
    assert out["value"].to_list()[1] is None


def test_factors_multiply_over_several_breaks() -> None:
    out = linked(series(100, 200, 300), known((2, "linked", log(2), 0.03), (3, "linked", log(1.5), 0.04)))
    assert out["value"].to_list() == pytest.approx([300, 300, 300])


def test_squares_of_half_intervals_add_up() -> None:
    out = linked(series(100, 200, 300), known((2, "linked", log(2), 0.03), (3, "linked", log(1.5), 0.04)))
    assert out["value_low"].to_list()[:2] == pytest.approx([300 * exp(-sqrt(0.0025)), 300 * exp(-0.04)])
    assert out["value_high"].to_list()[2] is None


def test_differences_add_on_the_identity_scale() -> None:
    out = linked(series(10, 12, 13), known((2, "linked", 2, 0.1), (3, "linked", 1, 0.1)), "identity")
    assert out["value"].to_list() == pytest.approx([13, 13, 13])


def test_shares_stay_shares() -> None:
    out = linked(series(0, 50, 100, 60), known((4, "linked", log(1.5), 0.1)), "logit")
    assert out["value"].to_list() == pytest.approx([0, 60, 100, 60])


def test_a_count_of_nothing_stays_nothing() -> None:
    assert linked(series(0, 10), known((2, "linked", log(2), 0.1)))["value"].to_list() == [0, 10]


def test_a_continuous_break_moves_nothing() -> None:
    out = linked(series(100, 101), known((2, "continuous", 0.01, 0.01)))
    assert (out["value"].to_list(), out["is_linked"].any()) == ([100, 101], False)


def test_nothing_is_carried_over_a_break_that_is_not_comparable() -> None:
    breaks = known((2, "linked", log(2), 0.03), (4, "not comparable", None, None), (5, "linked", log(3), 0.04))
    out = linked(series(10, 20, 20, 7, 21), breaks)
    assert out["value"].to_list() == pytest.approx([20, 20, 20, 21, 21])
    assert out["currency"].to_list() == [1, 1, 1, 0, 0]
    assert out["is_linked"].to_list() == [True, False, False, True, False]


def test_a_link_without_a_shift_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="requests at ash in 2020-02-01 is linked"):
        linked(series(1, 2), known((2, "linked", None, None)))


@given(st.lists(st.floats(0.01, 1e6), min_size=6, max_size=6), st.floats(-2, 2), st.floats(-2, 2))
def test_months_within_a_level_keep_their_ratios(values: list[float], first: float, second: float) -> None:
    out = linked(series(*values), known((3, "linked", first, 0.1), (5, "linked", second, 0.1)))
    value = out["value"].to_list()
    for at in (0, 2, 4):
        assert value[at + 1] / value[at] == pytest.approx(values[at + 1] / values[at])
