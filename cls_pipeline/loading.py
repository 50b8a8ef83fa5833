"""Loads a sender: pull, conform what is new or must be read again, compare it with the last one, settle it.

Plain functions; Dagster calls them from `orchestration`. The dry run of it is `dry_run`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from filelock import FileLock

from cls_pipeline.comparing.kept import hand_back, keep, kept, thin
from cls_pipeline.comparing.limits import RECENT
from cls_pipeline.comparing.since_last import accepted_before, is_compared, needed, since_last
from cls_pipeline.conform.delivery import conform_delivery
from cls_pipeline.conform.write import Draft, sweep
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.following import by_night, place_of, without_later
from cls_pipeline.deliveries.judging import judge_faults, speaking_of
from cls_pipeline.deliveries.landing import read_landed
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.pull import pull
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
        outcomes, judged = [], []
        tonight = datetime.now(UTC).date()
        for night, pending in by_night(_pending(sender, registry, ledger, key_mark(settings.pseudonym_key)), tonight):
            outcomes += [_load(delivery, recipe, sender, registry, settings, ledger) for delivery, recipe in pending]
            # What was waived on a night gone by, nobody knows any more.
            waivers = sender.waivers if night == tonight else ()
            systems = {delivery.system_id for delivery, _ in pending}
            judged.append(judge_faults(ledger, sender, registry, systems, night, waivers))
        _sweep(sender, registry, settings, ledger)
        _hand_back(sender, outcomes, registry, settings, ledger)
        ledger.note_pull(sender_id)
        load = SenderLoad(
            sender_id,
            tuple(outcomes),
            found.unchanged,
            (*found.problems, *_kept_aside(outcomes, sender_id, ledger)),
            lateness(sender, registry, ledger, date.today()),
            judged[-1].standing,
            ledger.delivered_entities(sender_id),
            _refusals(sender, registry, ledger),
            tuple(sorted({entity for night in judged for entity in night.changed})),
        )
        return with_fix_lists(load, settings, date.today())


def _pending(sender: Sender, registry: Registry, ledger: Ledger, mark: str) -> list[tuple[Delivery, str]]:
    """Deliveries to conform: landed ones, and those that say how a system stands whose recipe has changed since."""
    recipes = {system.id: recipe(registry, sender, system.id, mark) for system in registry.systems_of(sender)}
    deliveries = [d for d in ledger.deliveries(sender.id) if d.system_id in recipes]
    current = {d.delivery_id for system in recipes for d in speaking_of(deliveries, system, registry)}
    pending = []
    for delivery in deliveries:
        now = recipes[delivery.system_id]
        if delivery.status == "landed" or (delivery.delivery_id in current and delivery.recipe != now):
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
    limits = sender.refuse_above, sender.alarm_fall
    parts = [ENGINE, profile, additions, limits, sender.systems, numberings, mark]
    return hashlib.sha256(repr([parts, contracts, lists]).encode()).hexdigest()[:16]


def _load(
    delivery: Delivery, now: str, sender: Sender, registry: Registry, settings: Settings, ledger: Ledger
) -> DeliveryOutcome:
    load_id = hashlib.sha256(f"{delivery.delivery_id}{now}".encode()).hexdigest()[:16]
    draft = Draft(settings, sender.id, delivery.delivery_id, delivery.system_id, load_id)
    replaces = registry.systems[delivery.system_id].coverage == "full"
    known = ledger.deliveries(sender.id, delivery.system_id)
    earlier = accepted_before(delivery, known)
    outcome = conform_delivery(
        delivery,
        sender,
        registry,
        settings.pseudonym_key,
        lambda file: read_landed(settings.landing, delivery, file),
        draft,
        load_id,
        rows_replaced(earlier, registry, ledger),
    )
    outcome = _compared(outcome, earlier, sender, registry, settings)  # before anything of it is in force
    draft.commit(("conformed", "quarantine") if outcome.status == "accepted" else ("quarantine",))
    older = replaces and any(d.in_force and d.as_of > delivery.as_of for d in known)
    place = place_of(delivery, ledger.deliveries(sender.id), now, sender, registry)
    outcome = without_later(outcome, place, registry, settings)
    ledger.settle(outcome, now, replaces, supersede=not older, place=place)
    return outcome


def _compared(
    outcome: DeliveryOutcome, earlier: list[Delivery], sender: Sender, registry: Registry, settings: Settings
) -> DeliveryOutcome:
    """The outcome with what changed since the deliveries before it; its summary is kept for the next one."""
    system = registry.systems[outcome.system_id]
    if outcome.summary is None or not is_compared(system):
        return outcome
    keep(settings, sender.id, outcome.summary)
    before = kept(settings, sender.id, needed(earlier, system))
    return replace(outcome, comparison=since_last(outcome.summary, before, system, sender.alarm_fall))


def rows_replaced(earlier: list[Delivery], registry: Registry, ledger: Ledger) -> dict[str, int]:
    """The rows by table of the delivery whose place one takes, by those before it; none where deliveries add up."""
    if not earlier or registry.systems[earlier[-1].system_id].coverage != "full":
        return {}
    rows = ledger.query(
        "select source_table, sum(rows_delivered) rows from row_account where sender_id = ? and delivery_id = ?"
        " group by source_table",
        (earlier[-1].sender_id, earlier[-1].delivery_id),
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


def _refusals(sender: Sender, registry: Registry, ledger: Ledger) -> tuple[str, ...]:
    """A sentence for each refused delivery that nobody has sent anew."""
    deliveries = ledger.deliveries(sender.id)
    held = {d.system_id for d in deliveries if d.in_force}
    return tuple(
        f"The {d.system_id} delivery of {d.as_of:%d %B %Y} is refused; "
        f"{'the last good one stays in force' if d.system_id in held else 'nothing from it is in force'}. {d.reason}"
        for system in registry.systems_of(sender)
        for d in speaking_of(deliveries, system.id, registry)
        if d.status == "refused"
    )


def _hand_back(
    sender: Sender, outcomes: list[DeliveryOutcome], registry: Registry, settings: Settings, ledger: Ledger
) -> None:
    """Hands a site that delivered something good what its next delivery is compared with, and keeps only that."""
    if not any(outcome.comparison and outcome.status == "accepted" for outcome in outcomes):
        return
    wanted, recent = list[Delivery](), set[str]()
    for system in filter(is_compared, registry.systems_of(sender)):
        accepted = [d for d in ledger.deliveries(sender.id, system.id) if d.status == "accepted"]
        wanted += needed(accepted, system)
        recent |= {d.delivery_id for d in accepted[-RECENT - 1 :]}  # the newest may be read and compared again
    hand_back(settings, sender.id, kept(settings, sender.id, wanted))
    thin(settings, sender.id, recent)


def _sweep(sender: Sender, registry: Registry, settings: Settings, ledger: Ledger) -> None:
    deliveries = ledger.deliveries(sender.id)
    in_force = {d.load_id for d in deliveries if d.in_force}
    speak = {d.load_id for s in registry.systems_of(sender) for d in speaking_of(deliveries, s.id, registry)}
    sweep(settings, sender.id, in_force, in_force | speak)


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
