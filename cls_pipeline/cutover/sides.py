"""Both sides as conformed frames in memory: what the old system last delivered, and what the trial export holds.

Nothing is written. What is asked is in `question.py`; the comparisons have modules of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from cls_pipeline.conform.delivery import conform_delivery
from cls_pipeline.conform.write import Draft, empty_frame
from cls_pipeline.cutover.question import CutoverError, Question
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.landing import read_landed
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.dry_run import try_bundle
from cls_pipeline.identity.rotation import key_mark
from cls_pipeline.loading import recipe
from cls_pipeline.outcomes import DeliveryOutcome
from cls_pipeline.registry import Registry, SystemProfile
from cls_pipeline.registry.numberings import person_numbering
from cls_pipeline.settings import Settings

Frames = Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class Side:
    """One system's records: conformed frames by entity, those of its profile only, and what was put in quarantine.

    `numbering` is whose person numbers it carries; `as_of` the day for which it speaks.
    """

    system: SystemProfile
    numbering: str
    as_of: date
    frames: Frames
    quarantined: Frames = field(default_factory=dict)

    def frame(self, entity: str, registry: Registry) -> pl.DataFrame:
        """The records of an entity; none, with its columns, where the system delivers none."""
        return self.frames.get(entity, empty_frame(registry.contracts[entity]))


class Kept(Draft):
    """A draft that stays in memory."""

    def __init__(self) -> None:
        self.rooms: dict[str, dict[str, pl.DataFrame]] = {"conformed": {}, "quarantine": {}}

    def add(self, room: str, entity: str, frame: pl.DataFrame, name: str = "data.parquet") -> None:
        """Keeps the records of an entity; what lies beside them is not compared."""
        if name == "data.parquet":
            self.rooms[room][entity] = frame


def read_new(question: Question, registry: Registry, settings: Settings) -> tuple[Side, tuple[DeliveryOutcome, ...]]:
    """The trial export, and what the contract says of it."""
    new, outcomes = question.new, []
    frames: dict[str, list[pl.DataFrame]] = {}
    quarantined: dict[str, list[pl.DataFrame]] = {}
    for item in question.bundles:
        kept = Kept()
        key = _key(settings)
        outcomes.append(try_bundle(item, question.trial, question.as_of, registry, settings, kept, key))
        for entity, frame in kept.rooms["conformed"].items():
            frames.setdefault(entity, []).append(frame)
        for entity, frame in kept.rooms["quarantine"].items():
            quarantined.setdefault(entity, []).append(frame)
    numbering = person_numbering(registry, question.trial, new, question.as_of)
    side = Side(new, numbering, question.as_of, _joined(frames), _joined(quarantined))
    return side, tuple(outcomes)


def read_old(question: Question, registry: Registry, settings: Settings) -> Side:
    """What the old system's deliveries in force hold: of an earlier version too what later ones do not replace.

    Raises:
        CutoverError: nothing was accepted from it.
    """
    old, sender = question.old, question.sender
    deliveries = Ledger(settings.ledger_path).deliveries(sender.id) if settings.ledger_path.exists() else []
    installation = registry.numbering(old.id)
    known = {entry.system for entry in sender.systems if registry.numbering(entry.system) == installation}
    held = [one for one in deliveries if one.in_force and one.system_id in known]
    if not held:
        raise CutoverError(
            f"Nothing was accepted from {old.name} of {sender.name}, so there is nothing to compare with. "
            f"Deliver it and load it (cls nightly --sender {sender.id}); is CLS_HOME right?"
        )
    frames: dict[str, pl.DataFrame] = {}
    for delivery in held:
        for entity, frame in _records(delivery, question, registry, settings).items():
            whole = registry.systems[delivery.system_id].coverage == "full" or entity not in frames
            key = list(registry.contracts[entity].key)
            stacked = frame if whole else pl.concat([frames[entity], frame], how="diagonal_relaxed")
            frames[entity] = stacked.unique(key, keep="last", maintain_order=True)
    as_of = max(delivery.as_of for delivery in held)
    return Side(old, person_numbering(registry, sender, old, as_of), as_of, frames)


def _records(delivery: Delivery, question: Question, registry: Registry, settings: Settings) -> Frames:
    """The records of a delivery in force as its load wrote them, or, if its profile, contract or key has changed since,
    as they are read today."""
    sender, key = question.sender, _key(settings)
    entities = registry.systems[delivery.system_id].entities
    paths = {
        entity: settings.conformed / entity / f"site={sender.id}" / f"load_id={delivery.load_id}" / "data.parquet"
        for entity in entities
    }
    if delivery.recipe != recipe(registry, sender, delivery.system_id, key_mark(key)):
        kept = Kept()
        outcome = conform_delivery(
            delivery, sender, registry, key, lambda file: read_landed(settings.landing, delivery, file), kept, "", {}
        )
        if outcome.status == "accepted":
            return kept.rooms["conformed"]
    return {entity: pl.read_parquet(path) for entity, path in paths.items() if path.exists()}


def _key(settings: Settings) -> bytes:
    """The key of the pseudonyms; one that is not there is not made, for nobody could be found again under a new one."""
    path = settings.pseudonym_key_file.expanduser()
    if not path.exists():
        raise CutoverError(
            f"The key of the pseudonyms is not at {path}; without the one under which deliveries were loaded, nobody "
            "can be found again. Set CLS_PSEUDONYM_KEY_FILE, or run this where the pipeline runs."
        )
    return settings.pseudonym_key


def _joined(frames: Mapping[str, list[pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    return {entity: pl.concat(some) for entity, some in frames.items()}
