"""Judges a sender's faults after a load: reads the ledger, has it decided what stands and what became of it, writes.

One transaction. What stands is made from what each delivery failed, so that after a kill the next run makes it good.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.failures import forget_failures, read_failures
from cls_pipeline.deliveries.fault_tables import read_faults, write_faults, write_night
from cls_pipeline.deliveries.faults import changed, judge, standing_fault
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.standing import FaultKey, TableRows, speaking, standing
from cls_pipeline.outcomes import StandingFault
from cls_pipeline.registry import Registry, Sender, Waiver


@dataclass(frozen=True)
class Judged:
    """The faults that stand after a night, by entity, and the entities of which a fault changed its state."""

    standing: dict[str, tuple[StandingFault, ...]]
    changed: frozenset[str]


def judge_faults(
    ledger: Ledger,
    sender: Sender,
    registry: Registry,
    systems: Collection[str],
    night: date,
    waivers: tuple[Waiver, ...],
) -> Judged:
    """Judges the faults of a sender.

    Args:
        ledger: in which they stand.
        sender: whose.
        registry: what its systems' deliveries cover.
        systems: those of which something was read tonight.
        night: tonight.
        waivers: those to be heeded.
    """
    deliveries = [d for d in ledger.deliveries(sender.id) if d.status != "landed"]
    with ledger.transaction() as connection:
        rows = _rows_in_scope(connection, sender.id)
        stand = standing(read_failures(connection, sender.id), deliveries, rows, sender, registry)
        read = {version.id for system in systems for version in registry.versions_at(sender, system)}
        before = read_faults(connection, sender.id)
        after = judge(before, stand, read, waivers, night)
        new = {key for key, fault in after.items() if changed(before.get(key), fault)}
        tonight = [f for key, f in after.items() if key in new or (not f.closed and f.system_id in read)]
        write_faults(connection, sender.id, tonight)
        write_night(connection, sender.id, tonight, _last_rows(after, deliveries, rows), night)
        if new or read:
            speak = [
                d.delivery_id for s in registry.systems_of(sender) for d in speaking_of(deliveries, s.id, registry)
            ]
            forget_failures(connection, sender.id, speak)
    stands: dict[str, list[StandingFault]] = {}
    for fault in sorted((f for f in after.values() if not f.closed), key=lambda f: f.key):
        stands.setdefault(fault.entity, []).append(standing_fault(fault, night))
    return Judged({entity: tuple(faults) for entity, faults in stands.items()}, frozenset(key[1] for key in new))


def speaking_of(deliveries: list[Delivery], system_id: str, registry: Registry) -> list[Delivery]:
    """Those of a sender's settled deliveries that say how a system of it stands (`standing.speaking`)."""
    return speaking([d for d in deliveries if d.system_id == system_id], registry.systems[system_id])


def _rows_in_scope(connection: sqlite3.Connection, sender_id: str) -> dict[str, TableRows]:
    """The rows in scope of each table of the deliveries in force and the refused ones."""
    found = connection.execute(
        "select a.delivery_id, a.entity, a.source_table, sum(a.rows_delivered - a.out_of_scope) as in_scope"
        " from row_account a join delivery d on d.sender_id = a.sender_id and d.delivery_id = a.delivery_id"
        " where a.sender_id = ? and (d.in_force = 1 or d.status = 'refused') group by 1, 2, 3",
        (sender_id,),
    ).fetchall()
    rows: dict[str, dict[tuple[str, str], int]] = {}
    for row in found:
        rows.setdefault(row["delivery_id"], {})[row["entity"], row["source_table"]] = row["in_scope"]
    return dict(rows)


def _last_rows(
    keys: Collection[FaultKey], deliveries: list[Delivery], rows: dict[str, TableRows]
) -> dict[FaultKey, int]:
    """The rows of a fault's table in the newest delivery in force that has the table."""
    newest: dict[tuple[str, str, str], int] = {}
    for delivery in deliveries:
        if delivery.in_force:
            for (entity, table), count in rows.get(delivery.delivery_id, {}).items():
                newest[delivery.system_id, entity, table] = count
    return {key: newest.get((key[0], key[1], key[3]), 0) for key in keys}
