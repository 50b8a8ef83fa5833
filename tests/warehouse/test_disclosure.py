"""Small numbers: what is withheld, and what is not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pytest

from cls_pipeline.settings import PROJECT_ROOT
from cls_pipeline.warehouse.disclosure import FAILING_ROWS, released
from cls_pipeline.warehouse.withheld import judge

SHARE, COUNT = "requests_resolved_at_first_contact", "requests_received"
THIRDS = ("people_scoring_better", "people_scoring_same", "people_scoring_worse")

SERIES = (
    "site_id varchar, area varchar, metric_id varchar, definition_version integer, grain varchar, period_start date,"
    " period_end date, breakdown varchar, breakdown_value varchar, numerator double, denominator double,"
    " value_raw double, value double, flags varchar[], restated_by double, system_id varchar"
)


@contextmanager
def work() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the marts that the rules read: three metrics, no figure yet."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts")
        con.execute(
            "create table work.marts.dim_metric as select unnest(['people', 'share', 'printed']) as metric_id,"
            " 1 as definition_version, unnest(['people', 'percent', 'percent']) as unit,"
            " unnest(['records', 'records', 'published']) as source_kind,"
            " null::varchar as numerator, null::varchar as denominator"
        )
        con.execute("create schema work.reference")
        for seed in ("metric_relation", "metric_identity"):
            told = PROJECT_ROOT / "dbt_project" / "seeds" / f"{seed}.csv"
            con.execute(f"create table work.reference.{seed} as from '{told}'")
        con.execute(f"create table work.marts.metric_series ({SERIES})")
        yield con


def series(con: duckdb.DuckDBPyConnection, limit: int) -> str:
    """The query that reads the series as a release shows it."""
    judge(con, limit)
    return released("metric_series", limit)


def shown(
    metric: str, numerator: float | None, denominator: float | None, flags: list[str], limit: int = 7
) -> tuple[object, ...]:
    """What a release says of one figure with the value 5: numerator, denominator, both values, flags."""
    with work() as con:
        con.execute(
            "insert into work.marts.metric_series (site_id, area, metric_id, definition_version, grain, period_start,"
            " breakdown, breakdown_value, numerator, denominator, value_raw, value, flags)"
            " values ('s', 'all', ?, 1, 'month', date '2020-01-01', 'all', 'all', ?, ?, 5, 5, ?)",
            [metric, numerator, denominator, flags],
        )
        found = con.execute(
            f"select numerator, denominator, value_raw, value, flags from ({series(con, limit)})"
        ).fetchone()
    assert found is not None
    return found


WITHHELD = (None, None, None, None, ["suppressed"])


@pytest.mark.parametrize("people", [1, 7])
def test_counts_from_one_to_seven_are_withheld(people: int) -> None:
    assert shown("people", people, None, []) == WITHHELD


@pytest.mark.parametrize("people", [0, 8])
def test_nought_and_counts_above_the_limit_stay(people: int) -> None:
    assert shown("people", people, None, []) == (people, None, 5, 5, [])


def test_a_figure_of_few_people_is_withheld_by_its_denominator() -> None:
    assert shown("people", None, 3, []) == WITHHELD


def test_a_percentage_is_withheld_where_those_it_leaves_out_are_few() -> None:
    assert shown("share", 98, 100, []) == WITHHELD
    assert shown("share", 100, 100, []) == (100, 100, 5, 5, [])


def test_other_flags_stay_beside_the_suppression() -> None:
    assert shown("people", 3, None, ["break"])[-1] == ["break", "suppressed"]


def test_published_statistics_pass_unchanged() -> None:
    assert shown("printed", 3, 4, []) == (3, 4, 5, 5, [])


def share_shown(received: float | None, with_outcome: float, limit: int = 7) -> tuple[object, ...]:
    """What a release says of a share of half of those with an outcome, and of the requests received that month."""
    with work() as con:
        con.execute(
            "insert into work.marts.dim_metric"
            " select unnest(?), 1, unnest(['percent', 'requests']), 'records', null, null",
            [[SHARE, COUNT]],
        )
        for site in ("s", "elsewhere"):
            figures = [(SHARE, with_outcome / 2, with_outcome), (COUNT, received if site == "s" else 1000, None)]
            con.executemany(
                "insert into work.marts.metric_series (site_id, area, metric_id, definition_version, grain,"
                " period_start, breakdown, breakdown_value, numerator, denominator, value, flags)"
                f" values ('{site}', 'all', ?, 1, 'month', date '2020-01-01', 'all', 'all', ?, ?, 50, [])",
                figures,
            )
        found = con.execute(
            "select numerator, denominator, value, flags"
            f" from ({series(con, limit)}) where site_id = 's' and metric_id = ?",
            [SHARE],
        ).fetchall()
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize("without", [1, 7])
def test_a_share_is_withheld_where_those_without_an_outcome_are_few(without: int) -> None:
    assert share_shown(100 + without, 100) == (None, None, None, ["suppressed"])


@pytest.mark.parametrize("received", [100, 108, None])
def test_a_share_stays_where_none_or_many_have_no_outcome(received: float | None) -> None:
    assert share_shown(received, 100) == (50, 100, 50, [])
    assert share_shown(101, 100, limit=0) == (50, 100, 50, [])


def thirds_shown(counts: tuple[int, int, int]) -> list[object]:
    """The numerators that a release shows of three shares that add up to all, at one of two sites."""
    with work() as con:
        con.execute(
            "insert into work.marts.dim_metric select unnest(?), 1, 'percent', 'records', null, 'pairs'",
            [list(THIRDS)],
        )
        for site, numbers in (("s", counts), ("elsewhere", (50, 50, 50))):
            con.executemany(
                "insert into work.marts.metric_series (site_id, area, metric_id, definition_version, grain,"
                " period_start, breakdown, breakdown_value, numerator, denominator, value, flags)"
                f" values ('{site}', 'all', ?, 1, 'year', date '2020-04-01', 'instrument', 'm', ?, ?, 50, [])",
                [(share, number, sum(numbers)) for share, number in zip(THIRDS, numbers, strict=True)],
            )
        found = con.execute(f"select numerator from ({series(con, 7)}) where site_id = ? order by metric_id", ["s"])
        return [number for (number,) in found.fetchall()]


def test_of_shares_that_add_up_to_all_a_second_is_withheld_with_one_that_is_small() -> None:
    assert thirds_shown((50, 45, 5)) == [50, None, None]
    assert thirds_shown((50, 45, 0)) == [50, 45, 0]
    assert thirds_shown((50, 45, 8)) == [50, 45, 8]


@pytest.mark.parametrize(("mart", "column"), FAILING_ROWS.items())
@pytest.mark.parametrize(("failed", "shown_rows"), [(1, None), (7, None), (8, 8), (0, 0)])
def test_the_rows_of_a_fault_are_withheld_where_few(
    mart: str, column: str, failed: int, shown_rows: int | None
) -> None:
    with work() as con:
        con.execute(f"create table work.marts.{mart} as select 'x' as rule_id, {failed} as {column}, 0.5 as share")
        found = con.execute(f"select * from ({released(mart, 7)})").fetchall()
    assert found == [("x", shown_rows, 0.5 if shown_rows is not None else None)]


def test_counts_of_rows_of_files_pass_unchanged() -> None:
    with work() as con:
        con.execute("create table work.marts.row_account as select 3 as quarantined")
        assert con.execute(released("row_account", 7)).fetchall() == [(3,)]


def test_a_limit_of_nought_withholds_nothing() -> None:
    assert shown("people", 1, None, [], limit=0) == (1, None, 5, 5, [])


def test_corrections_of_few_records_are_withheld() -> None:
    with work() as con:
        con.execute("create table work.marts.correction as select unnest([1, 7, 8]) as corrections")
        found = con.execute(f"select corrections from ({released('correction', 7)}) order by all").fetchall()
    assert found == [(8,), (None,), (None,)]
