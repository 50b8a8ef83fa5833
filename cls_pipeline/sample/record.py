"""The systems that record the world: what each holds and hands over, in the contract's columns and our codes.

How it is spelled is in `render.py`, what goes wrong in `accidents.py`. Nothing is decided here by the name of a
system: families, dates in force and layouts come from the registry.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from cls_pipeline.registry import Registry, Sender, SystemInForce, SystemProfile
from cls_pipeline.sample.days import Span
from cls_pipeline.sample.identifiers import Numbering
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.world import World

#: The column with which a record names itself.
KEYS = {
    "request": "request_id",
    "assessment": "assessment_id",
    "service": "service_id",
    "review": "review_id",
    "cost_line": "cost_line_id",
    "outcome_score": "score_id",
    "hub_session": "session_id",
}

#: Columns with which records name each other.
LINKS = {"assessment": {"request_id": "request"}, "cost_line": {"service_id": "service"}}


@dataclass(frozen=True)
class Handover:
    """One full extract: everything that a system holds at the end of a day."""

    sender: Sender
    profile: SystemProfile
    as_of: date
    case_system: str
    previous_case_system: str | None
    cutover: date | None
    prices_in_case_system: bool


def handovers(sender: Sender, registry: Registry, span: Span) -> list[Handover]:
    """What the sender's systems hand over by the last day: the current ones then, retired ones on their last day."""
    found = []
    for entry in sender.systems:
        as_of = min(entry.valid_until or span.until, span.until)
        if as_of < span.start or (entry.valid_from and entry.valid_from > as_of):
            continue
        case = _in_force(sender, registry, "case_management", as_of)
        if case is None:
            continue
        earlier = [item for item in sender.systems if _family(registry, item.system) == "case_management"]
        position = earlier.index(case)
        found.append(
            Handover(
                sender=sender,
                profile=registry.systems[entry.system],
                as_of=as_of,
                case_system=case.system,
                previous_case_system=earlier[position - 1].system if position else None,
                cutover=case.valid_from if position else None,
                prices_in_case_system=_in_force(sender, registry, "finance", as_of) is None,
            )
        )
    return sorted(found, key=lambda item: (item.as_of, item.profile.id))


def _in_force(sender: Sender, registry: Registry, family: str, day: date) -> SystemInForce | None:
    return next((item for item in sender.in_force(day) if _family(registry, item.system) == family), None)


def _family(registry: Registry, system: str) -> str:
    return registry.systems[system].family


def held(world: World, handover: Handover, seed: int) -> dict[str, pl.DataFrame]:
    """The frames that the system holds on the day, with its own numbers for people and records.

    A clean cutover: the new system knows all history under new numbers, and keeps the old number of everybody whom
    the old one knew. Every frame has its true `person_number`, if any, for whoever spells names.
    """
    frames = known_on(world, handover.as_of)
    if handover.prices_in_case_system:
        frames["service"] = _split_at_price_changes(frames["service"], frames["cost_line"])
    numbering = Numbering(seed, handover.sender.id, handover.case_system)
    entities = handover.profile.entities
    recorded = {name: _numbered(name, frames[name], numbering) for name in entities if name in frames}
    if "person" in recorded:
        recorded["person"] = recorded["person"].with_columns(legacy_person_id=_legacy(handover, seed))
    return recorded


def _numbered(entity: str, frame: pl.DataFrame, numbering: Numbering) -> pl.DataFrame:
    columns = []
    if "person_number" in frame.columns:
        columns.append(numbering.people(pl.col("person_number")).alias("person_id"))
    if entity in KEYS:
        key = KEYS[entity]
        own = numbering.records(entity, pl.col(key))
        columns.append((own + pl.col("part") if "part" in frame.columns else own).alias(key))
    columns += [numbering.records(other, pl.col(name)).alias(name) for name, other in LINKS.get(entity, {}).items()]
    return frame.with_columns(columns)


def _legacy(handover: Handover, seed: int) -> pl.Expr:
    if handover.previous_case_system is None or handover.cutover is None:
        return pl.lit(None, dtype=pl.String)
    old = Numbering(seed, handover.sender.id, handover.previous_case_system)
    migrated = pl.col("day").cast(pl.Date) < handover.cutover
    return pl.when(migrated).then(old.people(pl.col("person_number")))


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
    ).drop("nth", "part_start", "part_end", "part_cost")
