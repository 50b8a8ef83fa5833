"""From the value as recorded to the value, on literal links and breaks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import duckdb
import pytest

from cls_pipeline.explaining.continuity import Continuity, continuity_of
from cls_pipeline.explaining.figure import Figure

WAREHOUSE = """
    create schema intermediate;
    create schema marts;
    create table intermediate.int_link as
        select 's' as site_id, 'm' as metric_id, date '2020-03-01' as month_start, 40.0 as value, 1.5 as half_width;
    create table intermediate.int_code_absence as
        select 's' as site_id, col0 as code, col1 as absent_from, col2 as absent_until, 30.0 as due,
            0.2 as share, 0.15 as share_low, 0.25 as share_high, col3 as recorded_as, col4 as probability
        from (values
            ('gone', date '2020-02-10', date '2020-03-20', 'advice', 0.4),
            ('gone', date '2020-02-10', date '2020-03-20', 'assess', 0.6),
            ('later', date '2020-04-01', date '2020-05-01', 'advice', 1.0)
        );
    create table intermediate.int_outcome_moved as
        select site_id, code, absent_from, absent_until, 0.08 as moved_share, 0.01 as half_width
        from intermediate.int_code_absence group by all;
    create table intermediate.int_linked_value as
        select 's' as site_id, 'm' as metric_id, col0 as month, 44.0 as value,
            col1 as is_linked, col2 as currency
        from (values (date '2020-05-01', true, 0), (date '2019-01-01', false, 1));
    create table intermediate.int_break as
        select 's' as site_id, 'm' as metric_id, col0 as month, 'declared cutover' as how_known, 0.1 as size,
            0.08 as size_low, 0.12 as size_high, col1 as verdict, 'a note' as note
        from (values
            (date '2020-01-01', 'not comparable'), (date '2020-09-01', 'linked'), (date '2020-10-01', 'continuous')
        );
    create table marts.series_break as
        select 's' as site_id, 'm' as metric_id, col0 as break_date, 'source_system' as cause,
            'declared cutover' as how_known, 0.1 as size, 0.08 as size_low, 0.12 as size_high, 0 as overlap_months,
            'linked' as verdict, 'a note' as note
        from (values (date '2019-02-28'), (date '2019-03-01'), (date '2021-03-31'), (date '2021-04-01'));
"""


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(WAREHOUSE)
        yield connection


def continuity(warehouse: duckdb.DuckDBPyConnection, month: date, source_kind: str = "records") -> Continuity:
    end = date(month.year, month.month, 31)
    figure = Figure(
        "s", "S", None, "m", "M", "", "month", month, end, "all", "all", 1.0, 1.0, None, None, "percent", {},
        "Definition.", 1, None, None, None, None, "ours", source_kind, "x", "X",
    )  # fmt: skip
    return continuity_of(warehouse, figure)


def test_a_missing_code_is_told_with_what_may_have_taken_it_up(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = continuity(warehouse, date(2020, 3, 1))
    assert (found.recoded, found.half_width) == (40, 1.5)
    (gone,) = found.absences
    assert (gone.code, str(gone.absent_until), float(gone.moved_share)) == ("gone", "2020-03-20", 0.08)
    assert [(code, float(odds)) for code, odds in gone.taken_up] == [("assess", 0.6), ("advice", 0.4)]


def test_a_value_that_is_carried_tells_the_breaks_it_crosses(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = continuity(warehouse, date(2020, 5, 1))
    assert found.carried
    assert [(str(step.break_date), step.verdict) for step in found.crossed] == [("2020-09-01", "linked")]


def test_a_value_that_does_not_compare_tells_why(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = continuity(warehouse, date(2019, 1, 1))
    assert not found.carried
    assert [step.verdict for step in found.crossed] == ["not comparable", "linked"]


def test_breaks_up_to_a_year_away_are_near(warehouse: duckdb.DuckDBPyConnection) -> None:
    near = continuity(warehouse, date(2020, 3, 1)).near
    assert [str(step.break_date) for step in near] == ["2019-03-01", "2021-03-31"]


def test_a_published_figure_has_breaks_and_no_links(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = continuity(warehouse, date(2020, 3, 1), "published")
    assert (found.recoded, found.absences, found.crossed, len(found.near)) == (None, (), (), 2)
