"""How periods are read and told."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.explaining.asking import ExplainingError
from cls_pipeline.explaining.period import Period, read_period

#: Every grain with the months that a period of it may begin in.
STARTS = [("month", month) for month in range(1, 13)] + [("quarter", month) for month in (1, 4, 7, 10)] + [("year", 4)]


@pytest.mark.parametrize(
    ("text", "grain", "start"),
    [
        ("2018-04", "month", date(2018, 4, 1)),
        ("2018-11", "month", date(2018, 11, 1)),
        ("2018/19", "year", date(2018, 4, 1)),
        ("1999/00", "year", date(1999, 4, 1)),
        ("2018-Q1", "quarter", date(2018, 1, 1)),
        ("2018-q4", "quarter", date(2018, 10, 1)),
        ("2017/18-Q1", "quarter", date(2017, 4, 1)),
        ("2017/18 Q4", "quarter", date(2018, 1, 1)),
    ],
)
def test_each_style_means_one_period(text: str, grain: str, start: date) -> None:
    assert read_period(text) == Period(grain, start)


@pytest.mark.parametrize("text", ["2018", "2018-13", "2018/20", "2018-04-01", "2018-Q5", "April 2018", ""])
def test_any_other_style_is_refused_with_those_that_are_known(text: str) -> None:
    with pytest.raises(ExplainingError, match="a financial year as 2018/19"):
        read_period(text)


@given(st.integers(1900, 2100), st.sampled_from(STARTS))
def test_a_period_is_told_as_it_is_read(year: int, which: tuple[str, int]) -> None:
    period = Period(which[0], date(year, which[1], 1))
    assert read_period(str(period)) == period
