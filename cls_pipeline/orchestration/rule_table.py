"""The tables of a check: a row for each rule that failed, and for each that could not be checked.

They are stored with each evaluation in Dagster's event log, so they are capped, and hold nothing that identifies
anybody; every failing row is in the sender's own fix list. When a check fails belongs in `checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import dagster as dg

from cls_pipeline.outcomes import RuleFailure, StandingFault
from cls_pipeline.registry import Contract
from cls_pipeline.returns.told import consequence_of, since_of, state_of

MOST_RULES: Final = 30

# In the order of need: the UI shows about six columns before one has to scroll.
RULE_COLUMNS: Final = dg.TableSchema(
    columns=[
        dg.TableColumn("rule", description="what must hold, in plain English"),
        dg.TableColumn("column", description="the sender's own column"),
        dg.TableColumn("rows", "int", description="rows that failed"),
        dg.TableColumn("first_row", description="the first such row, as a spreadsheet numbers it"),
        dg.TableColumn("file", description="the sender's file and table"),
        dg.TableColumn("example", description="a value that was sent, where it identifies nobody"),
        dg.TableColumn("how_to_fix", description="what to do"),
        dg.TableColumn("state", description="new, continuing, back again, or accepted for now"),
        dg.TableColumn("what_follows", description="what becomes of the rows"),
        dg.TableColumn("allowed", description="what is allowed"),
        dg.TableColumn("nearest", description="the nearest allowed value"),
        dg.TableColumn(
            "open_since", description="the night on which it was found, and how many nights it has been open"
        ),
        dg.TableColumn("share", description="of the table's rows"),
        dg.TableColumn("figures", description="programme figures that it touches"),
        dg.TableColumn("severity", description="refuse_delivery, refuse_row or warn"),
        dg.TableColumn("rule_id", description="the rule's name in the contract"),
    ]
)
# Of all kinds of record of a sender, on one page: what it may name without telling of anybody.
ALL_COLUMNS: Final = dg.TableSchema(
    columns=[
        dg.TableColumn("kind_of_record", description="the asset whose check `contract` tells more"),
        *(column for column in RULE_COLUMNS.columns if column.name in {"rule", "column", "rows", "file", "state"}),
        dg.TableColumn("what_follows", description="what becomes of the rows"),
    ]
)
UNCHECKED_COLUMNS: Final = dg.TableSchema(
    columns=[
        dg.TableColumn("rule", description="the rule, and why it could not be checked"),
        dg.TableColumn("column", description="the sender's own columns that it is about"),
        dg.TableColumn("file", description="the sender's file and table"),
        dg.TableColumn("how_to_fix", description="what to do"),
        dg.TableColumn(
            "open_since", description="the night on which it was found, and how many nights it has been open"
        ),
        dg.TableColumn("rule_id", description="the rule's name in the contract"),
    ]
)


def rule_table(faults: Iterable[StandingFault], contract: Contract | None) -> dg.TableMetadataValue:
    """The faults, failing ones first, gravest first."""
    return _table(sorted(faults, key=_gravest_first), contract, RULE_COLUMNS)


def unchecked_table(faults: Iterable[StandingFault], contract: Contract | None) -> dg.TableMetadataValue:
    """The rules that could not be evaluated, with why."""
    return _table(list(faults), contract, UNCHECKED_COLUMNS)


def table_of_all(faults: Mapping[str, Iterable[StandingFault]]) -> dg.TableMetadataValue:
    """The failing faults of every kind of record, gravest first."""
    found = [(entity, fault) for entity, of_entity in faults.items() for fault in of_entity if fault.fails]
    found.sort(key=lambda item: _gravest_first(item[1]))
    names = [column.name for column in ALL_COLUMNS.columns[1:]]
    records = []
    for entity, fault in found[:MOST_RULES]:
        cells = _cells(fault, None)
        records.append(dg.TableRecord({"kind_of_record": entity, **{name: cells[name] for name in names}}))
    return dg.MetadataValue.table(records=records, schema=ALL_COLUMNS)


def _gravest_first(fault: StandingFault) -> tuple[bool, bool, int]:
    return (not fault.fails, fault.failure.severity == "warn", -fault.failure.rows)


def _table(faults: Sequence[StandingFault], contract: Contract | None, schema: dg.TableSchema) -> dg.TableMetadataValue:
    names = [column.name for column in schema.columns]
    records = []
    for fault in faults[:MOST_RULES]:
        cells = _cells(fault, contract)
        records.append(dg.TableRecord({name: cells[name] for name in names}))
    return dg.MetadataValue.table(records=records, schema=schema)


def _cells(fault: StandingFault, contract: Contract | None) -> dict[str, str | int]:
    failure = fault.failure
    where = [failure.source_file]
    if failure.source_table and failure.source_table not in failure.source_file:
        where.append(f"({failure.source_table})")
    if fault.files > 1:
        where.append(f"and {fault.files - 1} more")
    return {
        "rule": failure.meaning,
        "column": failure.their_column,
        "rows": failure.rows,
        "example": "" if _identifies(failure, contract) else failure.example,
        "how_to_fix": failure.how_to_fix,
        "state": state_of(fault),
        "allowed": failure.allowed,
        "nearest": failure.nearest,
        "open_since": since_of(fault),
        "what_follows": consequence_of(failure),
        "share": f"{failure.share:.1%}",
        "first_row": "" if failure.first_row is None else str(failure.first_row),
        "file": " ".join(where),
        "figures": ", ".join(failure.metrics),
        "severity": failure.severity,
        "rule_id": failure.rule_id,
    }


def _identifies(failure: RuleFailure, contract: Contract | None) -> bool:
    """Whether the failed column is one that must never be shown; the load should have left the example out already."""
    column = contract.columns.get(failure.rule_id.partition(".")[0]) if contract else None
    return column is not None and (column.identifies or column.pseudonym is not None)
