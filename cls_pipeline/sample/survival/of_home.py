"""Figures by quarter, year, area and team of one simulated home that is built, against its truth.

Run as `python -m cls_pipeline.sample.survival.of_home HOME [CSV]`: prints the tables, and writes a row for each metric
and breakdown. `cls sample score` plays seeds in homes of their own instead and measures more.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import duckdb
import polars as pl

from cls_pipeline.cli.console import out
from cls_pipeline.registry import load_registry
from cls_pipeline.sample.days import month_end
from cls_pipeline.sample.survival.periods import periods_accuracy, periods_compared
from cls_pipeline.sample.survival.scorecard import period_tables
from cls_pipeline.settings import get_settings


def main(home: Path, details: Path | None = None) -> None:
    """Prints the tables of a home, and writes what stands behind them."""
    months = pl.read_parquet(home / "truth" / "monthly.parquet")["month"].unique().sort().to_list()
    registry = load_registry(get_settings().contracts_dir)
    with closing(duckdb.connect(str(home / "warehouse" / "warehouse.duckdb"), read_only=True)) as con:
        figures = periods_compared(con, home, registry, month_end(months[-1]))
    for table in period_tables(figures):
        out.print(table)
        out.print()
    if details:
        periods_accuracy(figures, "figure").write_csv(details)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *(Path(name) for name in sys.argv[2:]))
