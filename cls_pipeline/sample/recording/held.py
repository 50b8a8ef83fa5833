"""What a system holds on a day, in the contract's columns and our codes: the world, as its and its predecessors'
habits and cutovers have left it.

Nothing is decided here by the name of a system: families, dates in force and layouts come from the registry. How it is
spelled is in `spelling.py`, what is handed over of it in `extract.py`, what goes wrong on the way in `accidents.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Flags
from cls_pipeline.sample.days import NEVER, number
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import Handover
from cls_pipeline.sample.recording.habits import as_recorded, without_ends, without_room
from cls_pipeline.sample.recording.identifiers import Numbering
from cls_pipeline.sample.recording.migration import Cutover, in_old_system, migrate
from cls_pipeline.sample.recording.people_held import SECOND, described, registered
from cls_pipeline.sample.recording.records import DATES, KEYS, begins
from cls_pipeline.sample.recording.tenures import CASE
from cls_pipeline.sample.world import Frames, World

#: Columns with which records name each other.
LINKS: Final = {"assessment": {"request_id": "request"}, "cost_line": {"service_id": "service"}}

#: What a case system holds; a finance system holds cost lines.
CASE_RECORDS: Final = tuple(entity for entity in DATES if entity != "cost_line")


def held(world: World, handover: Handover, d: Distorting) -> Frames:
    """The frames that the system holds on the day, with its own numbers for people and records.

    Every frame has its true `person_number`, if any, for whoever spells names.
    """
    as_of = number(handover.as_of)
    frames = known_on(world, handover.as_of)
    if handover.prices_in_case_system:
        frames["service"] = _split_at_price_changes(frames["service"], frames["cost_line"])
    names = CASE_RECORDS if handover.profile.family == CASE else ("cost_line",)
    records = {name: frames[name] for name in names if name in frames}
    records, carried = _through_tenures(records, handover, as_of, world.span.last, d)
    tenure = handover.own[-1]
    records = {name: without_ends(name, frame, tenure, as_of, d) for name, frame in records.items()}
    people = _people(frames["person"], records, carried)
    return _numbered(people, records, handover, world.span.last, d)


def _through_tenures(
    records: Frames, handover: Handover, as_of: int, last: int, d: Distorting
) -> tuple[Frames, pl.Series]:
    """The records after all tenures until this one, and the people whom the last cutover brought over."""
    carried = pl.Series([], dtype=pl.Int64)
    tenures = handover.own
    for position, tenure in enumerate(tenures):
        since = tenure.begins if position else -NEVER
        following = tenures[position + 1] if position + 1 < len(tenures) else handover.following
        before = following.begins if following else NEVER
        if position:
            cut = Cutover(tenures[position - 1], tenure)
            known = pl.concat([carried, *_who(records, cut.day)]).unique()
            records, carried = migrate(records, known, cut, as_of, d)
        records = {
            name: without_room(name, frame, tenure, handover.profile, since, before) for name, frame in records.items()
        }
        records = {
            name: as_recorded(name, frame, tenure, since, before, as_of, last, d) for name, frame in records.items()
        }
    following = handover.following
    if following and as_of >= min(following.begins, tenures[-1].ends):
        records = in_old_system(records, Cutover(tenures[-1], following), as_of, d)
    return records, carried


def _who(records: Frames, before: int) -> list[pl.Series]:
    """Everybody of whom a record began before the day."""
    return [
        frame.filter(pl.Series(begins(name, frame) < before))["person_number"]
        for name, frame in records.items()
        if "person_number" in frame.columns
    ]


def _people(people: pl.DataFrame, records: Frames, carried: pl.Series) -> pl.DataFrame:
    """Whoever has a record, or was carried over."""
    there = pl.concat([carried, *_who(records, NEVER + 1)]).unique()
    known = np.isin(people["person_number"].to_numpy(), there.to_numpy())
    return people.filter(pl.Series(known)).with_columns(
        carried=pl.Series(np.isin(people["person_number"].to_numpy()[known], carried.to_numpy()))
    )


def _numbered(people: pl.DataFrame, records: Frames, handover: Handover, last: int, d: Distorting) -> Frames:
    """Records and people under the numbers of the installation, people as it describes them."""
    tenure, as_of = handover.case[-1], number(handover.as_of)
    since = min(one.begins for one in handover.case if one.numbering == tenure.numbering)
    numbering = Numbering(d.seed, tenure.site, tenure.numbering)
    registrations, twice = registered(people, tenure, since, as_of, d)
    frames = {name: _record_numbers(name, frame, numbering, twice) for name, frame in records.items()}
    if handover.profile.family == CASE:
        frames["person"] = _person_rows(registrations, numbering, handover, last, d)
    wanted = handover.profile.entities
    return {name: frames[name] for name in wanted if name in frames}


def _person_rows(
    people: pl.DataFrame, numbering: Numbering, handover: Handover, last: int, d: Distorting
) -> pl.DataFrame:
    moves = [Cutover(old, new) for old, new in zip(handover.case, handover.case[1:], strict=False)]
    moves = [cut for cut in moves if cut.before.numbering != cut.after.numbering]
    cut = moves[-1] if moves else None
    tenure = handover.case[-1]
    first = people["registration"].to_numpy() < SECOND
    # A version of the same product brings everybody over; only the move to another product leaves a trace.
    carried = people["carried"].to_numpy() & first & (people["day"].to_numpy() < (cut.day if cut else -NEVER))
    people = described(people, cut, carried, tenure, number(handover.as_of), last, d)
    second = pl.Series(~first) & d.acts("names-with-ids", *tenure.where)
    note = pl.lit("DUPLICATE of ") + numbering.people(pl.col("person_number"))
    return people.with_columns(
        person_id=numbering.people(pl.col("registration")),
        legacy_person_id=_legacy(people, cut, carried, d),
        surname=pl.when(second).then(note),
    )


def _legacy(people: pl.DataFrame, cut: Cutover | None, carried: Flags, d: Distorting) -> pl.Series:
    """The number in the product before, with gaps; a few people have somebody else's."""
    if cut is None:
        return pl.repeat(None, people.height, dtype=pl.String, eager=True)
    own = people["person_number"].to_numpy()
    known = carried & ~d.hits("crosswalk-gaps", cut.where, own, d.size("crosswalk-gaps", *cut.where))
    wrong = d.hits("crosswalk-errors", cut.where, own, d.size("crosswalk-errors", *cut.where))
    theirs = np.where(wrong, np.roll(own, 1), own)
    old = Numbering(d.seed, cut.before.site, cut.before.numbering)
    numbers = pl.DataFrame({"number": theirs}).select(old.people(pl.col("number"))).to_series()
    return pl.select(pl.when(pl.Series(known)).then(numbers)).to_series()


def _record_numbers(entity: str, frame: pl.DataFrame, numbering: Numbering, twice: pl.DataFrame) -> pl.DataFrame:
    columns = []
    if "person_number" in frame.columns:
        frame = _registration(entity, frame, twice)
        columns.append(numbering.people(pl.col("registration")).alias("person_id"))
    if entity in KEYS:
        key = KEYS[entity]
        own = numbering.records(entity, pl.col(key))
        columns.append((own + pl.col("part") if "part" in frame.columns else own).alias(key))
    columns += [numbering.records(other, pl.col(name)).alias(name) for name, other in LINKS.get(entity, {}).items()]
    return frame.with_columns(columns).drop("registration", strict=False)


def _registration(entity: str, frame: pl.DataFrame, twice: pl.DataFrame) -> pl.DataFrame:
    """The registration under which each record stands: the second one, where it begins after that was made."""
    if twice.is_empty():
        return frame.with_columns(registration="person_number")
    found = frame.join(twice, on="person_number", how="left", maintain_order="left")
    later = (pl.Series(begins(entity, frame)) >= pl.col("second_from")).fill_null(False)
    second = pl.when(later).then(SECOND).otherwise(0)
    return found.with_columns(registration=pl.col("person_number") + second).drop("second_from")


def _split_at_price_changes(services: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Without a finance system the case system keeps prices by ending a service's row at each uplift and opening
    another (England's Client Level Data sees the starts reset every April). Equal prices would leave no trace."""
    parts = lines.sort("service_id", "start").select(
        "service_id",
        pl.int_range(pl.len()).over("service_id").alias("nth"),
        pl.col("start_date").alias("part_start"),
        pl.col("end_date").alias("part_end"),
        pl.col("unit_cost").alias("part_cost"),
    )
    split = services.join(parts, on="service_id", how="left", maintain_order="left_right")
    later = pl.col("nth") > 0
    last = pl.col("nth").is_null() | (pl.col("nth") == pl.col("nth").max().over("service_id"))
    return split.with_columns(
        start_date=pl.when(later).then("part_start").otherwise("start_date"),
        end_date=pl.when(last).then("end_date").otherwise("part_end"),
        end_reason=pl.when(last).then("end_reason"),
        unit_cost=pl.coalesce("part_cost", "unit_cost"),
        part=pl.when(later).then(pl.lit("-") + (pl.col("nth") + 1).cast(pl.String)).otherwise(pl.lit("")),
    ).drop("part_start", "part_end", "part_cost")
