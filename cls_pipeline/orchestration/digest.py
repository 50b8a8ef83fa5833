"""One digest per sender of the checks that failed in a run, in the sender's own words.

How it reaches the sender is a transport's business: see `transports`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg

from cls_pipeline.orchestration.checks import CONTRACT, DELIVERY, FAILED_RULES, PLATFORM_FAULT
from cls_pipeline.orchestration.emission import STILL
from cls_pipeline.orchestration.evaluations import evaluations_of
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.transports import Digest
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.origin import NOTES, origin_of

OUR_TIME = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class FailedCheck:
    """A failed check of one sender: of an entity, or of its delivery."""

    subject: str
    passed_rows: bool
    summary: str
    problems: str
    rules: tuple[dict[str, Any], ...]


def deliver_digests(instance: dg.DagsterInstance, run_id: str, platform: Platform) -> list[Digest]:
    """Hands a digest of the run to each sender with a failed check; doing it twice changes nothing."""
    digests = digests_of(instance, run_id, platform)
    for digest in digests:
        for transport in platform.transports:
            transport.send(digest)
    return digests


def digests_of(instance: dg.DagsterInstance, run_id: str, platform: Platform) -> list[Digest]:
    """The digests of a run, one for each sender with a failed check, by sender."""
    failed: dict[str, list[FailedCheck]] = {}
    days: dict[str, date] = {}
    for timestamp, evaluation in evaluations_of(instance, run_id):
        sender_id = evaluation.asset_key.path[0]
        ours = evaluation.check_name in (CONTRACT, DELIVERY) and sender_id in platform.registry.senders
        known = {PLATFORM_FAULT, STILL} & set(evaluation.metadata)
        if ours and not evaluation.passed and not known:
            failed.setdefault(sender_id, []).append(_failed(evaluation))
            days[sender_id] = datetime.fromtimestamp(timestamp, OUR_TIME).date()
    return [
        Digest(
            sender_id, days[sender_id], run_id, render(platform.registry.senders[sender_id], platform.registry, checks)
        )
        for sender_id, checks in sorted(failed.items())
    ]


def render(sender: Sender, registry: Registry, checks: list[FailedCheck]) -> str:
    """The digest's text, in Markdown: the delivery first, then each entity with its rules, gravest first.

    Where records are simulated, it says so under its heading.
    """
    note = NOTES[origin_of(sender, registry)]
    parts = [f"## {sender.name}: what to put right", *([note] if note else [])]
    for check in sorted(checks, key=lambda item: (item.subject != DELIVERY, item.passed_rows, item.subject)):
        parts.append(f"### {check.subject.replace('_', ' ').capitalize()}")
        if check.problems or not check.rules:
            parts.append(check.problems or check.summary)
        parts += [_rule(rule) for rule in check.rules]
    return "\n\n".join(parts) + "\n"


def _rule(rule: dict[str, Any]) -> str:
    place = " ".join(part for part in (rule["file"], rule["column"] and f"column {rule['column']}") if part)
    rows = f"{rule['rows']:,} {'row' if rule['rows'] == 1 else 'rows'} ({rule['share']})" if rule["rows"] else ""
    first = f"first in row {rule['first_row']}" if rule["first_row"] else ""
    consequence = {"warn": "taken with a warning", "refuse_row": "not taken", "refuse_delivery": "delivery refused"}
    facts = [place, rows, first, consequence.get(rule["severity"], rule["severity"])]
    told = [f"- **{rule['rule']}** (`{rule['rule_id']}`)", "  " + "; ".join(fact for fact in facts if fact) + "."]
    for label, key in (("Sent", "example"), ("Allowed", "allowed"), ("Nearest", "nearest")):
        if rule[key]:
            told.append(f"  {label}: {rule[key]}.".replace("..", "."))
    if rule["how_to_fix"]:
        told.append(f"  To do: {rule['how_to_fix']}")
    if rule["figures"]:
        told.append(f"  Figures it touches: {rule['figures']}.")
    return "\n".join(told)


def _failed(evaluation: dg.AssetCheckEvaluation) -> FailedCheck:
    metadata = evaluation.metadata
    table = metadata.get(FAILED_RULES)
    records = table.records if isinstance(table, dg.TableMetadataValue) else []
    problems = metadata.get("problems")
    return FailedCheck(
        subject=evaluation.asset_key.path[-1],
        passed_rows=evaluation.severity == dg.AssetCheckSeverity.WARN,
        summary=evaluation.description or "",
        problems=str(problems.value) if problems else "",
        rules=tuple(dict(record.data) for record in records),
    )
