"""A Parquet file for each table of a release, for readers without DuckDB. The workbook is `workbook`'s."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.sql import quoted


def write_parquet(database: Path, folder: Path, settings: Settings) -> None:
    """Writes `parquet/<table>.parquet`, zstd, with the table's and its columns' comments as the file's metadata."""
    (folder / "parquet").mkdir()
    with closing(duckdb.connect(str(database), read_only=True)) as con:
        tables = con.execute(
            "select table_name, comment from duckdb_tables() where schema_name = 'marts' order by table_name"
        ).fetchall()
        for table, comment in tables:
            columns = con.execute(
                "select column_name, comment from duckdb_columns() where table_name = ? order by column_index", [table]
            ).fetchall()
            file = folder / "parquet" / f"{table}.parquet"
            told = ", ".join(f"{quoted(name)}: {quoted(text or '')}" for name, text in [("table", comment), *columns])
            con.execute(
                f"copy marts.{table} to {quoted(str(file))} (format parquet, compression zstd, kv_metadata {{{told}}})"
            )
