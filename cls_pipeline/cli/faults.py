"""`cls status --faults`: every rule that failed, since when, and what became of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from cls_pipeline.deliveries.faults import Fault
    from cls_pipeline.registry import Registry
    from cls_pipeline.settings import Settings


class State(StrEnum):
    """How a fault stands; see `deliveries.faults`."""

    OPEN = "open"
    RETURNED = "returned"
    WAIVED = "waived"
    FIXED = "fixed"


STANDING = (State.OPEN, State.RETURNED, State.WAIVED)
COLUMNS = ("site", "kind", "rule", "column", "rows", "share", "state", "since", "nights", "what to do")
NUMBERS = ("rows", "share", "nights")
NONE = "There is no such fault."


def show_faults(
    settings: Settings, registry: Registry, senders: Sequence[str], states: Sequence[str], as_json: bool
) -> None:
    """Prints the faults in some states, of all senders or of those named, the gravest of each first."""
    from cls_pipeline.cli.console import out

    found = faults_of(settings, senders, states)
    today = datetime.now(UTC).date()
    if as_json:
        told = [_as_record(sender_id, fault, today) for sender_id, fault in found]
        typer.echo(json.dumps(told, default=str, indent=1, ensure_ascii=False))
    elif found:
        out.print(faults_table(found, registry, today))
    else:
        out.print(NONE)


def faults_of(settings: Settings, senders: Sequence[str], states: Sequence[str]) -> list[tuple[str, Fault]]:
    """Senders and their faults in some states, from the ledger."""
    from cls_pipeline.deliveries.fault_tables import fault_of
    from cls_pipeline.deliveries.ledger import Ledger

    rows = Ledger(settings.ledger_path).query("select * from contract_fault order by sender_id, entity")
    found = [(str(row["sender_id"]), fault_of(row)) for row in rows if row["state"] in states]
    wanted = [item for item in found if not senders or item[0] in senders]
    return sorted(wanted, key=lambda item: (item[0], *_gravest_first(item[1])))


def _gravest_first(fault: Fault) -> tuple[bool, bool, str, int]:
    silent = fault.state in ("waived", "fixed")
    return (silent, fault.failure.severity == "warn", fault.entity, -fault.failure.rows)


def faults_table(found: Iterable[tuple[str, Fault]], registry: Registry, today: date) -> Table:
    """The faults as a table; where a site's records are simulated, it says so."""
    from rich.markup import escape

    from cls_pipeline.cli.console import FOLLOWS, table
    from cls_pipeline.registry.origin import INVENTED, origin_of

    made = table(COLUMNS, NUMBERS)
    origins = set()
    for sender_id, fault in found:
        failure, sender = fault.failure, registry.senders.get(sender_id)
        origins |= {origin_of(sender, registry)} if sender else set()
        made.add_row(
            escape(sender.name if sender else sender_id),
            fault.entity or "delivery",
            escape(f"{failure.rule_id} ({FOLLOWS[failure.severity]})\n{failure.meaning}"),
            escape(failure.their_column),
            f"{failure.rows:,}" if failure.rows else "",
            f"{failure.share:.1%}" if failure.rows else "",
            escape(_state(fault, today)),
            str(fault.opened),
            f"{fault.nights_open(today):,}",
            escape(failure.how_to_fix),
        )
    if origins & {"simulated", "mixed"}:
        made.caption, made.caption_justify = f"simulated: {INVENTED}", "left"
    return made


def _state(fault: Fault, today: date) -> str:
    """The state as of the last load, with what a waiver says."""
    waiver = fault.waiver
    if fault.closed:
        return f"fixed on {fault.closed}"
    if waiver is None:
        return fault.state
    if fault.state == "waived":
        over = "" if waiver.in_force(today) else ", which is over: it counts again with the next load"
        return f"waived until {waiver.until} by {waiver.owner}{over}: {waiver.reason}"
    return f"{fault.state}; its waiver ended on {waiver.until}"


def _as_record(sender_id: str, fault: Fault, today: date) -> dict[str, object]:
    failure = asdict(fault.failure)
    waiver = fault.waiver.model_dump(include={"reason", "owner", "until"}) if fault.waiver else None
    return {
        "sender_id": sender_id,
        "system_id": fault.system_id,
        "entity": fault.entity,
        **failure,
        "state": fault.state,
        "first_seen": fault.first_seen,
        "opened": fault.opened,
        "last_seen": fault.last_seen,
        "closed": fault.closed,
        "times_opened": fault.times_opened,
        "nights_open": fault.nights_open(today),
        "files": fault.files,
        "waiver": waiver,
        "delivery_id": fault.delivery_id,
    }
