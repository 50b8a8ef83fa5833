"""A table with a column for each group becomes one with a row for each: single years of age, say, side by side."""

from __future__ import annotations

from cls_pipeline.conform.raw_table import ROW, RawTable
from cls_pipeline.registry.system import Unpivot


def unpivoted(raw: RawTable, layout: Unpivot) -> RawTable:
    """The table with a row for each cell of the columns that are not kept, in the order of the rows.

    A row keeps the number of the row that it stood in. A column that nobody expected becomes rows too, whose group no
    map of codes knows, so that it is told rather than lost.
    """
    kept = [name for name in raw.header if name in layout.keep]
    header = (*kept, layout.names, layout.values)
    long = raw.frame.unpivot(index=[*kept, ROW], variable_name=layout.names, value_name=layout.values)
    return RawTable(long.sort(ROW, maintain_order=True).select(*header, ROW), header, raw.misfits, raw.blank_rows)
