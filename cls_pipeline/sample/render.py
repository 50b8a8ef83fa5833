"""Handovers become files: every table of the profile in its format, tables of one workbook together.

Values are spelled in `spelling.py`; mishaps are added by `accidents.py` between spelling and writing.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cls_pipeline.registry import Registry, TableLayout
from cls_pipeline.sample.accidents import Mishap
from cls_pipeline.sample.csv_file import csv_bytes
from cls_pipeline.sample.record import Handover
from cls_pipeline.sample.spelling import NUMERIC, spell
from cls_pipeline.sample.xlsx_file import Sheet, xlsx_bytes


def render(
    frames: dict[str, pl.DataFrame], handover: Handover, registry: Registry, mishap: Mishap
) -> Iterator[tuple[str, bytes, int]]:
    """Name, bytes and rows of each file of a handover.

    Args:
        frames: what the system holds, by entity (see `record.held`).
        mishap: what happens to a spelled table on its way out.
    """
    books: dict[str, list[Sheet]] = {}
    for layout in handover.profile.files:
        if layout.entity not in frames:
            continue
        contract = registry.contracts[layout.entity]
        table = mishap(spell(frames[layout.entity], layout, handover.profile, contract), layout, handover)
        name = layout.name.replace("{as_of}", handover.as_of.strftime(handover.profile.as_of_format))
        titles = _titles(handover, layout)
        if layout.format.kind == "xlsx":
            numbers = frozenset(
                source.source
                for ours, source in layout.columns.items()
                if source.source and contract.columns[ours].kind in NUMERIC
            )
            books.setdefault(name, []).append(Sheet(layout.format.sheet or layout.id, titles, table, numbers))
        else:
            yield name, csv_bytes(table, layout.format, titles), table.height
    for name, sheets in books.items():
        yield name, xlsx_bytes(sheets, handover.as_of), sum(sheet.table.height for sheet in sheets)


def _titles(handover: Handover, layout: TableLayout) -> list[str]:
    wording = [
        f"{handover.profile.name} - {layout.id.replace('_', ' ')}",
        f"{handover.sender.name}, all records held on {handover.as_of:%d/%m/%Y}",
    ]
    more = [""] * max(0, layout.format.title_rows - len(wording))
    return [*wording, *more][: layout.format.title_rows]
