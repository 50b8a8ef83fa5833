"""Who of the old system is whom in the new one, by the pipeline's own linking, and how many are not found.

How people are linked is in `cls_pipeline.identity`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from cls_pipeline.cutover.sides import Side
from cls_pipeline.identity.happened import events_of, spans_of
from cls_pipeline.identity.link import link_people
from cls_pipeline.identity.records import KNOWN, MERGES

#: How somebody is found, strongest first, by the names that linking gives to methods.
METHODS: Final = {
    "both": "both numbers",
    "national_id": "national id",
    "legacy_id": "old number",
    "same_number": "same number",
    "probabilistic": "likeness",
    "twice": "likeness",
    "demographic": "likeness",
}
NOT_FOUND: Final = "not found"
WAYS: Final = ("both numbers", "national id", "old number", "same number", "likeness", NOT_FOUND)


@dataclass(frozen=True)
class People:
    """Who is who.

    `keys`: side (`old`, `new`), person_id, person_key, once each; `found`: person_key, way (of `WAYS`), for every
    person of the old system; `refused`: reason, joins.
    """

    keys: pl.DataFrame
    found: pl.DataFrame
    refused: pl.DataFrame

    def keyed(self, side: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Records of a side with the person_key of whom each is about."""
        keys = self.keys.filter(pl.col("side") == side).select("person_id", "person_key")
        return frame.join(keys, on="person_id", how="left", maintain_order="left")


def match_people(old: Side, new: Side) -> People:
    """Links the people of the two sides; where both carry the numbers of one system, equal numbers are one person."""
    ids = pl.concat([_ids("old", old), _ids("new", new)])
    if old.numbering == new.numbering:
        keys = ids.with_columns(person_key="person_id")
        crossing = _in_both(keys).with_columns(way=pl.lit(METHODS["same_number"]))
        return People(keys, _found(keys, crossing), pl.DataFrame(schema={"reason": pl.String, "joins": pl.UInt32}))
    sides = {"old": old, "new": new}
    people = pl.concat([_people(name, side) for name, side in sides.items()])
    events = pl.concat([_events(name, side) for name, side in sides.items()])
    linked = link_people(people, events, None, pl.concat([_merges(name, side) for name, side in sides.items()]))
    links = linked.links.select("person_id", "person_key", "method", "linked_to_numbering", side="numbering")
    # Whoever has events and is not in the table of people is somebody, though nothing is known of them.
    keys = ids.join(links.select("side", "person_id", "person_key"), on=["side", "person_id"], how="left")
    keys = keys.with_columns(pl.coalesce("person_key", pl.format("{}:{}", "side", "person_id")).alias("person_key"))
    crossing = links.filter(pl.col("linked_to_numbering") != pl.col("side")).with_columns(
        strength=pl.col("method").replace_strict({name: n for n, name in enumerate(METHODS)}, default=len(METHODS)),
        way=pl.col("method").replace_strict(METHODS, default=METHODS["demographic"]),
    )
    crossing = crossing.sort("strength").unique("person_key", keep="first").select("person_key", "way")
    between = linked.refused.filter(pl.col("numbering") != pl.col("other_numbering").fill_null(""))
    refused = between.group_by("reason").agg(joins=pl.len()).sort("joins", "reason", descending=[True, False])
    return People(keys, _found(keys, crossing), refused)


def ways_table(people: People, with_open: pl.Series) -> pl.DataFrame:
    """How many are found, and how.

    Args:
        people: who is who.
        with_open: keys of the people with an open service in the old system.

    Returns:
        people (`all`, `with an open service`), old (how many), the columns of `WAYS`.
    """
    groups = {"all": people.found, "with an open service": people.found.filter(pl.col("person_key").is_in(with_open))}
    rows = []
    for name, found in groups.items():
        counts = dict(found.group_by("way").len().iter_rows())
        rows.append({"people": name, "old": found.height} | {way: counts.get(way, 0) for way in WAYS})
    return pl.DataFrame(rows)


def only_in_new(people: People) -> int:
    """How many people of the new system are nobody of the old one's."""
    sides = people.keys.select("side", "person_key").unique()
    old, new = (sides.filter(pl.col("side") == side) for side in ("old", "new"))
    return new.join(old, on="person_key", how="anti").height


def _found(keys: pl.DataFrame, crossing: pl.DataFrame) -> pl.DataFrame:
    old = keys.filter(pl.col("side") == "old").select("person_key").unique(maintain_order=True)
    found = old.join(crossing, on="person_key", how="left", maintain_order="left")
    return found.with_columns(pl.col("way").fill_null(NOT_FOUND))


def _in_both(keys: pl.DataFrame) -> pl.DataFrame:
    old, new = (keys.filter(pl.col("side") == side).select("person_key").unique() for side in ("old", "new"))
    return old.join(new, on="person_key", how="semi")


def _ids(name: str, side: Side) -> pl.DataFrame:
    ids = [frame.select("person_id") for frame in side.frames.values() if "person_id" in frame.columns]
    every = pl.concat(ids) if ids else pl.DataFrame(schema={"person_id": pl.String})
    return every.unique(maintain_order=True).select(pl.lit(name).alias("side"), "person_id")


def _people(name: str, side: Side) -> pl.DataFrame:
    seen = spans_of(_events(name, side)).drop("numbering")
    frame = side.frames.get("person", pl.DataFrame(schema={"person_id": pl.String}))
    frame = frame.unique("person_id", keep="last", maintain_order=True).join(seen, on="person_id", how="left")
    frame = frame.with_columns(
        numbering=pl.lit(name), legacy_numbering=pl.lit("old" if name == "new" else None, dtype=pl.String)
    )
    known = [pl.col(c) if c in frame.columns else pl.lit(None).alias(c) for c in KNOWN]
    return frame.select(column.cast(kind) for column, kind in zip(known, KNOWN.values(), strict=True))


def _events(name: str, side: Side) -> pl.DataFrame:
    return events_of((name, entity, frame) for entity, frame in side.frames.items())


def _merges(name: str, side: Side) -> pl.DataFrame:
    """People whom the side's own records say to be one: an assessment that names a request of another number."""
    if not {"request", "assessment"} <= side.frames.keys():
        return pl.DataFrame(schema=MERGES)
    requests, assessments = (
        side.frames[entity].select("request_id", "person_id") for entity in ("request", "assessment")
    )
    pairs = assessments.join(requests, on="request_id", suffix="_request")
    return (
        pairs.filter(pl.col("person_id") != pl.col("person_id_request"))
        .select(pl.lit(name).alias("numbering"), from_person_id="person_id", to_person_id="person_id_request")
        .unique(maintain_order=True)
    )
