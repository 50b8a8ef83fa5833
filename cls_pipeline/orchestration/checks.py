"""What a load of a sender says as asset checks: `contract` for each entity, `delivery` for the pull. None blocks.

A sender's trouble is told, it never stops the marts. Tables are capped, and hold nothing that identifies anybody.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import dagster as dg

from cls_pipeline.outcomes import RuleFailure, SenderLoad
from cls_pipeline.registry import Contract, Registry, Sender
from cls_pipeline.registry.origin import shown_name

CONTRACT = "contract"
DELIVERY = "delivery"
PLATFORM_FAULT = "platform_fault"
FAILED_RULES = "failed_rules"
# The table is stored with each evaluation in Dagster's event log; the full list is the ledger's.
MOST_RULES = 30
WHOLE_DELIVERY = ""

# In the order of need: the UI shows about six columns before one has to scroll.
RULE_COLUMNS = dg.TableSchema(
    columns=[
        dg.TableColumn("rule", description="what must hold, in plain English"),
        dg.TableColumn("column", description="the sender's own column"),
        dg.TableColumn("rows", "int", description="rows that failed"),
        dg.TableColumn("example", description="a value that was sent, where it identifies nobody"),
        dg.TableColumn("allowed", description="what is allowed"),
        dg.TableColumn("how_to_fix", description="what to do"),
        dg.TableColumn("nearest", description="the nearest allowed value"),
        dg.TableColumn("first_row", description="the first such row, as a spreadsheet numbers it"),
        dg.TableColumn("file", description="the sender's file and table"),
        dg.TableColumn("share", description="of the table's rows"),
        dg.TableColumn("severity", description="what follows: the delivery or the row is refused, or only a warning"),
        dg.TableColumn("figures", description="programme figures that it touches"),
        dg.TableColumn("rule_id", description="the rule's name in the contract"),
    ]
)


def sender_check_specs(sender: Sender, registry: Registry) -> list[dg.AssetCheckSpec]:
    """The checks of a sender's assets."""
    name = shown_name(sender, registry)
    contracts = [
        dg.AssetCheckSpec(
            CONTRACT,
            asset=[sender.id, entity],
            description=f"Each {entity} record that {name} delivers meets the contract of {entity}.",
        )
        for entity in registry.entities_of(sender)
    ]
    delivery = dg.AssetCheckSpec(
        DELIVERY,
        asset=[sender.id, DELIVERY],
        description=f"{name} delivers in time, in files that its systems' profiles expect, and none is refused.",
    )
    return [*contracts, delivery]


def contract_check(load: SenderLoad, contract: Contract) -> dg.AssetCheckResult:
    """The `contract` check of one entity: every failure that is open, tonight's and those of other deliveries."""
    failures = [fault.failure for fault in load.standing.get(contract.entity, ()) if fault.fails]
    refused_rows = sum(failure.rows for failure in failures if failure.severity == "refuse_row")
    return dg.AssetCheckResult(
        asset_key=[load.sender_id, contract.entity],
        check_name=CONTRACT,
        passed=not failures,
        severity=_severity(failures),
        description=_count(len(failures), "rule failed", "rules failed") if failures else "Every rule is met.",
        metadata={
            "rules failed": len(failures),
            "rows failing a rule": refused_rows,
            **({FAILED_RULES: _table(failures, contract)} if failures else {}),
        },
    )


def delivery_check(load: SenderLoad) -> dg.AssetCheckResult:
    """The `delivery` check: late, refused or unrecognised deliveries, as sentences; a refusal stands until mended."""
    whole = [fault.failure for fault in load.standing.get(WHOLE_DELIVERY, ()) if fault.fails]
    sentences = [*load.refused, *load.problems, *([load.late] if load.late else [])]
    metadata: dict[str, Any] = {
        "new deliveries": len(load.outcomes),
        "unchanged deliveries": load.unchanged,
        "systems whose newest delivery is refused": len(load.refused),
        "late": load.late or "no",
    }
    if sentences:
        metadata["problems"] = dg.MetadataValue.md("\n".join(f"- {sentence}" for sentence in sentences[:MOST_RULES]))
    if whole:
        metadata[FAILED_RULES] = _table(whole, None)
    return dg.AssetCheckResult(
        asset_key=[load.sender_id, DELIVERY],
        check_name=DELIVERY,
        passed=not sentences and not whole,
        severity=dg.AssetCheckSeverity.ERROR if load.refused else dg.AssetCheckSeverity.WARN,
        description=sentences[0] if sentences else "Nothing is late, refused or unrecognised.",
        metadata=metadata,
    )


def _severity(failures: Sequence[RuleFailure]) -> dg.AssetCheckSeverity:
    only_warnings = all(failure.severity == "warn" for failure in failures)
    return dg.AssetCheckSeverity.WARN if only_warnings else dg.AssetCheckSeverity.ERROR


def platform_fault_check(sender_id: str, fault: str) -> dg.AssetCheckResult:
    """The `delivery` check where the platform, not the sender, is at fault; `fault` quotes no record."""
    return dg.AssetCheckResult(
        asset_key=[sender_id, DELIVERY],
        check_name=DELIVERY,
        passed=False,
        severity=dg.AssetCheckSeverity.ERROR,
        description="The platform failed while it loaded this sender. The sender need do nothing.",
        metadata={PLATFORM_FAULT: fault},
    )


def _table(failures: Sequence[RuleFailure], contract: Contract | None) -> dg.TableMetadataValue:
    worst_first = sorted(failures, key=lambda f: (f.severity == "warn", -f.rows))
    records = [_record(failure, contract) for failure in worst_first[:MOST_RULES]]
    return dg.MetadataValue.table(records=records, schema=RULE_COLUMNS)


def _record(failure: RuleFailure, contract: Contract | None) -> dg.TableRecord:
    where = [failure.source_file]
    if failure.source_table and failure.source_table not in failure.source_file:
        where.append(f"({failure.source_table})")
    return dg.TableRecord(
        {
            "rule": failure.meaning,
            "rule_id": failure.rule_id,
            "severity": failure.severity,
            "file": " ".join(where),
            "column": failure.their_column,
            "rows": failure.rows,
            "share": f"{failure.share:.1%}",
            "first_row": "" if failure.first_row is None else str(failure.first_row),
            "example": "" if _identifies(failure, contract) else failure.example,
            "allowed": failure.allowed,
            "nearest": failure.nearest,
            "how_to_fix": failure.how_to_fix,
            "figures": ", ".join(failure.metrics),
        }
    )


def _identifies(failure: RuleFailure, contract: Contract | None) -> bool:
    """Whether the failed column is one that must never be shown; the load should have left the example out already."""
    column = contract.columns.get(failure.rule_id.partition(".")[0]) if contract else None
    return column is not None and (column.identifies or column.pseudonym is not None)


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}."
