"""Texts of the new system that no map knows: how often, what they are like, and the lines that would map them.

A text is shown only where it can be nobody's: not if it looks like somebody's number or a day, not if it stands in a
row or two (it may have slipped in from another column), and not if most of a column is unknown (another column may have
come in its place). What a text most likely stands for is in `suggesting`, codes of ours that come or go in `codes.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import polars as pl

from cls_pipeline.conform.example import EXAMPLE_LENGTH, MOST_DISTINCT, could_be_somebodys
from cls_pipeline.conform.translate import raw_name
from cls_pipeline.cutover.sides import Side
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.suggesting.codes import KnownTexts, known_texts, likeliest
from cls_pipeline.suggesting.lines import pairs

#: In fewer rows, a text may be a slip, and may be somebody's.
FEWEST_ROWS: Final = 3

UNMAPPED: Final[dict[str, type[pl.DataType]]] = {
    "entity": pl.String,
    "column": pl.String,
    "their_column": pl.String,
    "map": pl.String,
    "text": pl.String,
    "rows": pl.Int64,
    "share": pl.Float64,
    "nearest": pl.String,
    "code": pl.String,
    "why": pl.String,
}


def unmapped_table(new: Side, sender: Sender, registry: Registry) -> pl.DataFrame:
    """The texts that stand for no code, of rows that were taken and of rows that were not.

    Returns:
        The columns of `UNMAPPED`: share is of the rows in which the column is filled in; text is null for texts that
        are not shown; nearest (a label or a text of the map) and code are null where nothing is known of it or like
        it, and why says what led to them.
    """
    rows: list[dict[str, object]] = []
    for entity in new.system.entities:
        contract = registry.contracts[entity]
        for column in (one for one in contract.columns.values() if one.code_list):
            for theirs, name, texts, filled in _texts(new, sender, entity, column.name, column.code_list or ""):
                codes = registry.code_lists[column.code_list or ""]
                known = known_texts(registry, sender, new.system, name, codes)
                head = {"entity": entity, "column": column.name, "their_column": theirs, "map": name}
                rows += [head | row for row in _told(texts, filled, known)]
    return pl.DataFrame(rows, schema=UNMAPPED).sort("rows", "entity", "column", descending=[True, False, False])


def yaml_lines(unmapped: pl.DataFrame) -> list[str]:
    """The lines for `additions:` of the sender's file, a line for each map; none where there is nothing to map."""
    shown = unmapped.filter(pl.col("text").is_not_null()).unique(["map", "text"], keep="first", maintain_order=True)
    lines = [
        f"    {pairs(str(name), dict(texts.select('text', 'code').iter_rows()))}"
        for (name,), texts in shown.group_by("map", maintain_order=True)
    ]
    return ["additions:", "  codes:", *lines] if lines else []


def _texts(
    new: Side, sender: Sender, entity: str, column: str, code_list: str
) -> Iterator[tuple[str, str, pl.DataFrame, int]]:
    """Their column, the name of its map, the unknown texts (text, rows), and in how many rows it is filled in; for each
    table of theirs that feeds the entity and looks the column up in a map."""
    frame, quarantined = new.frames.get(entity), new.quarantined.get(entity)
    for table in new.system.files:
        source = (dict(table.columns) | sender.additions.columns.get(table.id, {})).get(column)
        if table.entity != entity or source is None or source.source is None or source.aliases:
            continue
        texts: list[str] = []
        filled = 0
        if frame is not None:
            given = frame.filter(pl.col("source_table") == table.id, pl.col(raw_name(column)).is_not_null())
            filled = given.height
            texts += given.filter(pl.col(column).is_null())[raw_name(column)].to_list()
        if quarantined is not None:
            refused = quarantined.filter(
                pl.col("source_table") == table.id, pl.col("reasons").list.contains(f"{column}.mapped")
            )
            texts += [str(json.loads(row).get(source.source, "")).strip() for row in refused["record"]]
            filled += refused.height
        if texts:
            counted = pl.Series("text", texts).value_counts(name="rows").sort("rows", "text", descending=[True, False])
            yield source.source, source.codes or code_list, counted, filled


def _told(texts: pl.DataFrame, filled: int, known: KnownTexts) -> Iterator[dict[str, object]]:
    displaced = texts.height > MOST_DISTINCT and int(texts["rows"].sum()) * 2 > filled
    hidden = 0
    for text, rows in texts.iter_rows():
        if displaced or rows < FEWEST_ROWS or could_be_somebodys(text):
            hidden += rows
            continue
        found = likeliest(text, known)
        told: dict[str, object] = {"text": text[:EXAMPLE_LENGTH], "rows": rows, "share": rows / filled}
        yield told | {"nearest": found.nearest or None, "code": found.code, "why": found.why}
    if hidden:
        nothing = dict.fromkeys(("text", "nearest", "code", "why"))
        yield nothing | {"rows": hidden, "share": hidden / filled}
