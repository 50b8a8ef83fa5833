"""The digest of a night for a sender: what is new, what counts again, what still stands, what was fixed or accepted.

Text in Markdown, from the ledger. When one is written, and how it reaches the sender, belongs in `orchestration`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from cls_pipeline.deliveries.fault_tables import fault_of
from cls_pipeline.deliveries.faults import Fault, standing_fault
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.origin import NOTES, origin_of
from cls_pipeline.returns.told import consequence_of, since_of, state_of


@dataclass(frozen=True)
class Tonight:
    """A sender's faults by what a night made of them; each that is not fixed long since stands in one list."""

    night: date
    new: tuple[Fault, ...] = ()
    again: tuple[Fault, ...] = ()
    standing: tuple[Fault, ...] = ()
    fixed: tuple[Fault, ...] = ()
    waived: tuple[Fault, ...] = ()

    @property
    def anything(self) -> bool:
        """Whether there is anything to tell."""
        return any((self.new, self.again, self.standing, self.fixed, self.waived))


def tonight_of(ledger: Ledger, sender_id: str) -> Tonight | None:
    """What the last night on which a sender's faults were judged made of them; None where there was none."""
    [last] = ledger.query("select max(night) as night from fault_night where sender_id = ?", (sender_id,))
    if last["night"] is None:
        return None
    rows = ledger.query(
        "select f.*, (select n.state from fault_night n where n.sender_id = f.sender_id and n.system_id = f.system_id"
        " and n.entity = f.entity and n.rule_id = f.rule_id and n.source_table = f.source_table"
        " and n.their_column = f.their_column and n.night < ? order by n.night desc limit 1) as state_before"
        " from contract_fault f where f.sender_id = ? and (f.state <> 'fixed' or f.closed = ?)",
        (last["night"], sender_id, last["night"]),
    )
    found = sorted(((fault_of(row), row["state_before"]) for row in rows), key=lambda item: _gravest_first(item[0]))
    return _sorted_out(found, date.fromisoformat(last["night"]))


def _sorted_out(found: Iterable[tuple[Fault, str | None]], night: date) -> Tonight:
    lists: dict[str, list[Fault]] = {"new": [], "again": [], "standing": [], "fixed": [], "waived": []}
    for fault, before in found:
        if fault.closed:
            name = "fixed"
        elif fault.state == "waived":
            name = "waived"
        elif before == "waived" or (fault.opened == night and fault.times_opened > 1):
            name = "again"
        else:
            name = "new" if fault.opened == night else "standing"
        lists[name].append(fault)
    return Tonight(night, **{name: tuple(faults) for name, faults in lists.items()})


def _gravest_first(fault: Fault) -> tuple[str, bool, int]:
    return (fault.entity, fault.failure.severity == "warn", -fault.failure.rows)


def render(sender: Sender, registry: Registry, tonight: Tonight | None, problems: str) -> str:
    """The digest's text: what befell the delivery, then the faults. Where records are simulated, it says so.

    Args:
        sender: to whom.
        registry: to know whether its records are simulated.
        tonight: its faults.
        problems: what was late, refused or not recognised, as Markdown; empty if nothing was.
    """
    note = NOTES[origin_of(sender, registry)]
    parts = [f"## {sender.name}: what to put right", *([note] if note else [])]
    if problems:
        parts += ["### Delivery", problems]
    return "\n\n".join([*parts, *(_faults(tonight) if tonight else ())]) + "\n"


def _faults(tonight: Tonight) -> Iterator[str]:
    if tonight.new:
        yield f"### New on {_day(tonight.night)}"
        yield from _in_full(tonight.new)
    if tonight.again:
        yield "### Back again"
        yield from _in_full(tonight.again, tonight.night)
    if tonight.standing:
        yield "### Still open"
        yield "\n".join(_short(fault, f"since {_since(fault, tonight.night)}") for fault in tonight.standing)
    if tonight.fixed:
        yield "### Fixed"
        yield "\n".join(f"- {_named(fault)}; it was open since {_day(fault.opened)}." for fault in tonight.fixed)
    if tonight.waived:
        yield "### Accepted for now"
        yield "\n".join(_short(fault, _state(fault, tonight.night)) for fault in tonight.waived)


def _in_full(faults: Iterable[Fault], night: date | None = None) -> Iterator[str]:
    entity = None
    for fault in faults:
        if fault.entity != entity:
            entity = fault.entity
            yield f"#### {_kind(fault)}"
        yield _rule(fault, "" if night is None else _why_again(fault, night))


def _why_again(fault: Fault, night: date) -> str:
    if fault.waiver:
        return f"It was accepted until {_day(fault.waiver.until)}, which is over; open since {_since(fault, night)}."
    return f"It was first seen on {_day(fault.first_seen)} and was fixed since."


def _rule(fault: Fault, why: str) -> str:
    failure = fault.failure
    told = [f"- **{failure.meaning}** (`{failure.rule_id}`)", f"  {_facts(fault)}."]
    told += [f"  {why}"] if why else []
    for label, text in (("Sent", failure.example), ("Allowed", failure.allowed), ("Nearest", failure.nearest)):
        told += [f"  {label}: {text}.".replace("..", ".")] if text else []
    told += [f"  To do: {failure.how_to_fix}"] if failure.how_to_fix else []
    told += [f"  Lines to map it, once looked at:\n\n{_indented(failure.suggestion)}\n"] if failure.suggestion else []
    told += [f"  Figures it touches: {', '.join(failure.metrics)}."] if failure.metrics else []
    return "\n".join(told)


def _indented(lines: str) -> str:
    return "\n".join(f"      {line}" for line in lines.splitlines())


def _facts(fault: Fault) -> str:
    failure = fault.failure
    first = f"first in row {failure.first_row}" if failure.first_row else ""
    return "; ".join(fact for fact in (_place(fault), _rows(failure), first, consequence_of(failure)) if fact)


def _place(fault: Fault) -> str:
    failure = fault.failure
    more = f"and {fault.files - 1} more" if fault.files > 1 else ""
    parts = (failure.source_file, more, failure.their_column and f"column {failure.their_column}")
    return " ".join(part for part in parts if part)


def _rows(failure: RuleFailure) -> str:
    return f"{failure.rows:,} {'row' if failure.rows == 1 else 'rows'} ({failure.share:.1%})" if failure.rows else ""


def _short(fault: Fault, how: str) -> str:
    facts = (_named(fault), fault.failure.their_column, _rows(fault.failure), how)
    return f"- {'; '.join(fact for fact in facts if fact)}."


def _named(fault: Fault) -> str:
    return f"{_kind(fault)}: {fault.failure.meaning.rstrip('.')} (`{fault.failure.rule_id}`)"


def _kind(fault: Fault) -> str:
    return (fault.entity or "delivery").replace("_", " ").capitalize()


def _since(fault: Fault, night: date) -> str:
    return since_of(standing_fault(fault, night))


def _state(fault: Fault, night: date) -> str:
    return state_of(standing_fault(fault, night)).rstrip(".")


def _day(day: date) -> str:
    return f"{day:%d %B %Y}"
