"""Loads a sender: pull, conform what is new or must be read again, settle it in the ledger. And the dry run of it.

Plain functions; Dagster calls them from `orchestration`, people from `cli`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from filelock import FileLock

from cls_pipeline.conform.delivery import conform_delivery
from cls_pipeline.conform.write import Draft, sweep
from cls_pipeline.deliveries.delivery import Delivery, LandedFile
from cls_pipeline.deliveries.landing import read_landed
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.pull import Bundle, bundle, content_id, pull
from cls_pipeline.identity.rotation import key_mark
from cls_pipeline.outcomes import DeliveryOutcome, SenderLoad
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.returns.fix_list import with_fix_lists
from cls_pipeline.settings import Settings, close_rooms

# Raise it when a change of this program changes what a delivery becomes, so that deliveries in force are read again.
ENGINE = 2


def load_sender(sender_id: str, registry: Registry, settings: Settings) -> SenderLoad:
    """Loads what is new from a sender, and reads again what its profile or contract now reads differently.

    Raises:
        KeyError: there is no such sender.
        OSError: a fault of the platform; what landed is conformed by the next run.
    """
    sender = registry.senders[sender_id]
    close_rooms(settings)
    ledger = Ledger(settings.ledger_path)
    locks = settings.home / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    with FileLock(locks / f"{sender_id}.lock"):
        found = pull(sender, registry, settings, ledger)
        outcomes = []
        for delivery, recipe in _pending(sender, registry, ledger, key_mark(settings.pseudonym_key)):
            outcomes.append(_load(delivery, recipe, sender, registry, settings, ledger))
        _sweep(sender_id, settings, ledger)
        ledger.note_pull(sender_id)
        load = SenderLoad(
            sender_id,
            tuple(outcomes),
            found.unchanged,
            (*found.problems, *_kept_aside(outcomes, sender_id, ledger)),
            lateness(sender, registry, ledger, date.today()),
            ledger.standing_faults(sender_id, date.today()),
            ledger.delivered_entities(sender_id),
            _refusals(sender_id, ledger),
        )
        return with_fix_lists(load, registry, settings, date.today())


def _pending(sender: Sender, registry: Registry, ledger: Ledger, mark: str) -> list[tuple[Delivery, str]]:
    """Deliveries to conform: landed ones, and those in force or newest whose recipe has changed since."""
    recipes = {system.id: recipe(registry, sender, system.id, mark) for system in registry.systems_of(sender)}
    deliveries = [d for d in ledger.deliveries(sender.id) if d.system_id in recipes]
    newest = {d.system_id: d.delivery_id for d in deliveries}
    pending = []
    for delivery in deliveries:
        now = recipes[delivery.system_id]
        current = delivery.in_force or newest[delivery.system_id] == delivery.delivery_id
        if delivery.status == "landed" or (current and delivery.recipe != now):
            pending.append((delivery, now))
    return pending


def recipe(registry: Registry, sender: Sender, system_id: str, mark: str) -> str:
    """A hash of all that decides what a delivery becomes: profile, additions, numberings, contracts, lists, the mark of
    the pseudonym key, program."""
    system = registry.systems[system_id]
    contracts = [registry.contracts[entity] for entity in system.entities]
    lists = [registry.code_lists[name] for contract in contracts for name in contract.code_lists]
    numberings = [registry.numbering(entry.system) for entry in sender.systems]
    profile, additions = system.model_dump_json(), sender.additions.model_dump_json()
    parts = [ENGINE, profile, additions, sender.refuse_above, sender.systems, numberings, mark]
    return hashlib.sha256(repr([parts, contracts, lists]).encode()).hexdigest()[:16]


def _load(
    delivery: Delivery, now: str, sender: Sender, registry: Registry, settings: Settings, ledger: Ledger
) -> DeliveryOutcome:
    load_id = hashlib.sha256(f"{delivery.delivery_id}{now}".encode()).hexdigest()[:16]
    draft = Draft(settings, sender.id, delivery.delivery_id, delivery.system_id, load_id)
    replaces = registry.systems[delivery.system_id].coverage == "full"
    in_force = [d for d in ledger.deliveries(sender.id, delivery.system_id) if d.in_force]
    outcome = conform_delivery(
        delivery,
        sender,
        registry,
        settings.pseudonym_key,
        lambda file: read_landed(settings.landing, delivery, file),
        draft,
        load_id,
        _rows_replaced(delivery, registry, ledger),
    )
    draft.commit(("conformed", "quarantine") if outcome.status == "accepted" else ("quarantine",))
    older = replaces and any(d.as_of > delivery.as_of for d in in_force)
    ledger.settle(outcome, now, replaces, delivery.received_at.date(), supersede=not older)
    return outcome


def _rows_replaced(delivery: Delivery, registry: Registry, ledger: Ledger) -> dict[str, int]:
    """The rows by table that now hold and would be replaced; none where deliveries stand side by side."""
    if registry.systems[delivery.system_id].coverage != "full":
        return {}
    rows = ledger.query(
        "select source_table, sum(conformed) rows from row_account a"
        " join delivery d on d.sender_id = a.sender_id and d.delivery_id = a.delivery_id"
        " where d.sender_id = ? and d.system_id = ? and d.in_force = 1 and d.delivery_id <> ? group by source_table",
        (delivery.sender_id, delivery.system_id, delivery.delivery_id),
    )
    return {row["source_table"]: row["rows"] for row in rows}


def _kept_aside(outcomes: list[DeliveryOutcome], sender_id: str, ledger: Ledger) -> Iterator[str]:
    """A sentence for each delivery of tonight that is good, and older than the one that stays in force."""
    for outcome in outcomes:
        held = [d for d in ledger.deliveries(sender_id, outcome.system_id) if d.in_force]
        if outcome.status == "accepted" and all(d.delivery_id != outcome.delivery_id for d in held):
            yield (
                f"The {outcome.system_id} delivery of {outcome.as_of:%d %B %Y} came late: the one of "
                f"{max(d.as_of for d in held):%d %B %Y} stays in force."
            )


def _refusals(sender_id: str, ledger: Ledger) -> tuple[str, ...]:
    """A sentence for each system whose newest delivery is refused."""
    deliveries = ledger.deliveries(sender_id)
    newest = {d.system_id: d for d in deliveries}
    held = {d.system_id for d in deliveries if d.in_force}
    return tuple(
        f"The {d.system_id} delivery of {d.as_of:%d %B %Y} is refused; "
        f"{'the last good one stays in force' if d.system_id in held else 'nothing from it is in force'}. {d.reason}"
        for d in newest.values()
        if d.status == "refused"
    )


def _sweep(sender_id: str, settings: Settings, ledger: Ledger) -> None:
    deliveries = ledger.deliveries(sender_id)
    in_force = {d.load_id for d in deliveries if d.in_force}
    newest = {d.system_id: d.load_id for d in deliveries}
    sweep(settings, sender_id, in_force, in_force | set(newest.values()))


def lateness(sender: Sender, registry: Registry, ledger: Ledger, today: date) -> str | None:
    """Sentences where a delivery is overdue, for each system in force by itself; publishers may not have begun."""
    late = []
    for entry in sender.in_force(today):
        system = registry.systems[entry.system]
        accepted = [d.as_of for d in ledger.deliveries(sender.id, entry.system) if d.status == "accepted"]
        if not accepted:
            late += [f"Nothing was accepted from {system.name} of {sender.name} yet."] if sender.kind == "site" else []
            continue
        due = sender.due(max(accepted))
        if due is not None and today > due:
            late.append(
                f"The last accepted delivery from {system.name} of {sender.name} is as of {max(accepted):%d %B %Y}; "
                f"the next was due by {due:%d %B %Y}."
            )
    return " ".join(late) or None


def check_files(
    files: list[Path], sender_id: str, on: date | None, registry: Registry, settings: Settings
) -> tuple[list[DeliveryOutcome], list[str]]:
    """A dry run of the contract on files not yet delivered; nothing is written.

    Args:
        files: the files, named as they would be delivered.
        sender_id: who would send them.
        on: the day they are taken to be delivered, where their names do not say; today if None.

    Returns:
        The outcome of each delivery they make, and sentences about files that fit none.
    """
    sender = registry.senders[sender_id]
    bundles, problems = bundle(files, sender, registry, on)
    return [try_bundle(item, sender, on, registry, settings) for item in bundles], problems


def try_bundle(
    item: Bundle,
    sender: Sender,
    on: date | None,
    registry: Registry,
    settings: Settings,
    draft: Draft | None = None,
    # Where nothing is kept, any key will do; the real one would be made and written on its first use.
    key: bytes = b"dry run",
) -> DeliveryOutcome:
    """A dry run of the contract on the files of one delivery; nothing is written but what the draft takes."""
    content = {path.name: path.read_bytes() for path, _ in item.files}
    landed = tuple(
        LandedFile(path.name, tables, len(content[path.name]), hashlib.sha256(content[path.name]).hexdigest())
        for path, tables in item.files
    )
    delivery = Delivery(
        delivery_id=content_id(item.system.id, landed),
        sender_id=sender.id,
        system_id=item.system.id,
        as_of=item.as_of or on or date.today(),
        received_at=datetime.now(UTC),
        captures=item.captures,
        status="landed",
        in_force=False,
        recipe="",
        load_id="",
        files=landed,
    )

    def read(file: LandedFile) -> bytes:
        return content[file.name]

    before = _rows_replaced(delivery, registry, Ledger(settings.ledger_path)) if settings.ledger_path.exists() else {}
    return conform_delivery(delivery, sender, registry, key, read, draft, "dry run", before)
