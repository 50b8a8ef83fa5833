"""Codes of ours that the old system used and the new one never does, and the other way about.

Texts that no map knows are in `unmapped.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from cls_pipeline.cutover.events import Events
from cls_pipeline.cutover.people import NOT_FOUND, People
from cls_pipeline.cutover.sides import Side
from cls_pipeline.registry import Registry

GONE, COME, UNRECORDED = "gone", "come", "not recorded"
#: Stands for all codes of a column that the new system does not record.
EVERY: Final = "all codes"

CODES: Final[dict[str, type[pl.DataType]]] = {
    "entity": pl.String,
    "column": pl.String,
    "code": pl.String,
    "what": pl.String,
    "rows_old": pl.Int64,
    "share_old": pl.Float64,
    "rows_new": pl.Int64,
    "share_new": pl.Float64,
    "matched": pl.Int64,
    "now": pl.String,
    "now_share": pl.Float64,
}


@dataclass(frozen=True)
class Matched:
    """The records of an entity on either side with `record`, and which is which (old, new), where that is known."""

    entity: str
    old: pl.DataFrame
    new: pl.DataFrame
    pairs: pl.DataFrame | None


def matched(old: Side, new: Side, people: People, events: dict[str, Events], registry: Registry) -> list[Matched]:
    """Every entity that both sides deliver; people are matched as persons, other records that are no events not."""
    found = []
    for entity in new.system.entities:
        if entity not in old.frames or entity not in new.frames:
            continue
        if entity in events:
            item = events[entity]
            found.append(Matched(entity, item.old, item.new, item.pairs.select("old", "new")))
            continue
        sides = [side.frame(entity, registry) for side in (old, new)]
        if entity == "person":
            keyed = [people.keyed(name, frame) for name, frame in zip(("old", "new"), sides, strict=True)]
            sides = [frame.unique("person_key", keep="first", maintain_order=True) for frame in keyed]
        sides = [frame.with_row_index("record") for frame in sides]
        pairs = None
        if entity == "person":
            known = people.found.filter(pl.col("way") != NOT_FOUND).select("person_key")
            both = sides[0].join(known, on="person_key").join(sides[1], on="person_key", suffix="_new")
            pairs = both.select(old="record", new="record_new")
        found.append(Matched(entity, sides[0], sides[1], pairs))
    return found


def codes_table(entities: list[Matched], registry: Registry) -> pl.DataFrame:
    """The codes that one side uses and the other does not, of entities of which both have records.

    Returns:
        The columns of `CODES`, the commonest codes first. what is `gone` (the new system never uses it), `come` (only
        it does) or `not recorded` (the new system fills in no code at all; code is then `all codes`); shares are of
        the rows with a code. Of codes that are gone, matched is how many records had it that are found in the new
        system (null where records of the entity are not matched), now what most of those are called, and now_share of
        how many of those with a code.
    """
    rows: list[dict[str, object]] = []
    for item in (one for one in entities if one.old.height and one.new.height):
        for column in registry.contracts[item.entity].columns.values():
            if column.kind == "code":
                rows += [{"entity": item.entity, "column": column.name} | row for row in _of_column(item, column.name)]
    most = pl.max_horizontal("share_old", "share_new")
    return pl.DataFrame(rows, schema=CODES).sort(most, "entity", "column", "code", descending=[True, *[False] * 3])


def _of_column(item: Matched, column: str) -> list[dict[str, object]]:
    old, new = (_used(side, column) for side in (item.old, item.new))
    all_old, all_new = sum(old.values()), sum(new.values())
    if not all_old:  # a column that only the new system records is no change of codes
        return []
    if not all_new:
        any_code = pl.col(column).is_not_null()
        return [_row(EVERY, UNRECORDED, (all_old, 1.0), (0, 0.0)) | _now(item, column, any_code)]
    gone = [
        _row(code, GONE, (count, count / all_old), (0, 0.0)) | _now(item, column, pl.col(column) == code)
        for code, count in old.items()
        if code not in new
    ]
    come = [_row(code, COME, (0, 0.0), (count, count / all_new)) for code, count in new.items() if code not in old]
    return gone + come


def _row(code: str, what: str, old: tuple[int, float], new: tuple[int, float]) -> dict[str, object]:
    sides = {"rows_old": old[0], "share_old": old[1], "rows_new": new[0], "share_new": new[1]}
    return {"code": code, "what": what, **sides}


def _used(frame: pl.DataFrame, column: str) -> dict[str, int]:
    """How often each code is used."""
    counted = frame[column].drop_nulls().value_counts(name="rows")
    return dict(counted.sort("rows", column, descending=[True, False]).iter_rows())


def _now(item: Matched, column: str, had: pl.Expr) -> dict[str, object]:
    """How many of the old records that had a code are found, and what most of those are called in the new system."""
    if item.pairs is None:
        return {}
    before = item.old.filter(had).select(old="record").join(item.pairs, on="old")
    after = before.join(item.new.select(pl.col(column), new="record"), on="new")[column].drop_nulls()
    if after.is_empty():
        return {"matched": before.height}
    commonest = after.value_counts(name="rows").sort("rows", column, descending=[True, False])
    return {"matched": before.height, "now": commonest[column][0], "now_share": commonest["rows"][0] / len(after)}
