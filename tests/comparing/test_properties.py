"""Whatever a table holds: its counts add up to its rows, and beside itself nothing changed."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programme import REQUEST, alder

from cls_pipeline.comparing.blunt import blunted, shown_count
from cls_pipeline.comparing.count import count_table
from cls_pipeline.comparing.since_last import since_last
from cls_pipeline.comparing.summary import Summary
from cls_pipeline.registry import Column, Contract, SystemProfile

THEIRS = {"request_id": "ContactID", "person_id": "PersonID", "request_date": "ContactDate", "outcome": "Outcome"}
CONTRACT = Contract(
    entity=REQUEST["id"],
    version="1",
    description="",
    columns={
        "request_id": Column("request_id", "string", "", key=True),
        "person_id": Column("person_id", "string", "", identifies=True, pseudonym="person"),
        "request_date": Column("request_date", "date", "", event_date=True),
        "outcome": Column("outcome", "code", "", code_list="outcome"),
    },
    rules=(),
)
ROW = st.tuples(
    st.text("0123456789", min_size=1, max_size=3),
    st.none() | st.sampled_from(["p1", "p2", "p3"]),
    st.none() | st.dates(date(2020, 1, 1), date(2025, 12, 31)),
    st.none() | st.sampled_from(["advice", "support"]),
    st.booleans(),
)
ROWS = st.lists(ROW, max_size=60)
quick = settings(max_examples=40, deadline=None)


def words(rows: list[tuple[Any, ...]]) -> pl.DataFrame:
    """A translated table; where nothing was read, the sender may have written something or not."""
    columns = {"request_id": pl.String, "person_id": pl.String, "request_date": pl.Date, "outcome": pl.String}
    frame = pl.DataFrame(rows, schema={**columns, "written": pl.Boolean}, orient="row")
    wrote = {f"{name}.recorded": pl.col(name).is_not_null() | pl.col("written") for name in ("request_date", "outcome")}
    return frame.with_columns(**wrote)


def held(rows: list[tuple[Any, ...]]) -> Summary:
    counts = count_table(words(rows), CONTRACT, "contacts", len(rows), tuple(THEIRS.values()), THEIRS)
    return Summary(delivery_id="d", system_id="alder", as_of=date(2024, 6, 30), tables=(counts,))


@quick
@given(ROWS)
def test_the_values_of_each_column_add_up_to_the_rows(rows: list[tuple[Any, ...]]) -> None:
    [counts] = held(rows).tables
    assert {sum(values.values()) for values in counts.values.values()} <= {len(rows)}
    assert sum(counts.months.values()) == sum(row[2] is not None for row in rows)
    assert counts.people == len({row[1] for row in rows} - {None})


@quick
@given(ROWS)
def test_a_day_that_was_written_and_not_read_is_not_empty(rows: list[tuple[Any, ...]]) -> None:
    [counts] = held(rows).tables
    days = counts.values.get("request_date", {})
    assert days.get("(empty)", 0) == sum(row[2] is None and not row[4] for row in rows)
    assert days.get("(not readable)", 0) == sum(row[2] is None and row[4] for row in rows)


@quick
@pytest.mark.parametrize("coverage", [{}, {"coverage": "period", "period_months": 12}, {"coverage": "changes"}])
@given(rows=ROWS, limit=st.sampled_from([0, 7]))
def test_a_delivery_beside_itself_or_beside_what_is_handed_back_of_it_has_no_change(
    coverage: dict[str, Any], rows: list[tuple[Any, ...]], limit: int
) -> None:
    profile = SystemProfile.model_validate(alder(**coverage))
    comparison = since_last(held(rows), [blunted(held(rows), limit)] * 6, profile, 0.05)
    assert (comparison.changes, comparison.restated) == ((), {})


@quick
@given(ROWS, st.integers(1, 9))
def test_no_small_count_of_people_is_left_in_what_is_handed_back(rows: list[tuple[Any, ...]], limit: int) -> None:
    [counts] = blunted(held(rows), limit).tables
    small = {
        count
        for each in [counts.months, *counts.values.values(), {"": counts.people or 0}]
        for count in each.values()
        if 0 < count <= limit
    }
    assert len(small) <= 1
    assert {shown_count(count, limit) for count in small} <= {f"1 to {limit}"}


@quick
@given(ROWS)
def test_a_summary_reads_back_as_it_was_written(rows: list[tuple[Any, ...]]) -> None:
    summary = held(rows)
    assert Summary.model_validate_json(summary.model_dump_json(exclude_defaults=True)) == summary
