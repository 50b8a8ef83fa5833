"""Extracts become text tables, and tables become files: each in its format, tables of one workbook together.

Values are spelled in `spelling.py`; mishaps are added by `accidents.py` between spelling and writing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from cls_pipeline.registry import Registry, TableLayout
from cls_pipeline.sample.days import number
from cls_pipeline.sample.recording.accidents import Mishap
from cls_pipeline.sample.recording.code_changes import new_form
from cls_pipeline.sample.recording.csv_file import csv_bytes
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import Handover
from cls_pipeline.sample.recording.records import DATES, begins
from cls_pipeline.sample.recording.spelling import NUMERIC, spell
from cls_pipeline.sample.recording.xlsx_file import Sheet, xlsx_bytes
from cls_pipeline.sample.world import Frames


def tables(
    frames: Frames, handover: Handover, registry: Registry, mishap: Mishap, d: Distorting, last: int
) -> dict[str, pl.DataFrame]:
    """The text tables of an extract by the id of their layout.

    Args:
        frames: what is handed over, by entity (see `held.held` and `extract.within_period`).
        mishap: what happens to a spelled table on its way out.
        last: the world's last day.
    """
    tenure = handover.own[-1]
    form = new_form(tenure, last, d) if d.acts("codes-relabelled", *tenure.where) else None
    made = {}
    for layout in handover.profile.files:
        if layout.entity not in frames:
            continue
        frame = frames[layout.entity]
        later = None
        if form is not None and layout.entity in DATES:
            later = pl.Series(begins(layout.entity, frame) >= form)
        elif form is not None and number(handover.as_of) >= form:
            later = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
        spelled = spell(frame, layout, handover.profile, registry.contracts[layout.entity], later)
        made[layout.id] = mishap(spelled, layout, handover)
    return made


def render(
    spelled: Mapping[str, pl.DataFrame], handover: Handover, registry: Registry
) -> Iterator[tuple[str, bytes, int]]:
    """Name, bytes and rows of each file of an extract."""
    books: dict[str, list[Sheet]] = {}
    for layout in handover.profile.files:
        if layout.id not in spelled:
            continue
        table = spelled[layout.id]
        name = layout.name.replace("{as_of}", handover.as_of.strftime(handover.profile.as_of_format))
        titles = _titles(handover, layout)
        if layout.format.kind == "xlsx":
            books.setdefault(name, []).append(
                Sheet(layout.format.sheet or layout.id, titles, table, _numeric(layout, registry))
            )
        else:
            yield name, csv_bytes(table, layout.format, titles), table.height
    for name, sheets in books.items():
        yield name, xlsx_bytes(sheets, handover.as_of), sum(sheet.table.height for sheet in sheets)


def _numeric(layout: TableLayout, registry: Registry) -> frozenset[str]:
    columns = registry.contracts[layout.entity].columns
    return frozenset(
        source.source for ours, source in layout.columns.items() if source.source and columns[ours].kind in NUMERIC
    )


def _titles(handover: Handover, layout: TableLayout) -> list[str]:
    wording = [
        f"{handover.profile.name} - {layout.id.replace('_', ' ')}",
        f"{handover.sender.name}, all records held on {handover.as_of:%d/%m/%Y}",
    ]
    more = [""] * max(0, layout.format.title_rows - len(wording))
    return [*wording, *more][: layout.format.title_rows]
