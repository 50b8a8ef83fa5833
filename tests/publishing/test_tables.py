"""Parquet files hold what the tables hold, and their comments."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from cls_pipeline.publishing.tables import write_parquet
from cls_pipeline.settings import Settings

from .releases import SmallRelease, figure

SMALL = SmallRelease(figures=(figure("ashby", "requests", 1, 20.0), figure("ashby", "requests", 2, None, "suppressed")))


def test_a_table_is_a_file_with_its_rows_and_its_description(tmp_path: Path) -> None:
    write_parquet(SMALL.write(tmp_path / "cls.duckdb"), tmp_path, Settings(home=tmp_path))
    series = pl.read_parquet(tmp_path / "parquet" / "metric_series.parquet")
    assert series.select("value", "flags").rows() == [(20.0, []), (None, ["suppressed"])]
    told = pl.read_parquet_metadata(tmp_path / "parquet" / "question_6.parquet")
    assert told["table"].startswith("Question 6: ")
