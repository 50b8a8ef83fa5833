"""Money by its properties: prices of any frequency, packages of any days, in the SQL that the warehouse is built of.

Literal cases stand beside the models; the figures against the truth are in `test_truth`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Template

from cls_pipeline.registry.code_list import read_code_list
from cls_pipeline.settings import PROJECT_ROOT, Settings
from cls_pipeline.warehouse.build import dbt_target
from cls_pipeline.warehouse.catalogue import read_seed

FACTORS = {
    code.code: code.extra.get("weekly_factor")
    for code in read_code_list(PROJECT_ROOT / "data_contracts/code_lists/cost_frequency.csv").codes.values()
}
BY_UNIT = ("per_session", "hourly", "daily")
#: Pounds a day of one pound for each: a week is 7 days, a year 365.25.
A_DAY = {
    "weekly": Fraction(1, 7),
    "fortnightly": Fraction(1, 14),
    "four_weekly": Fraction(1, 28),
    "monthly": Fraction(12) / Fraction("365.25"),
    "quarterly": Fraction(4) / Fraction("365.25"),
    "annually": Fraction(1) / Fraction("365.25"),
}
DAYS = [date(2020, 1, 1) + timedelta(days=day) for day in range(366)]
#: A price in pounds, its first day, and how many days it counts.
PACKAGES = st.lists(
    st.tuples(st.integers(-300_000, 300_000).filter(bool), st.integers(-60, 360), st.integers(1, 500)), max_size=5
)


@pytest.fixture(scope="module")
def bare() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection without tables."""
    with duckdb.connect() as con:
        yield con


@pytest.fixture(scope="module")
def costing(built: Settings, bare: duckdb.DuckDBPyConnection) -> str:
    """The SQL of `int_person_cost` as it was built, over two tables of the connection."""
    bare.execute("create schema intermediate")
    bare.execute(
        "create table intermediate.int_cost_quarter as select 's' as site_id, cast(q as date) as quarter_start,"
        " cast(q + interval 3 month - interval 1 day as date) as quarter_end"
        " from generate_series(timestamp '2020-01-01', timestamp '2020-10-01', interval 3 month) as quarters(q)"
    )
    bare.execute(
        "create table intermediate.int_package_day (site_id varchar, person_key varchar, setting varchar,"
        " provider_type varchar, first_day date, until_day date, weekly_cost decimal(28, 6),"
        " one_off_cost decimal(18, 6), weekly_contribution decimal(18, 6))"
    )
    sql = (dbt_target(built) / "compiled/cls/models/intermediate/int_person_cost.sql").read_text()
    return sql.replace('"warehouse".', "")


def weekly(con: duckdb.DuckDBPyConnection, price: Decimal, frequency: str, units: float | None) -> Decimal | None:
    """Pounds a week as the project's macro makes them."""
    macro = (PROJECT_ROOT / "dbt_project/macros/weekly_cost.sql").read_text()
    factor = FACTORS[frequency] or "null"
    call = '{{ weekly_cost("$price", "$frequency", "$units", "cast(' + factor + ' as double)") }}'
    values = {"price": price, "frequency": frequency, "units": units}
    row = con.execute(f"select {Template(macro + call).render()}", values).fetchone()
    assert row is not None
    pounds: Decimal | None = row[0]
    return pounds


@given(pence=st.integers(-10_000_000, 10_000_000), frequency=st.sampled_from(sorted(A_DAY)))
def test_a_price_of_any_frequency_costs_a_day_what_the_calendar_says(
    bare: duckdb.DuckDBPyConnection, pence: int, frequency: str
) -> None:
    found = weekly(bare, Decimal(pence) / 100, frequency, None)
    true = Fraction(pence, 100) * A_DAY[frequency] * 7
    assert found is not None
    assert abs(Fraction(found) - true) <= abs(true) / 10**8


@given(pence=st.integers(1, 10_000_000), units=st.integers(0, 336), frequency=st.sampled_from(BY_UNIT))
def test_a_price_by_the_unit_costs_its_units_and_a_refund_the_same_below_nought(
    bare: duckdb.DuckDBPyConnection, pence: int, units: int, frequency: str
) -> None:
    price = Decimal(pence) / 100
    assert weekly(bare, price, frequency, units / 2) == price * units / 2
    assert weekly(bare, -price, frequency, units / 2) == -price * units / 2


@given(pence=st.integers(-10_000_000, 10_000_000), units=st.floats(0, 300))
def test_what_is_paid_once_costs_nothing_a_week(bare: duckdb.DuckDBPyConnection, pence: int, units: float) -> None:
    assert weekly(bare, Decimal(pence) / 100, "one_off", units) is None


@given(packages=PACKAGES)
def test_a_year_costs_what_its_evenings_cost_and_its_quarters_add_up_to_it(
    bare: duckdb.DuckDBPyConnection, costing: str, packages: list[tuple[int, int, int]]
) -> None:
    stretches = [(pence, DAYS[0] + timedelta(days=first), length) for pence, first, length in packages]
    bare.execute("delete from intermediate.int_package_day")
    for pence, first, length in stretches:
        bare.execute(
            "insert into intermediate.int_package_day values ('s', 'k', 'nursing', 'private', ?, ?, ?, null, null)",
            [first, first + timedelta(days=length), Decimal(pence) / 100],
        )
    found = bare.execute(f"select coalesce(sum(cost), 0), coalesce(sum(refund), 0) from ({costing})").fetchone()
    assert found is not None
    for sign, pounds in zip((1, -1), found, strict=True):
        open_pence = sum(
            sign * pence
            for day in DAYS
            for pence, first, length in stretches
            if sign * pence > 0 and first <= day < first + timedelta(days=length)
        )
        assert abs(Fraction(pounds) - Fraction(open_pence, 700)) < Fraction(1, 10_000)


def test_each_vintage_of_the_deflator_changes_as_it_was_published() -> None:
    rows = read_seed(PROJECT_ROOT / "dbt_project" / "seeds", "gdp_deflator")
    index = {(row["vintage"], row["year_start"][:4]): float(row["price_index"]) for row in rows}
    untrue = [
        (vintage, year)
        for row in rows
        if (before := index.get((vintage := row["vintage"], str(int(year := row["year_start"][:4]) - 1))))
        and abs(100 * (index[vintage, year] / before - 1) - float(row["published_change"])) > 0.006
    ]
    assert untrue == []
    assert {vintage: index[vintage, "2022"] for vintage, _ in index} == {"2023-12": 100.0}


def test_the_deflator_turns_a_published_rise_in_cash_into_the_rise_in_real_terms() -> None:
    # ASC-FR 2018-19: up by 4.5 % in cash and by 2.6 % in real terms by the vintage of its time, 2.3 % by this one.
    index = {
        row["year_start"]: float(row["price_index"])
        for row in read_seed(PROJECT_ROOT / "dbt_project" / "seeds", "gdp_deflator")
    }
    rise = 100 * (1.045 * index["2017-04-01"] / index["2018-04-01"] - 1)
    assert round(rise, 1) == 2.3
    assert round(index["2015-04-01"] / index["2018-04-01"], 4) == 0.9428
