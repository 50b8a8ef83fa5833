"""What each delivery failed, kept for as long as rows of it may stand: the ledger's table `rule_failure`.

Which of it stands is decided in `standing`, what that makes of a fault in `faults`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from dataclasses import asdict, dataclass

from cls_pipeline.deliveries.marks import count, without
from cls_pipeline.outcomes import DeliveryOutcome, RuleFailure

FAILURES = """
create table if not exists rule_failure (
    sender_id text not null, delivery_id text not null, system_id text not null, of_refused integer not null,
    entity text not null, rule_id text not null, source_table text not null, their_column text not null,
    source_file text not null, told text not null, marks blob,
    primary key
        (sender_id, delivery_id, of_refused, entity, rule_id, source_table, their_column, source_file)
);
"""


@dataclass(frozen=True)
class Found:
    """A failure as one delivery has it.

    `of_refused`: told of a reading that was refused. `rows` are those not yet sent anew, None where the failure is of
    a whole table or where the delivery is replaced as a whole.
    """

    delivery_id: str
    system_id: str
    entity: str
    of_refused: bool
    failure: RuleFailure
    rows: int | None


def write_failures(connection: sqlite3.Connection, outcome: DeliveryOutcome) -> None:
    """Writes what a delivery failed. A good reading takes the place of all before it, a refused one of refused ones."""
    refused = outcome.status == "refused"
    connection.execute(
        "delete from rule_failure where sender_id = ? and delivery_id = ? and of_refused >= ?",
        (outcome.sender_id, outcome.delivery_id, int(refused)),
    )
    failing = outcome.records.failing if outcome.records else {}
    connection.executemany(
        "insert or replace into rule_failure values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                outcome.sender_id,
                outcome.delivery_id,
                outcome.system_id,
                int(refused),
                entity,
                f.rule_id,
                f.source_table,
                f.their_column,
                f.source_file,
                json.dumps(asdict(f)),
                failing.get((entity, f.rule_id, f.source_table, f.source_file)),
            )
            for entity, failures in outcome.failures.items()
            for f in failures
        ],
    )


def follow_records(
    connection: sqlite3.Connection, outcome: DeliveryOutcome, earlier: Collection[str], files: Collection[str]
) -> None:
    """Takes from what earlier deliveries failed the rows that this one sends anew, right or wrong.

    - A row is sent anew where its record is in this delivery, or where its file is (by its name).
    - A row whose record cannot be told is sent anew where this delivery tells a whole period of its table again;
      deliveries of changes never do, so there it stands until its file is sent anew.

    Args:
        connection: in a transaction.
        outcome: of this delivery, with its records' marks.
        earlier: the deliveries before it whose records it goes on with.
        files: the names of its files.
    """
    if outcome.records is None or not earlier:
        return
    marks = ", ".join("?" * len(earlier))
    rows = connection.execute(
        "select rowid, entity, source_table, source_file, marks from rule_failure"
        f" where sender_id = ? and delivery_id in ({marks})",
        (outcome.sender_id, *earlier),
    ).fetchall()
    told_anew = {a.source_table for a in outcome.accounts} if outcome.records.whole_period else set()
    for row in rows:
        if row["source_file"] in files:
            connection.execute("delete from rule_failure where rowid = ?", (row["rowid"],))
        elif row["marks"] is not None:
            held = outcome.records.held.get(row["entity"], b"")
            left = without(row["marks"], held, untold_too=row["source_table"] in told_anew)
            if len(left) < len(row["marks"]):
                connection.execute("update rule_failure set marks = ? where rowid = ?", (left, row["rowid"]))


def read_failures(connection: sqlite3.Connection, sender_id: str) -> list[Found]:
    """What a sender's deliveries failed."""
    rows = connection.execute("select * from rule_failure where sender_id = ?", (sender_id,)).fetchall()
    return [
        Found(
            delivery_id=row["delivery_id"],
            system_id=row["system_id"],
            entity=row["entity"],
            of_refused=bool(row["of_refused"]),
            failure=failure_from(row["told"]),
            rows=None if row["marks"] is None else count(row["marks"]),
        )
        for row in rows
    ]


def forget_failures(connection: sqlite3.Connection, sender_id: str, keep: Collection[str]) -> None:
    """Forgets what deliveries other than those named failed, and failures of which no row is left."""
    marks = ", ".join("?" * len(keep))
    connection.execute(
        f"delete from rule_failure where sender_id = ? and (delivery_id not in ({marks}) or length(marks) = 0)",
        (sender_id, *keep),
    )


def failure_from(told: str) -> RuleFailure:
    """The failure that was written as JSON."""
    fields = json.loads(told)
    return RuleFailure(**{**fields, "metrics": tuple(fields["metrics"])})
