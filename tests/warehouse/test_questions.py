"""The wide tables hold what `metric_series` holds of whole sites, and nothing that it withholds."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import duckdb
import pytest

from cls_pipeline.warehouse.comments import Comments
from cls_pipeline.warehouse.questions import QUESTIONS, write_questions

# metric, version, question
METRICS = [
    ("requests", 1, "1;2"),
    ("waits", 1, "2"),
    ("quality", 1, "4"),
    ("quality", 2, "4"),
    ("quality_base", 1, "4"),
    ("scores", 1, "4"),
]
# site, metric, version, grain, month, breakdown, value, flags
FIGURES: list[tuple[Any, ...]] = [
    ("ashby", "requests", 1, "month", 1, "all", 20.0, []),
    ("ashby", "requests", 1, "month", 2, "all", None, ["suppressed"]),
    ("ashby", "requests", 1, "month", 1, "age_band", 11.0, []),
    ("ashby", "waits", 1, "month", 1, "all", 4.5, ["break", "linked"]),
    ("brook", "waits", 1, "quarter", 1, "all", 6.0, []),
    ("ashby", "quality", 1, "year", 4, "all", 18.2, []),
    ("ashby", "quality", 2, "year", 4, "all", 17.9, []),
    ("ashby", "quality_base", 1, "year", 4, "all", 300.0, []),
    ("ashby", "scores", 1, "year", 4, "instrument", 21.0, []),
]


@pytest.fixture(scope="module")
def written() -> Any:
    """A connection to the tables, and what describes them."""
    with closing(duckdb.connect()) as con:
        con.execute("attach ':memory:' as release_file; create schema release_file.marts; use release_file.marts")
        con.execute(
            "create table dim_metric (metric_id varchar, definition_version integer, name varchar, definition varchar,"
            " unit varchar, direction varchar, comparability varchar, question varchar, source_kind varchar)"
        )
        for metric, version, question in METRICS:
            con.execute(
                "insert into dim_metric values (?, ?, 'Name', 'What it is.', 'days', 'lower', 'full', ?, 'records')",
                [metric, version, question],
            )
        con.execute(
            "create table metric_series (site_id varchar, area varchar, metric_id varchar, definition_version integer,"
            " grain varchar, period_start date, period_end date, breakdown varchar, value double, flags varchar[])"
        )
        for site, metric, version, grain, month, breakdown, value, flags in FIGURES:
            con.execute(
                "insert into metric_series values"
                " (?, 'all', ?, ?, ?, make_date(2020, ?, 1), date '2020-12-31', ?, ?, ?)",
                [site, metric, version, grain, month, breakdown, value, flags],
            )
        yield con, write_questions(con)


def told(written: tuple[duckdb.DuckDBPyConnection, Comments], question: str) -> list[tuple[Any, ...]]:
    con, _ = written
    return con.execute(f"select * exclude (period_end) from question_{question}").fetchall()


def columns(written: tuple[duckdb.DuckDBPyConnection, Comments], question: str) -> list[str]:
    con, _ = written
    return con.sql(f"from question_{question}").columns[4:]


def test_a_row_is_a_site_and_a_period_and_a_figure_has_its_column(written: Any) -> None:
    months = [(site, grain, start.month, *rest) for site, grain, start, *rest in told(written, "2")]
    assert columns(written, "2") == ["requests", "waits", "flags"]
    assert months == [
        ("ashby", "month", 1, 20.0, 4.5, {"waits": ["break", "linked"]}),
        ("ashby", "month", 2, None, None, {"requests": ["suppressed"]}),
        ("brook", "quarter", 1, None, 6.0, {}),
    ]


def test_a_metric_of_two_questions_stands_in_both_tables(written: Any) -> None:
    assert columns(written, "1") == ["requests", "flags"]


def test_two_versions_of_a_metric_are_two_columns(written: Any) -> None:
    ((*_, first, second, _),) = told(written, "4")
    assert columns(written, "4") == ["quality_v1", "quality_v2", "flags"]
    assert (first, second) == (18.2, 17.9)


def test_a_question_without_figures_has_an_empty_table(written: Any) -> None:
    assert told(written, "7") == []


def test_every_table_and_column_is_described(written: Any) -> None:
    con, comments = written
    assert set(comments.tables) == {f"question_{number}" for number in QUESTIONS}
    found = con.execute(
        "select table_name, column_name from duckdb_columns() where starts_with(table_name, 'question')"
    )
    assert set(found.fetchall()) == set(comments.columns)
    assert "**Unit:** days" in comments.columns["question_1", "requests"]
