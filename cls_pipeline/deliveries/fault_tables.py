"""Faults in the ledger: the table of all that ever were, and a row for each of their nights.

What becomes of a fault is decided in `faults`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date

from cls_pipeline.deliveries.failures import failure_from
from cls_pipeline.deliveries.faults import Fault
from cls_pipeline.deliveries.standing import FaultKey
from cls_pipeline.registry import Waiver

FAULTS = """
create table if not exists contract_fault (
    sender_id text not null, system_id text not null, entity text not null, rule_id text not null,
    source_table text not null, their_column text not null, severity text not null, source_file text not null,
    meaning text not null, how_to_fix text not null, metrics text not null, rows integer not null, share real not null,
    files integer not null, first_seen text not null, opened text not null, last_seen text not null, closed text,
    times_opened integer not null, state text not null, waiver text, delivery_id text not null, told text not null,
    primary key (sender_id, system_id, entity, rule_id, source_table, their_column)
);
create table if not exists fault_night (
    sender_id text not null, system_id text not null, entity text not null, rule_id text not null,
    source_table text not null, their_column text not null, night text not null, severity text not null,
    rows integer not null, of_rows integer not null, state text not null,
    primary key (sender_id, system_id, entity, rule_id, source_table, their_column, night)
);
"""


def read_faults(connection: sqlite3.Connection, sender_id: str) -> dict[FaultKey, Fault]:
    """A sender's faults, closed ones too."""
    rows = connection.execute("select * from contract_fault where sender_id = ?", (sender_id,)).fetchall()
    return {fault.key: fault for fault in map(fault_of, rows)}


def fault_of(row: sqlite3.Row) -> Fault:
    """The fault of a row of `contract_fault`."""
    first_seen, opened, last_seen = (date.fromisoformat(row[name]) for name in ("first_seen", "opened", "last_seen"))
    return Fault(
        system_id=row["system_id"],
        entity=row["entity"],
        failure=failure_from(row["told"]),
        delivery_id=row["delivery_id"],
        files=row["files"],
        first_seen=first_seen,
        opened=opened,
        last_seen=last_seen,
        closed=date.fromisoformat(row["closed"]) if row["closed"] else None,
        times_opened=row["times_opened"],
        state=row["state"],
        waiver=Waiver.model_validate_json(row["waiver"]) if row["waiver"] else None,
    )


def write_faults(connection: sqlite3.Connection, sender_id: str, faults: Iterable[Fault]) -> None:
    """Writes faults as they are now."""
    connection.executemany(
        f"insert or replace into contract_fault values ({', '.join('?' * 23)})",
        [
            (
                sender_id,
                *fault.key,
                fault.failure.severity,
                fault.failure.source_file,
                fault.failure.meaning,
                fault.failure.how_to_fix,
                ", ".join(fault.failure.metrics),
                fault.failure.rows,
                fault.failure.share,
                fault.files,
                fault.first_seen.isoformat(),
                fault.opened.isoformat(),
                fault.last_seen.isoformat(),
                fault.closed.isoformat() if fault.closed else None,
                fault.times_opened,
                fault.state,
                fault.waiver.model_dump_json() if fault.waiver else None,
                fault.delivery_id,
                json.dumps(asdict(fault.failure)),
            )
            for fault in faults
        ],
    )


def write_night(
    connection: sqlite3.Connection, sender_id: str, faults: Iterable[Fault], rows: Mapping[FaultKey, int], night: date
) -> None:
    """Writes the night of faults: rows that stand, of how many, and the state. A second load of the night replaces it.

    Args:
        connection: in a transaction.
        sender_id: whose.
        faults: those of which something was read, or whose state changed.
        rows: the rows of its table that were judged, for faults that were put right.
        night: tonight.
    """
    connection.executemany(
        f"insert or replace into fault_night values ({', '.join('?' * 11)})",
        [
            (
                sender_id,
                *fault.key,
                night.isoformat(),
                fault.failure.severity,
                0 if fault.closed else fault.failure.rows,
                rows.get(fault.key, 0) if fault.closed else _of_rows(fault),
                fault.state,
            )
            for fault in faults
        ],
    )


def _of_rows(fault: Fault) -> int:
    """The rows that were judged: of no row failing, or of a table as a whole, nobody knows how many."""
    return round(fault.failure.rows / fault.failure.share) if fault.failure.share else 0
