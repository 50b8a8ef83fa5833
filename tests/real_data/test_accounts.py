"""Every row of the nine files is accounted for, exactly, and what was set aside says why."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from .conftest import SENDERS
from .published import rows_of_csv, rows_of_workbook

# file, reading, rows delivered, conformed, quarantined, out of scope
ACCOUNTS = [
    ("ascof_2014-15_to_2018-19.csv.gz", "ascof_table", 346_759, 317_524, 0, 29_235),
    ("ascof_2020-21.xlsx", "ascof_workbook", 48_970, 44_545, 0, 4_425),
    ("delayed_discharge_by_council_monthly.csv", "average_beds", 56_100, 52_800, 0, 3_300),
    ("delayed_discharge_by_council_monthly.csv", "bed_days", 56_100, 52_800, 0, 3_300),
    ("oflog_adult_social_care.csv", "adult_social_care", 6_376, 6_376, 0, 0),
    ("phs_2021_care_home_trend.csv", "care_home", 17_430, 16_884, 0, 546),
    ("phs_2021_people_supported_completeness.xlsx", "completeness_data_sets", 57, 20, 0, 37),
    ("phs_2021_people_supported_completeness.xlsx", "completeness_fields", 57, 31, 4, 22),
    ("phs_2021_people_supported_trend.csv", "people_supported_people", 264, 256, 0, 8),
    ("phs_2021_people_supported_trend.csv", "people_supported_rate", 264, 256, 0, 8),
    ("phs_2021_sds_trend.csv", "self_directed_support_people", 1_056, 1_024, 0, 32),
    ("phs_2021_sds_trend.csv", "self_directed_support_rate", 1_056, 1_024, 0, 32),
    ("phs_2021_tech_enabled_care_trend.csv", "tech_enabled_care", 6_840, 6_600, 0, 240),
]


@pytest.fixture(scope="module")
def ledger(loaded_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        folder = loaded_home / "warehouse" / "ledger"
        for name in ("row_account", "delivery", "contract_fault"):
            connection.execute(f"create view {name} as from read_parquet('{folder / name}.parquet')")
        yield connection


def test_every_file_was_accepted_and_is_in_force(ledger: duckdb.DuckDBPyConnection) -> None:
    assert ledger.execute("select count(*), count(distinct delivery_id) from delivery").fetchone() == (9, 9)
    assert ledger.execute("select distinct status, in_force, reason from delivery").fetchall() == [
        ("accepted", True, "")
    ]


def test_the_account_of_every_reading_is_exact(ledger: duckdb.DuckDBPyConnection) -> None:
    rows = ledger.execute(
        """
        select source_file, source_table, rows_delivered, conformed, quarantined, out_of_scope
        from row_account order by source_file, source_table
        """
    ).fetchall()
    assert rows == ACCOUNTS
    assert all(delivered == sum(parts) for _, _, delivered, *parts in rows)


def test_the_rows_delivered_are_the_rows_of_the_files(real_data: Path) -> None:
    counted = {}
    for names in SENDERS.values():
        for name in names:
            path = real_data / name
            counted[path.name] = (
                len(rows_of_workbook(path)) if path.suffix == ".xlsx" else sum(1 for _ in rows_of_csv(path))
            )
    assert counted == {file: delivered for file, _, delivered, *_ in ACCOUNTS}


def test_rows_out_of_scope_have_a_reason_each(ledger: duckdb.DuckDBPyConnection) -> None:
    for file, table, total, reasons in ledger.execute(
        "select source_file, source_table, out_of_scope, out_of_scope_reasons from row_account"
    ).fetchall():
        assert sum(json.loads(reasons).values()) == total, f"{file}, {table}"


def test_every_reading_of_a_row_conforms_it_once_at_most(loaded_home: Path, real_data: Path) -> None:
    """The ASCOF table is read three times; together the readings take each council's row exactly once."""
    files = loaded_home / "conformed" / "indicator" / "site=nhs_england" / "*" / "*.parquet"
    counts = duckdb.execute(
        f"select count(*), count(distinct source_row) from '{files}' where source_file like '%.csv.gz'"
    ).fetchone()
    councils = sum(
        r["Geographical.Level"] == "Council" for r in rows_of_csv(real_data / "england/ascof_2014-15_to_2018-19.csv.gz")
    )
    assert counts == (councils, councils) == (317_524, 317_524)


def test_four_rows_of_the_completeness_workbook_cannot_stand(loaded_home: Path) -> None:
    files = loaded_home / "quarantine" / "indicator" / "site=public_health_scotland" / "*" / "data.parquet"
    rows = duckdb.execute(f"select source_row, reasons from '{files}' order by source_row").fetchall()
    assert rows == [
        (22, ["area_code.mapped"]),  # 'East Ayshire'
        (28, ["key.unique"]),  # North Lanarkshire, meals, again
        (31, ["key.unique"]),  # South Ayrshire, meals, again
        (33, ["period_start.valid"]),  # the financial year 2019/21
    ]


def test_the_faults_stand_under_the_publishers_own_column_names(ledger: duckdb.DuckDBPyConnection) -> None:
    rows = ledger.execute(
        """
        select their_column, sum(rows) from contract_fault
        where severity = 'refuse_row' and rule_id in ('area_code.mapped', 'period_start.valid')
        group by all order by all
        """
    ).fetchall()
    assert rows == [("Financial Year", 1), ("Health and Social Care Partnership", 1)]
