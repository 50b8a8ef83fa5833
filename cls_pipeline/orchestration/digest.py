"""One digest per sender to whom a run brought anything new: a failed check, a fault fixed, accepted or back again.

What it says is written in `cls_pipeline.returns.digest`; how it reaches the sender is a transport's business: see
`transports`.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import dagster as dg

from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.orchestration.checks import CONTRACT, DELIVERY, PLATFORM_FAULT
from cls_pipeline.orchestration.emission import STILL
from cls_pipeline.orchestration.evaluations import evaluations_of
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.transports import Digest
from cls_pipeline.returns.digest import render, tonight_of

OUR_TIME = ZoneInfo("Europe/London")


def deliver_digests(instance: dg.DagsterInstance, run_id: str, platform: Platform) -> list[Digest]:
    """Hands a digest of the run to each sender that it concerns; doing it twice changes nothing."""
    digests = digests_of(instance, run_id, platform)
    for digest in digests:
        for transport in platform.transports:
            transport.send(digest)
    return digests


def digests_of(instance: dg.DagsterInstance, run_id: str, platform: Platform) -> list[Digest]:
    """The digests of a run, by sender: where a delivery failed, or where a contract was judged and there is anything
    to tell of its faults."""
    problems: dict[str, str] = {}
    judged: set[str] = set()
    days: dict[str, date] = {}
    for timestamp, evaluation in evaluations_of(instance, run_id):
        sender_id = evaluation.asset_key.path[0]
        if sender_id not in platform.registry.senders or {PLATFORM_FAULT, STILL} & set(evaluation.metadata):
            continue
        if evaluation.check_name == CONTRACT:
            judged.add(sender_id)
        elif evaluation.check_name == DELIVERY and not evaluation.passed:
            problems[sender_id] = _problems(evaluation)
        else:
            continue
        days[sender_id] = datetime.fromtimestamp(timestamp, OUR_TIME).date()
    ledger = Ledger(platform.settings.ledger_path)
    found = []
    for sender_id, day in sorted(days.items()):
        tonight = tonight_of(ledger, sender_id) if sender_id in judged else None
        if sender_id in problems or (tonight and tonight.anything):
            sender = platform.registry.senders[sender_id]
            text = render(sender, platform.registry, tonight, problems.get(sender_id, ""))
            found.append(Digest(sender_id, day, run_id, text))
    return found


def _problems(evaluation: dg.AssetCheckEvaluation) -> str:
    told = evaluation.metadata.get("problems")
    return str(told.value) if told else evaluation.description or ""
