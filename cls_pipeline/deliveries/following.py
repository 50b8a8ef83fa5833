"""How deliveries of a system follow each other: which nights they came on, which records a later one has sent anew.

What stands after that is decided in `standing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

import polars as pl

from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.marks import joined, record_marks, without
from cls_pipeline.deliveries.standing import telling_names
from cls_pipeline.outcomes import DeliveryOutcome
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.settings import Settings

Pending = tuple[Delivery, str]


@dataclass(frozen=True)
class Place:
    """Where a delivery stands among those whose records it goes on with: the ones before it, the ones after it in force
    that are not read again with it, and the names of its files by which they are known again."""

    earlier: tuple[str, ...]
    later: tuple[Delivery, ...]
    files: frozenset[str]


def by_night(pending: Iterable[Pending], tonight: date) -> list[tuple[date, list[Pending]]]:
    """What is to be read by the night on which it was received; what is read again belongs to tonight, the last.

    After a lost ledger every delivery is read for the first time again, and its faults are first seen when they were.
    """
    nights: dict[date, list[Pending]] = {}
    for delivery, recipe in pending:
        first_time = not delivery.recipe
        night = min(delivery.received_at.date(), tonight) if first_time else tonight
        nights.setdefault(night, []).append((delivery, recipe))
    return [*sorted(item for item in nights.items() if item[0] < tonight), (tonight, nights.get(tonight, []))]


def place_of(
    delivery: Delivery, deliveries: Sequence[Delivery], now: str, sender: Sender, registry: Registry
) -> Place | None:
    """The place of a delivery among all of its sender's, in their order; None where nothing follows records.

    `now` is its recipe: a later delivery of the system with another is about to be read again and speaks for itself.
    """
    if not registry.adds_up(sender, delivery.system_id):
        return None
    versions = {system.id for system in registry.versions_at(sender, delivery.system_id)}
    chain = [d for d in deliveries if d.system_id in versions]
    position = next(i for i, d in enumerate(chain) if d.delivery_id == delivery.delivery_id)
    return Place(
        earlier=tuple(d.delivery_id for d in chain[:position]),
        later=tuple(
            d for d in chain[position + 1 :] if d.in_force and (d.system_id != delivery.system_id or d.recipe == now)
        ),
        files=frozenset(telling_names(delivery, registry.systems[delivery.system_id])),
    )


def without_later(
    outcome: DeliveryOutcome, place: Place | None, registry: Registry, settings: Settings
) -> DeliveryOutcome:
    """The outcome of a delivery that came late, without failures of records that later ones in force hold already."""
    if place is None or outcome.records is None or not place.later or not outcome.records.failing:
        return outcome
    entities = {key[0] for key in outcome.records.failing}
    held = {entity: _held(entity, place.later, outcome.sender_id, registry, settings) for entity in entities}
    failing = {key: without(marks, held[key[0]]) for key, marks in outcome.records.failing.items()}
    return replace(outcome, records=replace(outcome.records, failing=failing))


def _held(entity: str, deliveries: Iterable[Delivery], sender_id: str, registry: Registry, settings: Settings) -> bytes:
    parts = []
    for delivery in deliveries:
        load = settings.conformed / entity / f"site={sender_id}" / f"load_id={delivery.load_id}"
        if (load / "data.parquet").exists():
            keys = list(registry.contracts[entity].key)
            parts.append(record_marks(pl.read_parquet(load / "data.parquet", columns=keys, hive_partitioning=False)))
    return joined(parts)
