"""The `changes` check of a sender's delivery: what differs from the last one, as a table; alarms warn.

It is evaluated where something new was delivered, like `contract`, and a quiet night leaves the last one to be seen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import dagster as dg

from cls_pipeline.comparing.changes import Comparison
from cls_pipeline.comparing.since_last import is_compared
from cls_pipeline.comparing.told import COLUMNS, headline, line, sentence
from cls_pipeline.orchestration.checks import DELIVERY
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.origin import shown_name

CHANGES = "changes"
# The table is stored with each evaluation; alarms come first.
MOST_CHANGES = 30
SCHEMA = dg.TableSchema(
    columns=[
        dg.TableColumn("system", description="the system that was exported"),
        *[dg.TableColumn(name, description=meaning) for name, meaning in COLUMNS.items()],
    ]
)


def has_changes(sender: Sender, registry: Registry) -> bool:
    """Whether deliveries of the sender are compared with each other."""
    return any(map(is_compared, registry.systems_of(sender)))


def changes_check_specs(sender: Sender, registry: Registry) -> list[dg.AssetCheckSpec]:
    """The check, for a sender whose deliveries are compared."""
    if not has_changes(sender, registry):
        return []
    description = (
        f"What {shown_name(sender, registry)} delivered is like the delivery before: no fewer rows or people by more "
        f"than {sender.alarm_fall:.0%}, no column gone, no common code that came or went, no share that leapt."
    )
    return [dg.AssetCheckSpec(CHANGES, asset=[sender.id, DELIVERY], description=description)]


def changes_checks(load: SenderLoad, limit: int) -> Iterator[dg.AssetCheckResult]:
    """The check of a load; none where nothing was delivered that is compared.

    Args:
        load: of the sender; of several deliveries of a system the newest is told.
        limit: counts from 1 up to this are told as a range, for everybody who opens the UI sees them.
    """
    newest = {item.system_id: item for outcome in load.outcomes if (item := outcome.comparison) is not None}
    if not newest:
        return
    alarms = [(item, change) for item in newest.values() for change in item.alarms]
    told = [(item, change) for item in newest.values() for change in item.changes]
    told.sort(key=lambda pair: not pair[1].alarm)
    metadata: dict[str, Any] = {
        "changes to look at": len(alarms),
        "rows delivered": sum(item.rows for item in newest.values()),
        "compared with": dg.MetadataValue.md("\n".join(f"- {_told(item)}" for item in newest.values())),
    }
    if alarms:
        sentences = [sentence(change, limit) for _, change in alarms[:MOST_CHANGES]]
        metadata["to look at"] = dg.MetadataValue.md("\n".join(f"- {text}" for text in sentences))
    if told:
        records = [dg.TableRecord({"system": item.system_id, **line(c, limit)}) for item, c in told[:MOST_CHANGES]]
        metadata["changes"] = dg.MetadataValue.table(records=records, schema=SCHEMA)
    yield dg.AssetCheckResult(
        asset_key=[load.sender_id, DELIVERY],
        check_name=CHANGES,
        passed=not alarms,
        severity=dg.AssetCheckSeverity.WARN,
        description=sentence(alarms[0][1], limit) if alarms else " ".join(map(headline, newest.values())),
        metadata=metadata,
    )


def _told(item: Comparison) -> str:
    more = len(item.changes) - MOST_CHANGES
    return f"{item.system_id}, as of {item.as_of:%d %B %Y}: {headline(item)}" + (f" {more} more." if more > 0 else "")
