"""Text becomes a value only where it says that value; everything else is null, never a guess."""

from __future__ import annotations

import string
from datetime import date, datetime
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.conform.values import PERIODS, by_distinct, read_dates, read_numbers
from cls_pipeline.registry.dtypes import MONEY

FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%Y%m%d", "%d-%b-%Y", "%d %B %Y", "%Y-%m-%d %H:%M:%S"]
days = st.dates(date(1850, 1, 1), date(9999, 12, 31))


def texts(*values: str | None) -> pl.Series:
    return pl.Series(values, dtype=pl.String)


@settings(max_examples=40, deadline=None)
@given(st.lists(days, min_size=1, max_size=10), st.sampled_from(FORMATS))
def test_a_day_is_read_back_as_it_was_written(written: list[date], pattern: str) -> None:
    column = texts(*[day.strftime(pattern) for day in written], None)
    assert read_dates(column, [pattern]).to_list() == [*written, None]


@settings(max_examples=80, deadline=None)
@given(st.text(string.digits + "/-: ", max_size=12), st.sampled_from(FORMATS))
def test_a_day_is_never_invented(text: str, pattern: str) -> None:
    [read] = read_dates(texts(text.strip()), [pattern]).to_list()
    if read is not None:
        assert datetime.strptime(text.strip(), pattern).date() == read


@pytest.mark.parametrize(
    ("text", "formats"),
    [
        ("31/02/2019", ["%d/%m/%Y"]),
        ("29/02/2023", ["%d/%m/%Y"]),
        ("13/25/2019", ["%d/%m/%Y"]),
        ("01/02/19", ["%d/%m/%Y"]),
        ("2019-01-05 and later", ["%Y-%m-%d"]),
        ("43831", ["%d/%m/%Y"]),
        ("01/01/1066", ["%d/%m/%Y"]),
    ],
)
def test_a_text_that_is_no_day_is_null(text: str, formats: list[str]) -> None:
    assert read_dates(texts(text), formats).to_list() == [None]


def test_formats_are_tried_in_order_and_a_time_of_day_is_dropped() -> None:
    column = texts("2024-03-31", "31/03/2024", "2024-03-31 13:45:00", None)
    formats = ["%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S"]
    assert read_dates(column, formats).to_list() == [date(2024, 3, 31)] * 3 + [None]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.decimals(-(10**11), 10**11, places=2, allow_nan=False), min_size=1, max_size=8))
def test_money_is_read_back_to_the_penny_however_it_is_dressed(amounts: list[Decimal]) -> None:
    for dress in ("{:.2f}", "{:,.2f}"):
        assert read_numbers(texts(*[dress.format(amount) for amount in amounts]), MONEY).to_list() == amounts
    pounds = [f"-£{-amount:,.2f}" if amount < 0 else f"£{amount:,.2f}" for amount in amounts]
    assert read_numbers(texts(*pounds), MONEY).to_list() == amounts


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=8))
def test_a_number_is_read_back_as_it_was_written(numbers: list[float]) -> None:
    assert read_numbers(texts(*map(repr, numbers)), pl.Float64()).to_list() == numbers


@pytest.mark.parametrize("text", ["", "n/a", "nan", "inf", "1,2", "1,23,456", "12,34", "£", "5 pounds", "1.2.3", "--5"])
@pytest.mark.parametrize("kind", [MONEY, pl.Float64(), pl.Int64()], ids=str)
def test_a_text_that_is_no_number_is_null(text: str, kind: pl.DataType) -> None:
    assert read_numbers(texts(text), kind).to_list() == [None]


@pytest.mark.parametrize(
    ("text", "number"), [("4", 4), ("4.0", 4), ("-12.000", -12), ("1,000", 1000), ("4.5", None), ("9" * 25, None)]
)
def test_a_whole_number_may_end_in_nought(text: str, number: int | None) -> None:
    assert read_numbers(texts(text), pl.Int64()).to_list() == [number]


@given(st.integers(1900, 2100), st.sampled_from(["-", "/", " - "]), st.booleans())
def test_a_financial_year_begins_in_april(year: int, mark: str, short: bool) -> None:
    end = f"{(year + 1) % 100:02}" if short else str(year + 1)
    assert PERIODS["financial_year"](f"{year}{mark}{end}") == date(year, 4, 1)


@given(st.integers(1900, 2100), st.integers(1, 4))
def test_a_financial_quarter_begins_three_months_after_the_one_before(year: int, quarter: int) -> None:
    begins = PERIODS["financial_quarter"](f"{year}/{(year + 1) % 100:02} Q{quarter}")
    months = (year * 12 + 3) + 3 * (quarter - 1)
    assert begins == date(months // 12, months % 12 + 1, 1)


@pytest.mark.parametrize(
    ("period", "text", "expected"),
    [
        ("financial_year", "2014-15", date(2014, 4, 1)),
        ("financial_year", "1999-00", date(1999, 4, 1)),
        ("financial_year", "2014-16", None),
        ("financial_year", "2014/1915", None),
        ("financial_year", "0000-01", None),
        ("financial_year", "2014", None),
        ("financial_quarter", "2017/18 Q4", date(2018, 1, 1)),
        ("financial_quarter", "2017/18 Q5", None),
        ("financial_quarter", "9999/00 Q4", None),
        ("month", "2019-05", date(2019, 5, 1)),
        ("month", "2019-05-17", date(2019, 5, 1)),
        ("month", "2019-13", None),
        ("month", "0000-05", None),
        ("month", "2019-05 or so", None),
    ],
)
def test_a_period_is_read_or_null(period: str, text: str, expected: date | None) -> None:
    assert PERIODS[period](text) == expected


def test_each_distinct_text_is_read_once() -> None:
    asked: list[str] = []
    by_distinct(texts("a", "b", "a", None), lambda text: asked.append(text) or text, pl.String())
    assert sorted(asked) == ["a", "b"]


def test_a_column_without_any_text_stays_null() -> None:
    assert read_dates(texts(None, None), FORMATS).to_list() == [None, None]
    assert read_numbers(texts(None), MONEY).to_list() == [None]
    assert read_dates(texts(), FORMATS).to_list() == []
