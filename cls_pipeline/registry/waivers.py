"""May the waivers of a sender stand as they do? Each must name a rule that the sender's records are asked.

Whether a waiver is still in force, and what it silences, is decided where faults are judged.
"""

from __future__ import annotations

from collections.abc import Iterator

from rapidfuzz import process

from cls_pipeline.registry.contract import KEY_UNIQUE, Column, Contract
from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.sender import Sender
from cls_pipeline.registry.source import Mistake

# What every table is asked, whatever its contract, and leaves the delivery to be taken.
OF_EVERY_TABLE = (KEY_UNIQUE, "row.misfit", "column.extra", "table.empty", "table.shrunk")
# The first words of rules by which a delivery is refused whole: then there is nothing to accept for now.
REFUSING = ("file.", "sheet.", "column.missing", "rows.", "delivery.", "system.")


def check_waivers(registry: Registry, sender: Sender) -> Iterator[Mistake]:
    """A mistake for each waiver of an entity that the sender does not deliver, or of a rule that cannot be waived."""
    entities = registry.entities_of(sender)
    seen: dict[tuple[str, str, str | None], int] = {}
    for position, waiver in enumerate(sender.waivers):
        where = ("waivers", position)
        if waiver.entity not in entities:
            yield (*where, "entity"), f"one of {', '.join(entities)} is expected, found {waiver.entity!r}."
            continue
        problem = _problem(waiver.rule, registry.contracts[waiver.entity])
        if problem:
            yield (*where, "rule"), problem
        first = seen.setdefault((waiver.entity, waiver.rule, waiver.column), position)
        if first != position:
            yield where, f"the same rule is waived already, by waivers.{first}; change its end there."


def _problem(rule: str, contract: Contract) -> str | None:
    if rule.startswith(REFUSING):
        return f"{rule} refuses the whole delivery and cannot be waived; put the delivery right and send it again."
    known = waivable(contract)
    if rule in known:
        return None
    nearest = process.extractOne(rule, known)
    return f"a rule of the contract {contract.entity} is expected, such as {nearest[0]}, found {rule!r}."


def waivable(contract: Contract) -> list[str]:
    """The rules of a contract that can be waived, as checks and lists name them."""
    of_columns = [f"{column.name}.{kind}" for column in contract.columns.values() for kind in _kinds(column)]
    return [*(rule.id for rule in contract.rules), *of_columns, *OF_EVERY_TABLE]


def _kinds(column: Column) -> Iterator[str]:
    """What a column by itself can fail."""
    if column.required:
        yield "required"
    if column.kind != "string":
        yield from ("mapped", "code") if column.kind == "code" else ("valid",)
    if column.minimum is not None or column.maximum is not None:
        yield "range"
