"""How much is known of people on either side: the share of those of whom an attribute is on record."""

from __future__ import annotations

from typing import Final

import polars as pl

from cls_pipeline.cutover.people import NOT_FOUND, People
from cls_pipeline.cutover.sides import Side
from cls_pipeline.identity.records import UNKNOWN_BIRTH, UNKNOWN_CODES
from cls_pipeline.registry import Registry

#: What a person has or not, and what no system owes: an old number, a death, a locality.
NOT_OWED: Final = ("person_id", "id_scheme", "legacy_person_id", "death_date", "area")

#: A share that falls by more than so much is marked.
FALLS: Final = 0.05


def attributes_table(old: Side, new: Side, people: People, registry: Registry) -> pl.DataFrame:
    """The share known of each attribute, from 0 to 1.

    Returns:
        attribute; old, new: of everybody of each side; old_of_both, new_of_both: of people who are in both, where a new
        system that holds only some people is compared like with like; falls: whether either falls by more than `FALLS`.
    """
    both = people.found.filter(pl.col("way") != NOT_FOUND).select("person_key")
    known = {name: _known(name, side, people, registry) for name, side in (("old", old), ("new", new))}
    names = [name for name in known["old"].columns if name != "person_key"]
    sides = dict(known) | {
        f"{side}_of_both": frame.join(both, on="person_key", how="semi") for side, frame in known.items()
    }
    rows = [[name, *(frame[name].mean() for frame in sides.values())] for name in names]
    table = pl.DataFrame(rows, schema={"attribute": pl.String, **dict.fromkeys(sides, pl.Float64)}, orient="row")
    falls = [
        (pl.col(a) - pl.col(b) > FALLS).fill_null(False) for a, b in (("old", "new"), ("old_of_both", "new_of_both"))
    ]
    return table.with_columns(falls=falls[0] | falls[1])


def _known(name: str, side: Side, people: People, registry: Registry) -> pl.DataFrame:
    """Whether each attribute of each person is known; of somebody who stands twice, whether it is in either record."""
    frame = people.keyed(name, side.frame("person", registry))
    columns = [c for c in registry.contracts["person"].columns.values() if c.name not in NOT_OWED]
    known = []
    for column in columns:
        value = pl.col(column.name)
        is_known = value.is_not_null()
        if column.kind == "code":
            is_known &= ~value.is_in(UNKNOWN_CODES)
        if column.kind == "date":
            is_known &= value > UNKNOWN_BIRTH
        known.append(is_known.fill_null(False).any().alias(column.name))
    return frame.group_by("person_key").agg(known)
