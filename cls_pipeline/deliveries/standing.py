"""Which failures stand: of all that deliveries failed, what is still so in the records in force or still to be sent.

One fault is one rule and column of a table of a system, over all deliveries whose rows of it stand; not one per file.
What its life has been belongs in `faults`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.failures import Found
from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import Registry, Sender, SystemProfile

# System, entity, rule, table, column: what makes a fault one and the same.
FaultKey = tuple[str, str, str, str, str]
# Rows of a table in scope, by entity and table.
TableRows = Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Standing:
    """A failure that stands: told of the newest delivery that has it, with the rows of all `files`."""

    failure: RuleFailure
    delivery_id: str
    files: int


def telling_names(delivery: Delivery, system: SystemProfile) -> set[str]:
    """The names of a delivery's files by which they are known again; a name that every delivery has tells nothing."""
    fixed = {table.id for table in system.files if not {"*", "{"} & set(table.name)}
    return {file.name for file in delivery.files if not fixed & set(file.tables)}


def speaking(deliveries: Sequence[Delivery], system: SystemProfile) -> list[Delivery]:
    """The deliveries of one system that say how it stands, in the order given (by day, then by arrival).

    Those in force, and refused ones that nobody has sent anew: where a delivery tells everything, or a whole period,
    again, that can only be the newest; one of changes waits until its day, or a file of its name, is sent again.
    """
    waiting = [d for d in deliveries if d.status == "refused"]
    if system.coverage != "changes":
        waiting = [d for d in waiting if d is deliveries[-1]]
    else:
        waiting = [d for d in waiting if not _sent_anew(d, deliveries[deliveries.index(d) + 1 :], system)]
    return [d for d in deliveries if d.in_force or d in waiting]


def _sent_anew(delivery: Delivery, later: Sequence[Delivery], system: SystemProfile) -> bool:
    names, day = telling_names(delivery, system), (delivery.as_of, delivery.captures)
    return any(
        ("as_of" in delivery.captures and (other.as_of, other.captures) == day) or names & telling_names(other, system)
        for other in later
    )


def standing(
    found: Iterable[Found],
    deliveries: Sequence[Delivery],
    rows: Mapping[str, TableRows],
    sender: Sender,
    registry: Registry,
) -> dict[FaultKey, Standing]:
    """The failures that stand.

    Where a delivery of everything came later, what was before it is over. Where deliveries add up, rows go as their
    records are sent anew (`failures.follow_records`), and what concerns the layout of a table is told by the newest
    delivery that has the table.

    Args:
        found: what each delivery failed.
        deliveries: the sender's, settled, in the order of their days and their arrival.
        rows: the rows in scope of each table, by delivery.
        sender: who sent them.
        registry: what the systems' deliveries cover, and which systems are versions of one product.
    """
    by_delivery: dict[str, list[Found]] = {}
    for item in sorted(found, key=lambda f: f.of_refused):
        if item.rows != 0:
            by_delivery.setdefault(item.delivery_id, []).append(item)
    place = {delivery.delivery_id: position for position, delivery in enumerate(deliveries)}
    pieces: dict[FaultKey, list[Found]] = {}
    for systems in _products(deliveries, registry):
        chain = [d for system in systems for d in _speaking_of(system, deliveries)]
        chain.sort(key=lambda d: place[d.delivery_id])
        last = _Last.of(chain, rows, registry)
        adds_up = registry.adds_up(sender, systems[0].id)
        for position, delivery in enumerate(chain):
            for item in by_delivery.get(delivery.delivery_id, []):
                table = (item.entity, item.failure.source_table)
                over = position < last.whole.get(item.entity, 0)
                layout = adds_up and item.rows is None and delivery.status != "refused"
                if not over and not (layout and position < last.holding.get(table, 0)):
                    pieces.setdefault(_key(item), []).append(item)
    return {key: _together(items, registry) for key, items in pieces.items()}


@dataclass(frozen=True)
class _Last:
    """Where among deliveries stands the last in force of everything, by entity, and the last that has a table."""

    whole: dict[str, int]
    holding: dict[tuple[str, str], int]

    @classmethod
    def of(cls, chain: Sequence[Delivery], rows: Mapping[str, TableRows], registry: Registry) -> _Last:
        whole: dict[str, int] = {}
        holding: dict[tuple[str, str], int] = {}
        for position, delivery in enumerate(chain):
            if delivery.in_force:
                tables = rows.get(delivery.delivery_id, {})
                holding |= dict.fromkeys(tables, position)
                if registry.systems[delivery.system_id].coverage == "full":
                    whole |= dict.fromkeys((entity for entity, _ in tables), position)
        return cls(whole, holding)


def _products(deliveries: Iterable[Delivery], registry: Registry) -> list[list[SystemProfile]]:
    """The systems delivered, each product's versions together; those that the registry no longer knows are left out."""
    products: dict[str, list[SystemProfile]] = {}
    for system in dict.fromkeys(d.system_id for d in deliveries if d.system_id in registry.systems):
        products.setdefault(registry.numbering(system), []).append(registry.systems[system])
    return list(products.values())


def _speaking_of(system: SystemProfile, deliveries: Sequence[Delivery]) -> list[Delivery]:
    return speaking([d for d in deliveries if d.system_id == system.id], system)


def _key(item: Found) -> FaultKey:
    failure = item.failure
    return (item.system_id, item.entity, failure.rule_id, failure.source_table, failure.their_column)


def _together(items: Sequence[Found], registry: Registry) -> Standing:
    """The pieces of one fault, oldest first, as one; where a delivery tells everything again, only the newest's."""
    newest = items[-1]
    if newest.rows is None or registry.systems[newest.system_id].coverage == "full":
        items = [i for i in items if (i.delivery_id, i.of_refused) == (newest.delivery_id, newest.of_refused)]
    failures = [_left(item) for item in items]
    rows, of = sum(f.rows for f in failures), sum(f.rows / f.share for f in failures if f.share)
    failure = failures[-1]
    if len(failures) > 1 and of:
        failure = replace(failure, rows=rows, share=rows / of)
    return Standing(failure, newest.delivery_id, len({f.source_file for f in failures}))


def _left(item: Found) -> RuleFailure:
    """The failure with the rows that are left of it."""
    failure = item.failure
    if item.rows is None or item.rows == failure.rows:
        return failure
    return replace(failure, rows=item.rows, share=failure.share * item.rows / failure.rows)
