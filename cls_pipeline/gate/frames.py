"""Reads the frames that are judged from the draft and the release before it. The questions stand in `frames/*.sql`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

import duckdb

from cls_pipeline.gate.suites import ROOM
from cls_pipeline.warehouse.sql import quoted

#: A frame of pandas, which brings no types of its own.
Rows = Any

#: What is stated beside the suites, by the name that the questions call it.
STATED: Final = {
    "shape": {"table": "varchar", "column": "varchar", "type": "varchar", "is_key": "boolean"},
    "flag": {"flag": "varchar", "value": "varchar"},
    "unit": {"unit": "varchar", "lowest": "double", "highest": "double", "times": "double", "is_whole": "boolean"},
    "partition": {"metric_id": "varchar", "parts_by": "varchar", "field": "varchar", "adds_up": "boolean"},
}
#: Tables without which a release says nothing.
NEVER_EMPTY: Final = ("metric_series", "dim_metric", "dim_site", "delivery", "release")


@contextmanager
def open_draft(database: Path, previous: Path | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection where the draft is `new` and the release before, if any, is `old`; both can only be read."""
    with closing(duckdb.connect()) as con:
        con.execute("set memory_limit = '1GB'")
        con.execute(f"attach {quoted(str(database))} as new (read_only)")
        if previous is not None:
            con.execute(f"attach {quoted(str(previous))} as old (read_only)")
        for name, columns in STATED.items():
            types = ", ".join(f"{quoted(column)}: {quoted(kind)}" for column, kind in columns.items())
            file = quoted(str(ROOM / f"{name}.csv"))
            con.execute(f"create table {name} as from read_csv({file}, header = true, columns = {{{types}}})")
        yield con


def read_frame(con: duckdb.DuckDBPyConnection, name: str) -> Rows:
    """One frame, a row per thing that is judged; days as text, so that they are told as they are written.

    Args:
        con: as `open_draft` gives it.
        name: the frame's, of `suites.yaml`.
    """
    if name == "table":
        question = _tables(con)
    elif name == "table_before":
        question = _tables_before(con)
    else:
        question = (ROOM / "frames" / f"{name}.sql").read_text(encoding="utf-8")
    relation = con.sql(question)
    days = [column for column, kind in zip(relation.columns, relation.types, strict=True) if str(kind) == "DATE"]
    if days:
        relation = relation.select(f"* replace ({', '.join(f'cast({day} as varchar) as {day}' for day in days)})")
    return relation.df()


def _tables(con: duckdb.DuckDBPyConnection) -> str:
    """A row for each table of the draft: `rows`, those that the release says, and those whose key was there before."""
    keys: dict[str, list[str]] = {}
    for table, column in con.execute('select "table", "column" from shape where is_key').fetchall():
        keys.setdefault(table, []).append(column)
    found = {
        (table, column)
        for table, column in con.execute(
            "select table_name, column_name from duckdb_columns() where database_name = 'new' and schema_name = 'marts'"
        ).fetchall()
    }
    questions = []
    for table in sorted({table for table, _ in found}):
        key = [column for column in keys.get(table, []) if (table, column) in found]
        same = f"count(*) - count(distinct row({', '.join(key)}))" if key else "0"
        questions.append(
            f"select {quoted(table)} as table_name, count(*) as rows, {same} as rows_of_known_key,"
            f" {table in NEVER_EMPTY} as is_never_empty from new.marts.{table}"
        )
    said = (
        "select unnest(map_keys(rows)) as table_name, unnest(map_values(rows)) as rows_said, true as is_counted"
        " from new.marts.release"
    )
    return (
        f"with tables as ({_union(questions)}), said as ({said})"
        " select coalesce(tables.table_name, said.table_name) as table_name, rows, rows_said, rows_of_known_key,"
        " coalesce(is_never_empty, false) as is_never_empty, coalesce(is_counted, false) as is_counted"
        " from tables full join said on tables.table_name = said.table_name"
    )


def _tables_before(con: duckdb.DuckDBPyConnection) -> str:
    """A row for each table of the release before that had rows: `rows_before`, `rows` and `share_of_rows`."""
    tables = {
        database: {
            table
            for (table,) in con.execute(
                "select table_name from duckdb_tables() where database_name = ? and schema_name = 'marts'", [database]
            ).fetchall()
        }
        for database in ("old", "new")
    }
    questions = [
        f"select {quoted(table)} as table_name, (select count(*) from old.marts.{table}) as rows_before,"
        f" {f'(select count(*) from new.marts.{table})' if table in tables['new'] else '0'} as rows"
        for table in sorted(tables["old"])
    ]
    return f"select *, rows / rows_before as share_of_rows from ({_union(questions)}) where rows_before > 0"


def _union(questions: Iterable[str]) -> str:
    return " union all ".join(questions)
