"""A fault is open from the delivery that first had it until one that has it no more."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from cls_pipeline.conform.explain import delivery_failure
from cls_pipeline.deliveries.faults import FAULTS, write_faults
from cls_pipeline.outcomes import DeliveryOutcome, TableAccount


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with sqlite3.connect(":memory:") as opened:
        opened.executescript(FAULTS)
        yield opened
    opened.close()


def outcome(delivery: str, file: str, *rules: str, table: str = "contacts") -> DeliveryOutcome:
    failures = tuple(delivery_failure(rule, "Bad.", "Mend it.", table=table, file_name=file) for rule in rules)
    account = TableAccount(file, table, "request", 1, 1, 0, 0)
    return DeliveryOutcome(
        delivery, "ash", "alder", date(2024, 3, 31), "accepted", (), (account,), {"request": failures}, "load"
    )


def faults(connection: sqlite3.Connection) -> list[tuple[str, str, str, str]]:
    rows = connection.execute(
        "select rule_id, state, first_seen, last_seen from contract_fault order by rule_id, of_file"
    )
    return [tuple(row) for row in rows]


def test_a_fault_keeps_the_day_on_which_it_was_first_seen(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "a.csv", "sex.mapped"), "2024-03-31", True)
    write_faults(connection, outcome("d2", "b.csv", "sex.mapped"), "2024-04-30", True)
    assert faults(connection) == [("sex.mapped", "open", "2024-03-31", "2024-04-30")]


def test_a_fault_that_is_gone_is_fixed_and_remembered(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "a.csv", "sex.mapped", "end_date.valid"), "2024-03-31", True)
    write_faults(connection, outcome("d2", "b.csv", "end_date.valid"), "2024-04-30", True)
    assert faults(connection) == [
        ("end_date.valid", "open", "2024-03-31", "2024-04-30"),
        ("sex.mapped", "fixed", "2024-03-31", "2024-03-31"),
    ]


def test_a_refused_delivery_fixes_only_what_refused_the_one_before(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "a.csv", "sex.mapped"), "2024-03-31", True)
    connection.execute("update contract_fault set severity = 'refuse_row'")
    refused = outcome("d2", "b.csv", "column.missing")
    write_faults(connection, replace(refused, status="refused"), "2024-04-30", True)
    write_faults(connection, replace(outcome("d3", "c.csv", "file.empty"), status="refused"), "2024-05-31", True)
    states = {rule: state for rule, state, _, _ in faults(connection)}
    assert states == {"sex.mapped": "open", "column.missing": "fixed", "file.empty": "open"}


def test_a_fault_that_comes_back_begins_anew(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "a.csv", "sex.mapped"), "2024-03-31", True)
    write_faults(connection, outcome("d2", "b.csv"), "2024-04-30", True)
    write_faults(connection, outcome("d3", "c.csv", "sex.mapped"), "2024-05-31", True)
    assert faults(connection) == [("sex.mapped", "open", "2024-05-31", "2024-05-31")]


def test_a_table_that_was_not_sent_keeps_its_faults(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "a.csv", "sex.mapped", table="persons"), "2024-03-31", True)
    write_faults(connection, outcome("d2", "b.csv"), "2024-04-30", True)
    assert faults(connection)[0][1] == "open"


def test_files_that_stand_side_by_side_have_their_own_faults(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "2014.csv", "sex.mapped"), "2024-03-31", False)
    write_faults(connection, outcome("d2", "2015.csv", "sex.mapped"), "2024-03-31", False)
    write_faults(connection, outcome("d3", "2016.csv"), "2024-03-31", False)
    assert [state for _, state, _, _ in faults(connection)] == ["open", "open"]


def test_a_file_sent_anew_under_its_name_fixes_its_faults_only(connection: sqlite3.Connection) -> None:
    write_faults(connection, outcome("d1", "2014.csv", "sex.mapped"), "2024-03-31", False)
    write_faults(connection, outcome("d2", "2015.csv", "sex.mapped"), "2024-03-31", False)
    write_faults(connection, outcome("d3", "2014.csv"), "2024-04-30", False)
    assert [state for _, state, _, _ in faults(connection)] == ["fixed", "open"]
