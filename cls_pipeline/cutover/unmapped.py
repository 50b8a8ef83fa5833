"""Texts of the new system that no map knows: how often, what they are like, and the lines that would map them.

A text is shown only where it can be nobody's: not if it looks like somebody's number or a day, not if it stands in a
row or two (it may have slipped in from another column), and not if most of a column is unknown (another column may have
come in its place). Codes of ours that come or go are in `codes.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

import polars as pl
from rapidfuzz import process

from cls_pipeline.conform.example import DATE_LIKE, EXAMPLE_LENGTH, LONG_NUMBER, MOST_DISTINCT, PERSONAL_NUMBER
from cls_pipeline.conform.translate import raw_name
from cls_pipeline.cutover.question import SIMILAR_ENOUGH
from cls_pipeline.cutover.sides import Side
from cls_pipeline.registry import CodeList, Registry, Sender
from cls_pipeline.registry.text import fold

#: In fewer rows, a text may be a slip, and may be somebody's.
FEWEST_ROWS: Final = 3
#: Stands where no code is near; the registry does not take it, and says what it expects.
CHOOSE: Final = "choose_a_code"

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
}


def unmapped_table(new: Side, sender: Sender, registry: Registry) -> pl.DataFrame:
    """The texts that stand for no code, of rows that were taken and of rows that were not.

    Returns:
        The columns of `UNMAPPED`: share is of the rows in which the column is filled in; text is null for texts that
        are not shown, nearest (a label or a text of the map) and code are null where nothing is like it.
    """
    rows: list[dict[str, object]] = []
    for entity in new.system.entities:
        contract = registry.contracts[entity]
        for column in (one for one in contract.columns.values() if one.code_list):
            for theirs, name, texts, filled in _texts(new, sender, entity, column.name, column.code_list or ""):
                known = _known(new, sender, name, registry.code_lists[column.code_list or ""])
                head = {"entity": entity, "column": column.name, "their_column": theirs, "map": name}
                rows += [head | row for row in _told(texts, filled, known)]
    return pl.DataFrame(rows, schema=UNMAPPED).sort("rows", "entity", "column", descending=[True, False, False])


def yaml_lines(unmapped: pl.DataFrame) -> list[str]:
    """The lines for `additions:` of the sender's file, a line for each map; none where there is nothing to map."""
    shown = unmapped.filter(pl.col("text").is_not_null()).unique(["map", "text"], keep="first", maintain_order=True)
    lines = []
    for (name,), texts in shown.group_by("map", maintain_order=True):
        pairs = [
            f"{json.dumps(text, ensure_ascii=False)}: {_quoted(code or CHOOSE)}"
            for text, code in texts.select("text", "code").iter_rows()
        ]
        lines.append(f"    {name}: {{{', '.join(pairs)}}}")
    return ["additions:", "  codes:", *lines] if lines else []


def _quoted(code: str) -> str:
    """A code as YAML reads it as a text: some codes are numbers or yes and no."""
    return code if code.replace("_", "").isalpha() and code not in ("yes", "no") else json.dumps(code)


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


def _known(new: Side, sender: Sender, name: str, codes: CodeList) -> dict[str, tuple[str, str]]:
    """The texts to be compared with, folded: as they are written, and the code of each. Our own labels count too."""
    ours = {item.label: code for code, item in codes.codes.items()} | {code: code for code in codes.codes}
    theirs = new.system.codes.get(name, {}) | sender.additions.codes.get(name, {})
    return {fold(text): (text, code) for text, code in (ours | theirs).items() if any(map(str.isalpha, text))}


def _told(texts: pl.DataFrame, filled: int, known: dict[str, tuple[str, str]]) -> Iterator[dict[str, object]]:
    displaced = texts.height > MOST_DISTINCT and int(texts["rows"].sum()) * 2 > filled
    hidden = 0
    for text, rows in texts.iter_rows():
        if displaced or rows < FEWEST_ROWS or _may_be_somebodys(text):
            hidden += rows
            continue
        nearest, code = _nearest(text, known)
        yield {"text": text[:EXAMPLE_LENGTH], "rows": rows, "share": rows / filled, "nearest": nearest, "code": code}
    if hidden:
        yield {"text": None, "rows": hidden, "share": hidden / filled, "nearest": None, "code": None}


def _may_be_somebodys(text: str) -> bool:
    return any(mark.search(text) for mark in (PERSONAL_NUMBER, DATE_LIKE, LONG_NUMBER))


def _nearest(text: str, known: dict[str, tuple[str, str]]) -> tuple[str | None, str | None]:
    """None for a number, which is near to nothing that its digits resemble."""
    if not any(map(str.isalpha, text)):
        return None, None
    names: Iterable[str] = list(known)
    found = process.extractOne(fold(text), names, score_cutoff=SIMILAR_ENOUGH)
    return known[found[0]] if found else (None, None)
