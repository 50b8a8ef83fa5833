"""How a sender's assets say at a glance how they stand: what was promised, what came last, where its rows went.

What failed is told by `checks`; which assets there are, by `senders`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

import dagster as dg

from cls_pipeline.outcomes import DeliveryOutcome, SenderLoad, TableAccount
from cls_pipeline.registry import Registry, Sender, TableLayout
from cls_pipeline.registry.origin import origin

# What the UI calls the kinds of files; it has pictures for these.
KINDS = {"csv": "csv", "xlsx": "excel"}


def freshness(sender: Sender) -> dg.FreshnessPolicy | None:
    """The rhythm that the sender promised: a warning when a delivery is due, a failure when its grace is over too.

    Dagster counts from the load that last took something in; the `delivery` check from the day that the files state.
    """
    if sender.rhythm.days is None:
        return None
    due = timedelta(days=sender.rhythm.days - sender.rhythm.tolerance_days)
    late = timedelta(days=sender.rhythm.days)
    return dg.FreshnessPolicy.time_window(fail_window=late, warn_window=due if due < late else None)


def promise(sender: Sender, registry: Registry, entity: str | None, today: date) -> str:
    """What is sent, in which files, and how often, in a sentence or two; of all entities where None is named."""
    files = [f"`{table.name}`" for table in _tables(sender, registry, entity, today)]
    rhythm = sender.rhythm
    often = "No rhythm is promised." if rhythm.days is None else f"Promised every {rhythm.every}."
    if rhythm.days is not None and rhythm.tolerance_days:
        often = f"{often[:-1]}, with {rhythm.tolerance_days} days of grace."
    return f"{often} Sent as {', '.join(dict.fromkeys(files))}." if files else often


def kinds(sender: Sender, registry: Registry, entity: str, today: date) -> set[str]:
    """What the entity is sent as; as parquet where no system in force sends it."""
    return {KINDS[table.format.kind] for table in _tables(sender, registry, entity, today)} or {"parquet"}


def _tables(sender: Sender, registry: Registry, entity: str | None, today: date) -> list[TableLayout]:
    systems = [registry.systems[item.system] for item in sender.in_force(today)]
    return [table for system in systems for table in system.files if entity in (None, table.entity)]


def pulled(load: SenderLoad, registry: Registry) -> dict[str, Any]:
    """What a load says of the pull, the newest delivery first."""
    rows = [account for outcome in load.outcomes for account in outcome.accounts]
    return {
        **_last(load.sender_id, load.outcomes, registry),
        **_where_rows_went(rows),
        "new deliveries": len(load.outcomes),
        "unchanged deliveries": load.unchanged,
        "refused deliveries": len([outcome for outcome in load.outcomes if outcome.status == "refused"]),
        "deliveries": ", ".join(f"{o.system_id} {o.as_of} {o.status}" for o in load.outcomes),
        "records": origin_of_outcomes(load.outcomes, registry),
    }


def counts(load: SenderLoad, entity: str, outcomes: Sequence[DeliveryOutcome], registry: Registry) -> dict[str, Any]:
    """What a load says of an entity: the last delivery, where its rows went, how many rules stand open."""
    rows = _where_rows_went([outcome.rows(entity) for outcome in outcomes])
    failing = [fault for fault in load.standing.get(entity, ()) if fault.fails]
    return {
        "dagster/row_count": rows["accepted"],
        **_last(load.sender_id, outcomes, registry),
        **rows,
        "rules failed": len(failing),
        "deliveries": ", ".join(outcome.delivery_id for outcome in outcomes),
        "records": origin_of_outcomes(outcomes, registry),
    }


def _last(sender_id: str, outcomes: Sequence[DeliveryOutcome], registry: Registry) -> dict[str, Any]:
    newest = max(outcomes, key=lambda outcome: outcome.as_of)
    due = registry.senders[sender_id].due(newest.as_of)
    systems = dict.fromkeys(registry.systems[outcome.system_id].name for outcome in outcomes)
    return {
        "last delivery": f"{newest.as_of:%d %B %Y} ({', '.join(systems)})",
        "next due by": f"{due:%d %B %Y}" if due else "no rhythm promised",
    }


def _where_rows_went(accounts: Iterable[TableAccount]) -> dict[str, Any]:
    """The four places of rows, and the share accepted of those that the programme collects, in per cent."""
    rows = list(accounts)
    accepted, quarantined = sum(r.conformed for r in rows), sum(r.quarantined for r in rows)
    refused, outside = sum(r.refused for r in rows), sum(r.out_of_scope for r in rows)
    collected = accepted + quarantined + refused
    share = {"accepted, % of collected": round(100 * accepted / collected, 2)} if collected else {}
    return {
        "delivered": sum(r.rows_delivered for r in rows),
        "accepted": accepted,
        "quarantined": quarantined,
        "refused": refused,
        "out of scope": outside,
        **share,
    }


def origin_of_outcomes(outcomes: Iterable[DeliveryOutcome], registry: Registry) -> str:
    """Where the records of deliveries come from: reported, simulated or mixed."""
    return origin(registry.systems[outcome.system_id].layout for outcome in outcomes) or "none"
