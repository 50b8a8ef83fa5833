"""A table with groups side by side becomes one with a row for each."""

from __future__ import annotations

import polars as pl

from cls_pipeline.conform.raw_table import ROW, RawTable
from cls_pipeline.conform.unpivot import unpivoted
from cls_pipeline.registry.system import Unpivot

WIDE = RawTable(
    pl.DataFrame({"Code": ["E1", "E2"], "0": ["5", "6"], "90+": ["7", ""], ROW: [6, 8]}),
    ("Code", "0", "90+"),
    blank_rows=1,
)
AGES = Unpivot(keep=("Code", "Name"), names="Age", values="People")


def test_each_group_is_a_row_with_the_number_of_the_row_it_stood_in() -> None:
    long = unpivoted(WIDE, AGES)
    assert long.header == ("Code", "Age", "People")
    assert long.frame.rows() == [("E1", "0", "5", 6), ("E1", "90+", "7", 6), ("E2", "0", "6", 8), ("E2", "90+", "", 8)]
    assert long.rows_delivered == 5


def test_a_column_to_keep_that_is_missing_is_missing_still() -> None:
    assert "Name" not in unpivoted(WIDE, AGES).header
