"""Faults in the ledger: what is wrong with a sender's tables, since when, and whether it has been put right.

How a fault is found and told belongs in `cls_pipeline.conform`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date

from cls_pipeline.outcomes import DeliveryOutcome, RuleFailure, StandingFault

FAULTS = """
create table if not exists contract_fault (
    sender_id text not null, system_id text not null, entity text not null, rule_id text not null,
    source_table text not null, severity text not null, source_file text not null, their_column text not null,
    meaning text not null, how_to_fix text not null, metrics text not null, rows integer not null, share real not null,
    first_seen text not null, last_seen text not null, state text not null, delivery_id text not null,
    of_file text not null, told text not null,
    primary key (sender_id, system_id, entity, rule_id, source_table, their_column, of_file)
);
"""


def write_faults(connection: sqlite3.Connection, outcome: DeliveryOutcome, seen: str, replaces: bool) -> None:
    """Opens the faults that a delivery has, and closes those of the same tables that it no longer has.

    A refused delivery closes only what refused the one before it: the records in force still are as they were.
    Where deliveries stay in force side by side, each file has its faults until it is sent anew under its name.
    """
    found = [(entity, f) for entity, failures in outcome.failures.items() for f in failures]
    if replaces:
        scope, names = "source_table", {"", *(a.source_table for a in outcome.accounts)}
        names |= {f.source_table for _, f in found}
    else:
        scope, names = "of_file", {_of_file(outcome, ""), *(a.source_file for a in outcome.accounts)}
        names |= {_of_file(outcome, f.source_file) for _, f in found}
    marks = ", ".join("?" * len(names))
    told_before = (outcome.sender_id, outcome.system_id)
    connection.execute(
        "update contract_fault set state = 'told' where sender_id = ? and system_id = ? and state = 'open'"
        f" and {scope} in ({marks}) and (? or severity = 'refuse_delivery')",
        (*told_before, *sorted(names), outcome.status == "accepted"),
    )
    connection.executemany(
        "insert into contract_fault values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open', ?, ?, ?)"
        " on conflict do update set severity = excluded.severity, source_file = excluded.source_file,"
        " meaning = excluded.meaning, how_to_fix = excluded.how_to_fix, metrics = excluded.metrics,"
        " rows = excluded.rows, share = excluded.share, told = excluded.told, state = 'open',"
        " delivery_id = excluded.delivery_id,"
        " first_seen = iif(state = 'fixed', excluded.first_seen, first_seen),"
        " last_seen = max(last_seen, excluded.last_seen)",
        [
            (
                *told_before,
                entity,
                f.rule_id,
                f.source_table,
                f.severity,
                f.source_file,
                f.their_column,
                f.meaning,
                f.how_to_fix,
                ", ".join(f.metrics),
                f.rows,
                f.share,
                seen,
                seen,
                outcome.delivery_id,
                "" if replaces else _of_file(outcome, f.source_file),
                json.dumps(asdict(f)),
            )
            for entity, f in found
        ],
    )
    connection.execute(
        "update contract_fault set state = 'fixed' where sender_id = ? and system_id = ? and state = 'told'",
        told_before,
    )


def _of_file(outcome: DeliveryOutcome, source_file: str) -> str:
    """What a fault belongs to where deliveries do not replace each other: its file, else its delivery."""
    return source_file or outcome.delivery_id


def standing_faults(rows: Iterable[sqlite3.Row], today: date) -> dict[str, tuple[StandingFault, ...]]:
    """Open faults as they were told when they were last found, by entity."""
    found: dict[str, list[StandingFault]] = {}
    for row in rows:
        told = json.loads(row["told"])
        first, last = date.fromisoformat(row["first_seen"]), date.fromisoformat(row["last_seen"])
        fault = StandingFault(
            failure=RuleFailure(**{**told, "metrics": tuple(told["metrics"])}),
            first_seen=first,
            last_seen=last,
            nights_open=(today - first).days + 1,
            life="new" if first == today else "continuing",
            open_since=first,
            system_id=row["system_id"],
        )
        found.setdefault(row["entity"], []).append(fault)
    return {entity: tuple(faults) for entity, faults in found.items()}
