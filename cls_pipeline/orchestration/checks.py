"""What a load of a sender says as asset checks: `contract` for each entity, `delivery` for the pull. None blocks.

A sender's trouble is told, it never stops the marts. The tables of a check belong in `rule_table`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from cls_pipeline.orchestration.rule_table import MOST_RULES, rule_table, table_of_all, unchecked_table
from cls_pipeline.outcomes import SenderLoad, StandingFault
from cls_pipeline.registry import Contract, Registry, Sender
from cls_pipeline.registry.origin import shown_name
from cls_pipeline.suggesting.lines import together

CONTRACT = "contract"
DELIVERY = "delivery"
PLATFORM_FAULT = "platform_fault"
FAILED_RULES = "failed_rules"
NOT_CHECKED = "rules_not_checked"
TO_PUT_RIGHT = "what_to_put_right"
WHOLE_DELIVERY = ""


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
    """The `contract` check of one entity: every fault that stands, tonight's and those of other deliveries.

    A fault that is accepted for now is told and does not fail it.
    """
    faults = load.standing.get(contract.entity, ())
    asked = [fault for fault in faults if not fault.failure.not_evaluated]
    not_asked = [fault for fault in faults if fault.failure.not_evaluated]
    failing = [fault for fault in faults if fault.fails]
    return dg.AssetCheckResult(
        asset_key=[load.sender_id, contract.entity],
        check_name=CONTRACT,
        passed=not failing,
        severity=_severity(failing),
        description=_summary(asked, not_asked),
        metadata={
            **({FAILED_RULES: rule_table(asked, contract)} if asked else {}),
            **({NOT_CHECKED: unchecked_table(not_asked, contract)} if not_asked else {}),
            **_lines_to_map(load.sender_id, failing),
            **_fix_list(load, contract.entity),
            # Dagster draws numbers over nights under these names.
            "rules failed": len([fault for fault in asked if fault.fails]),
            "failing rows not taken": _rows(failing, "refuse_row"),
            "failing rows taken all the same": _rows(failing, "warn"),
            "rules accepted for now": len(faults) - len(failing),
            "rules not checked": len(not_asked),
        },
    )


def _rows(faults: Sequence[StandingFault], severity: str) -> int:
    return sum(fault.failure.rows for fault in faults if fault.failure.severity == severity)


def _summary(asked: Sequence[StandingFault], not_asked: Sequence[StandingFault]) -> str:
    """The check in a line, as the UI shows it beside its name."""
    failed = len([fault for fault in asked if fault.fails])
    lives = [fault.life for fault in asked]
    parts = [
        _count(lives.count("new"), "is new", "are new") if failed and lives.count("new") < failed else "",
        _count(lives.count("returned"), "is back again", "are back again") if lives.count("returned") else "",
        _count(lives.count("waived"), "is accepted for now", "are accepted for now") if "waived" in lives else "",
        _count(len(not_asked), "rule could not be checked", "rules could not be checked") if not_asked else "",
    ]
    warned = len([fault for fault in asked if fault.fails and fault.failure.severity == "warn"])
    head = _count(failed, "rule failed", "rules failed") if failed else "No rule failed."
    if warned:
        head += " " + _count(warned, "is a warning: its rows are taken", "are warnings: their rows are taken")
    if not asked and not not_asked:
        return "Every rule is met."
    return " ".join([head, *filter(None, parts)])


def _lines_to_map(sender_id: str, faults: Sequence[StandingFault]) -> dict[str, Any]:
    """What would map the codes and columns that nobody knows, for somebody to look at and paste."""
    block = together(fault.failure.suggestion for fault in faults)
    if not block:
        return {}
    told = (
        "The likeliest meaning of each, with the reason. Nothing of this is applied: look at each line, then put it "
        f"into `data_contracts/senders/{sender_id}.yaml`; where `additions:` stands there already, under it."
    )
    return {"lines to map": dg.MetadataValue.md(f"{told}\n\n```yaml\n{block}\n```")}


def _fix_list(load: SenderLoad, entity: str) -> dict[str, Any]:
    """Where every failing row is listed: in the sender's own folder, which no browser opens."""
    found = load.fix_lists.get(entity)
    if found is None:
        return {}
    folder = Path("returns") / load.sender_id
    part = "" if found.in_workbook == found.lines else f" ({found.in_workbook:,} in the workbook, all in the CSV)"
    return {
        "fix list": dg.MetadataValue.path(str(found.workbook)),
        "fix list as CSV": dg.MetadataValue.path(str(found.csv)),
        "where to find it": f"{found.lines:,} lines{part}, in {folder}, which only your site opens; "
        f"`cls returns {load.sender_id}` says what lies there.",
    }


def delivery_check(load: SenderLoad) -> dg.AssetCheckResult:
    """The `delivery` check: late, refused or unrecognised deliveries, as sentences; a refusal stands until mended."""
    whole = [fault for fault in load.standing.get(WHOLE_DELIVERY, ()) if fault.fails]
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
        metadata[FAILED_RULES] = rule_table(whole, None)
    records = {entity: faults for entity, faults in load.standing.items() if entity != WHOLE_DELIVERY}
    failing = {entity for entity, faults in records.items() if any(fault.fails for fault in faults)}
    if failing:
        metadata[TO_PUT_RIGHT] = table_of_all(records)
    return dg.AssetCheckResult(
        asset_key=[load.sender_id, DELIVERY],
        check_name=DELIVERY,
        passed=not sentences and not whole,
        severity=dg.AssetCheckSeverity.ERROR if load.refused else dg.AssetCheckSeverity.WARN,
        description=" ".join(
            [sentences[0] if sentences else "Nothing is late, refused or unrecognised.", *_beside(failing)]
        ),
        metadata=metadata,
    )


def _beside(failing: Collection[str]) -> list[str]:
    """What the delivery's own check adds where it is in order and records in it are not."""
    if not failing:
        return []
    kinds = ", ".join(sorted(failing))
    return [f"Rules failed in {kinds}: see `{TO_PUT_RIGHT}`, and the check `contract` of each."]


def _severity(faults: Sequence[StandingFault]) -> dg.AssetCheckSeverity:
    only_warnings = all(fault.failure.severity == "warn" for fault in faults)
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


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}."
