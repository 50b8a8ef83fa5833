"""Who is who at each site, kept as Parquet for dbt: a site is linked anew when its loads in force have changed.

Reads conformed people and their dated events; how people are linked is in `link.py`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.identity.happened import TELLING, events_of, spans_of
from cls_pipeline.identity.link import LINKS, link_people
from cls_pipeline.identity.records import KNOWN
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.numberings import legacy_numbering, person_numbering
from cls_pipeline.settings import Settings

#: Raise it when the same people would be linked otherwise.
METHOD: Final = "4"

LOADS: Final = (
    "select distinct a.entity, a.load_id, d.system_id, d.as_of, d.sequence from row_account a"
    " join delivery d on d.sender_id = a.sender_id and d.delivery_id = a.delivery_id"
    " where d.sender_id = ? and d.in_force = 1 order by d.as_of, d.sequence, a.entity"
)


def link_sites(registry: Registry, settings: Settings) -> None:
    """Brings `warehouse/identity/person_link/<site>.parquet` up to date, and beside it `refused/<site>.parquet`.

    The links have site_id and the columns of `link.LINKS`; what is refused those of `link.Linked.refused`.
    """
    ledger = Ledger(settings.ledger_path)
    _write(
        settings.warehouse / "identity" / "person_link" / "_none.parquet", _with_site(pl.DataFrame(schema=LINKS), "")
    )
    for sender in registry.senders.values():
        if sender.kind == "site":
            link_site(sender, registry, settings, ledger)


def link_site(sender: Sender, registry: Registry, settings: Settings, ledger: Ledger) -> None:
    """As `link_sites`, of one site."""
    loads = [tuple(row) for row in ledger.query(LOADS, (sender.id,))]
    path = settings.warehouse / "identity" / "person_link" / f"{sender.id}.parquet"
    made_from = hashlib.sha256(repr((METHOD, loads)).encode()).hexdigest()
    known = path.exists()
    if known and pl.read_parquet_metadata(path).get("made_from") == made_from:
        return
    events = _events(sender, loads, registry, settings)
    people = _people(sender, loads, registry, settings, events)
    previous = pl.read_parquet(path).drop("site_id") if known else None
    if people.is_empty() and previous is None:
        return
    # A site that withdrew all its people has links too: none. What stood before would be read as if it held.
    same = _said_to_be_one(sender, loads, registry, settings)
    linked = link_people(people, events, previous, same)
    refused = settings.warehouse / "identity" / "refused" / f"{sender.id}.parquet"
    _write(refused, _with_site(linked.refused, sender.id))
    _write(path, _with_site(linked.links, sender.id), {"made_from": made_from})


def _people(
    sender: Sender, loads: list[tuple[str, ...]], registry: Registry, settings: Settings, events: pl.DataFrame
) -> pl.DataFrame:
    """Everybody as the latest load of each installation tells; `first_seen` is the earliest of their events."""
    found = []
    for numbering, system, frame in _current("person", sender, loads, registry, settings):
        as_of = max(row[3] for row in loads if row[2] == system)
        before = legacy_numbering(registry, sender, registry.systems[system], pl.Series([as_of]).str.to_date()[0])
        found.append(frame.with_columns(numbering=pl.lit(numbering), legacy_numbering=pl.lit(before, dtype=pl.String)))
    if not found:
        return pl.DataFrame(schema=KNOWN)
    people = pl.concat(found, how="diagonal_relaxed").unique(
        ["numbering", "person_id"], keep="last", maintain_order=True
    )
    people = people.join(spans_of(events), on=["numbering", "person_id"], how="left", maintain_order="left")
    return people.select(pl.col(name).cast(kind) for name, kind in KNOWN.items())


def _events(sender: Sender, loads: list[tuple[str, ...]], registry: Registry, settings: Settings) -> pl.DataFrame:
    return events_of(
        (numbering, entity, frame)
        for entity in sorted(TELLING)
        for numbering, _, frame in _current(entity, sender, loads, registry, settings)
    )


def _said_to_be_one(
    sender: Sender, loads: list[tuple[str, ...]], registry: Registry, settings: Settings
) -> pl.DataFrame:
    """People of one installation whose records say that they are one: an assessment under one number that names a
    request under another. Somebody was registered twice, and the record knows."""
    tables = {
        entity: pl.concat(
            [
                frame.select(pl.lit(numbering).alias("numbering"), "person_id", "request_id")
                for numbering, _, frame in _current(entity, sender, loads, registry, settings)
            ]
            or [pl.DataFrame(schema=dict.fromkeys(("numbering", "person_id", "request_id"), pl.String))]
        )
        for entity in ("request", "assessment")
    }
    pairs = tables["assessment"].join(tables["request"], on=["numbering", "request_id"], suffix="_request")
    return (
        pairs.filter(pl.col("person_id") != pl.col("person_id_request"))
        .select("numbering", from_person_id="person_id", to_person_id="person_id_request")
        .unique(maintain_order=True)
    )


def _current(
    entity: str, sender: Sender, loads: list[tuple[str, ...]], registry: Registry, settings: Settings
) -> Iterator[tuple[str, str, pl.DataFrame]]:
    """Numbering, system and records of the loads in force, the earlier first; none that a later whole one replaced."""
    mine = [row for row in loads if row[0] == entity]
    for position, (_, load_id, system, *_) in enumerate(mine):
        numbering = registry.numbering(system)
        later = [row[2] for row in mine[position + 1 :] if registry.numbering(row[2]) == numbering]
        if any(registry.systems[other].coverage == "full" for other in later):
            continue
        path = settings.conformed / entity / f"site={sender.id}" / f"load_id={load_id}" / "data.parquet"
        if path.exists():
            yield _people_numbering(sender, system, mine[position], registry), system, pl.read_parquet(path)


def _people_numbering(sender: Sender, system: str, load: tuple[str, ...], registry: Registry) -> str:
    """Whose numbers the people of a load carry: a finance system's are those of the case system that it serves."""
    return person_numbering(registry, sender, registry.systems[system], date.fromisoformat(load[3][:10]))


def _with_site(frame: pl.DataFrame, site: str) -> pl.DataFrame:
    return frame.select(pl.lit(site).alias("site_id"), pl.all())


def _write(path: Path, frame: pl.DataFrame, metadata: dict[str, str] | None = None) -> None:
    """Writes a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    frame.write_parquet(draft, metadata=metadata or {})
    draft.replace(path)
