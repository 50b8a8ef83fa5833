"""How each sender stands: the system in force, where the rows of its latest deliveries went, its oldest open fault.

Only reads the ledger and the registry; how it is shown belongs in `cli`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.origin import Origin, origin


@dataclass(frozen=True)
class SenderStatus:
    """One line of the status table; row counts are of the latest delivery of each system in force.

    `records` says where what was delivered comes from; None where nothing was.
    """

    sender_id: str
    name: str
    kind: str
    confirmed: bool
    systems: tuple[str, ...]
    as_of: date | None
    delivered: int
    accepted: int
    quarantined: int
    out_of_scope: int
    refused: int
    oldest_open_fault: date | None
    open_faults: int
    platform_fault: str
    records: Origin | None = None


def overview(registry: Registry, ledger: Ledger, today: date | None = None) -> list[SenderStatus]:
    """The status of every sender, sites first, by name."""
    day = today or date.today()
    statuses = [_status(sender, registry, ledger, day) for sender in registry.senders.values()]
    return sorted(statuses, key=lambda status: (status.kind == "publisher", status.name))


def _status(sender: Sender, registry: Registry, ledger: Ledger, day: date) -> SenderStatus:
    systems = [item.system for item in sender.in_force(day)]
    latest = []
    for system in systems:
        deliveries = ledger.deliveries(sender.id, system)
        whole = registry.systems[system].coverage == "full"
        latest += deliveries[-1:] if whole else [d for d in deliveries if d.in_force or d is deliveries[-1]]
    marks = ", ".join("?" * len(latest))
    rows = ledger.query(
        "select sum(rows_delivered) delivered, sum(conformed) accepted, sum(quarantined) quarantined,"
        f" sum(out_of_scope) out_of_scope, sum(refused) refused from row_account"
        f" where sender_id = ? and delivery_id in ({marks})",
        (sender.id, *(delivery.delivery_id for delivery in latest)),
    )[0]
    faults = ledger.query(
        "select count(*) open, min(opened) oldest from contract_fault where sender_id = ?"
        " and state in ('open', 'returned')",
        (sender.id,),
    )[0]
    pulled = ledger.query("select platform_fault from pull where sender_id = ?", (sender.id,))
    return SenderStatus(
        sender_id=sender.id,
        name=sender.name,
        kind=sender.kind,
        confirmed=sender.confirmed,
        systems=tuple(registry.systems[system].name for system in systems),
        as_of=max((delivery.as_of for delivery in latest), default=None),
        delivered=rows["delivered"] or 0,
        accepted=rows["accepted"] or 0,
        quarantined=rows["quarantined"] or 0,
        out_of_scope=rows["out_of_scope"] or 0,
        refused=rows["refused"] or 0,
        oldest_open_fault=date.fromisoformat(faults["oldest"]) if faults["oldest"] else None,
        open_faults=faults["open"],
        platform_fault=pulled[0]["platform_fault"] if pulled else "",
        records=origin(registry.systems[delivery.system_id].layout for delivery in latest),
    )
