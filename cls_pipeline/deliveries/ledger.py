"""The ledger: every delivery, where each of its rows went, what it failed, and the faults that came of it.

One SQLite file. A delivery is entered when it has landed and its outcome is written in one transaction, so a
killed process leaves a landed delivery that the next run reads. What failed is written in `failures`, faults are
judged in `judging`; bytes belong in `landing`, records in `conform`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from cls_pipeline.deliveries.delivery import Delivery, LandedFile
from cls_pipeline.deliveries.failures import FAILURES, follow_records, write_failures
from cls_pipeline.deliveries.fault_tables import FAULTS
from cls_pipeline.deliveries.following import Place
from cls_pipeline.outcomes import DeliveryOutcome

# Raise it when a table changes its shape.
VERSION = 2
SCHEMA = """
create table if not exists delivery (
    sequence integer primary key, delivery_id text not null, sender_id text not null, system_id text not null,
    as_of text not null, received_at text not null, captures text not null,
    status text not null default 'landed', in_force integer not null default 0,
    reason text not null default '', recipe text not null default '', load_id text not null default '',
    unique (sender_id, delivery_id)
);
create table if not exists landed_file (
    sender_id text not null, delivery_id text not null, name text not null, tables text not null,
    size integer not null, sha256 text not null, primary key (sender_id, delivery_id, name)
);
create index if not exists landed_content on landed_file (sender_id, sha256);
create table if not exists row_account (
    delivery_id text not null, load_id text not null, sender_id text not null, system_id text not null,
    source_file text not null, source_table text not null, entity text not null, rows_delivered integer not null,
    conformed integer not null, quarantined integer not null, out_of_scope integer not null,
    refused integer not null, out_of_scope_reasons text not null,
    primary key (sender_id, delivery_id, source_table, source_file)
);
create table if not exists pull (
    sender_id text primary key, pulled_at text not null, platform_fault text not null default ''
);
"""


class LedgerVersionError(RuntimeError):
    """The file's tables are not those of this program."""


class Ledger:
    """Reads and writes the ledger file; every write is one transaction."""

    def __init__(self, path: Path):
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        with self._connect() as connection:
            made_by = connection.execute("pragma user_version").fetchone()[0]
            if made_by not in (0, VERSION):
                raise LedgerVersionError(
                    f"{path} was made by another version of this program (ledger {made_by}, expected {VERSION}). "
                    "Move it away and load again: every delivery is entered anew from what was landed."
                )
            if made_by == 0:
                connection.execute("pragma journal_mode=wal")
                connection.executescript(SCHEMA + FAILURES + FAULTS)
                connection.execute(f"pragma user_version = {VERSION}")
                path.chmod(0o600)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A connection on which all is written, or nothing; nobody else writes meanwhile."""
        with self._connect() as connection:
            connection.execute("begin immediate")
            yield connection

    @contextmanager
    def _connect(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self._path, timeout=60)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def query(self, sql: str, parameters: tuple[object, ...] = ()) -> list[sqlite3.Row]:
        """The rows of a read-only question."""
        with self._connect() as connection:
            return connection.execute(sql, parameters).fetchall()

    def table(self, sql: str) -> tuple[list[str], list[tuple[object, ...]]]:
        """The column names and rows of a read-only question."""
        with self._connect() as connection:
            cursor = connection.execute(sql)
            return [item[0] for item in cursor.description], [tuple(row) for row in cursor.fetchall()]

    def holder_of(self, sender_id: str, sha256: str) -> tuple[str, str] | None:
        """The delivery and file name that already hold this content, if any."""
        rows = self.query(
            "select delivery_id, name from landed_file where sender_id = ? and sha256 = ? limit 1", (sender_id, sha256)
        )
        return (rows[0]["delivery_id"], rows[0]["name"]) if rows else None

    def find(self, sender_id: str, delivery_id: str) -> Delivery | None:
        """The delivery of that content, or None."""
        found = self._deliveries("sender_id = ? and delivery_id = ?", (sender_id, delivery_id))
        return found[0] if found else None

    def deliveries(self, sender_id: str, system_id: str | None = None) -> list[Delivery]:
        """A sender's deliveries in the order of their dates, then of their arrival."""
        if system_id is None:
            return self._deliveries("sender_id = ?", (sender_id,))
        return self._deliveries("sender_id = ? and system_id = ?", (sender_id, system_id))

    def _deliveries(self, where: str, parameters: tuple[object, ...]) -> list[Delivery]:
        rows = self.query(f"select * from delivery where {where} order by as_of, sequence", parameters)
        files: dict[str, list[LandedFile]] = {}
        of_these = f"(sender_id, delivery_id) in (select sender_id, delivery_id from delivery where {where})"
        for item in self.query(f"select * from landed_file where {of_these} order by name", parameters):
            landed = LandedFile(item["name"], tuple(json.loads(item["tables"])), item["size"], item["sha256"])
            files.setdefault(item["delivery_id"], []).append(landed)
        return [
            Delivery(
                delivery_id=row["delivery_id"],
                sender_id=row["sender_id"],
                system_id=row["system_id"],
                as_of=date.fromisoformat(row["as_of"]),
                received_at=datetime.fromisoformat(row["received_at"]),
                captures=json.loads(row["captures"]),
                status=row["status"],
                in_force=bool(row["in_force"]),
                recipe=row["recipe"],
                load_id=row["load_id"],
                files=tuple(files.get(row["delivery_id"], [])),
                reason=row["reason"],
            )
            for row in rows
        ]

    def delivered_entities(self, sender_id: str) -> tuple[str, ...]:
        """The entities of which a sender ever delivered a table."""
        rows = self.query("select distinct entity from row_account where sender_id = ?", (sender_id,))
        return tuple(row["entity"] for row in rows)

    def enter(self, delivery: Delivery) -> None:
        """Enters a delivery that has just landed."""
        with self._connect() as connection:
            connection.execute(
                "insert into delivery (delivery_id, sender_id, system_id, as_of, received_at, captures)"
                " values (?, ?, ?, ?, ?, ?)",
                (
                    delivery.delivery_id,
                    delivery.sender_id,
                    delivery.system_id,
                    delivery.as_of.isoformat(),
                    delivery.received_at.isoformat(timespec="microseconds"),
                    json.dumps(delivery.captures),
                ),
            )
            connection.executemany(
                "insert into landed_file values (?, ?, ?, ?, ?, ?)",
                [
                    (delivery.sender_id, delivery.delivery_id, f.name, json.dumps(f.tables), f.size, f.sha256)
                    for f in delivery.files
                ],
            )

    def reopen(self, delivery: Delivery) -> None:
        """Takes up a replaced delivery again, as if it had landed now; its bytes are still there."""
        with self._connect() as connection:
            connection.execute(
                "update delivery set status = 'landed', sequence = (select max(sequence) + 1 from delivery)"
                " where sender_id = ? and delivery_id = ?",
                (delivery.sender_id, delivery.delivery_id),
            )

    def settle(
        self,
        outcome: DeliveryOutcome,
        recipe: str,
        replaces: bool,
        *,
        supersede: bool = True,
        place: Place | None = None,
    ) -> None:
        """Writes what became of a delivery: status, accounts, failures; all of it or nothing.

        Where `replaces`, an accepted delivery takes the place of the system's one in force; without `supersede` (an
        older delivery that came late) it is accepted and the one in force stays. A delivery in force that is refused
        on being read again, because a contract or profile changed, keeps its last good reading in force. `place` says
        which earlier deliveries' records it sends anew, if any.
        """
        accepted = outcome.status == "accepted" and supersede
        with self.transaction() as connection:
            held = connection.execute(
                "select in_force from delivery where sender_id = ? and delivery_id = ?",
                (outcome.sender_id, outcome.delivery_id),
            ).fetchone()
            write_failures(connection, outcome)
            if outcome.status == "refused" and held["in_force"]:
                connection.execute(
                    "update delivery set recipe = ?, reason = ? where sender_id = ? and delivery_id = ?",
                    (recipe, " ".join(outcome.reasons), outcome.sender_id, outcome.delivery_id),
                )
                return
            if accepted and place:
                follow_records(connection, outcome, place.earlier, place.files)
            if accepted and replaces:
                connection.execute(
                    "update delivery set in_force = 0 where sender_id = ? and system_id = ?",
                    (outcome.sender_id, outcome.system_id),
                )
            connection.execute(
                "update delivery set status = ?, in_force = ?, reason = ?, recipe = ?, load_id = ?"
                " where sender_id = ? and delivery_id = ?",
                (
                    outcome.status,
                    int(accepted),
                    " ".join(outcome.reasons),
                    recipe,
                    outcome.load_id,
                    outcome.sender_id,
                    outcome.delivery_id,
                ),
            )
            self._write_accounts(connection, outcome)

    def _write_accounts(self, connection: sqlite3.Connection, outcome: DeliveryOutcome) -> None:
        connection.execute(
            "delete from row_account where sender_id = ? and delivery_id = ?", (outcome.sender_id, outcome.delivery_id)
        )
        connection.executemany(
            "insert into row_account values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    outcome.delivery_id,
                    outcome.load_id,
                    outcome.sender_id,
                    outcome.system_id,
                    a.source_file,
                    a.source_table,
                    a.entity,
                    a.rows_delivered,
                    a.conformed,
                    a.quarantined,
                    a.out_of_scope,
                    a.refused,
                    json.dumps(a.out_of_scope_reasons, sort_keys=True),
                )
                for a in outcome.accounts
            ],
        )

    def note_pull(self, sender_id: str, platform_fault: str = "") -> None:
        """Remembers when a sender was last pulled, and a fault of the platform in doing so."""
        with self._connect() as connection:
            connection.execute(
                "insert into pull values (?, ?, ?) on conflict do update set pulled_at = excluded.pulled_at,"
                " platform_fault = excluded.platform_fault",
                (sender_id, datetime.now(UTC).isoformat(timespec="seconds"), platform_fault),
            )
