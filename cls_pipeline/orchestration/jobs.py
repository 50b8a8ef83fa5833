"""The jobs: `nightly`, one `load_<sender>` for each sender, and `release`. All run in one process."""

from __future__ import annotations

from collections.abc import Iterable

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from cls_pipeline.orchestration.changes import CHANGES, has_changes
from cls_pipeline.orchestration.checks import CONTRACT, DELIVERY
from cls_pipeline.orchestration.release import LOAD_REPORT
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.origin import shown_name

NIGHTLY = "nightly"
RELEASE = "release"


def sender_job_name(sender_id: str) -> str:
    """The name of a sender's job."""
    return f"load_{sender_id}"


def all_jobs(registry: Registry) -> list[UnresolvedAssetJobDefinition]:
    """Every job."""
    senders = registry.senders.values()
    return [nightly_job(registry), release_job(registry), *[sender_job(sender, registry) for sender in senders]]


def nightly_job(registry: Registry) -> UnresolvedAssetJobDefinition:
    """Everything: each sender in turn, the marts, the release, the report."""
    return dg.define_asset_job(
        NIGHTLY,
        selection=dg.AssetSelection.all() - unplanned_checks(registry.senders.values(), registry),
        executor_def=dg.in_process_executor,
        description="Loads every sender, builds the marts, publishes a release. A sender's trouble stops nobody else.",
    )


def sender_job(sender: Sender, registry: Registry) -> UnresolvedAssetJobDefinition:
    """One sender alone, without the marts."""
    name = shown_name(sender, registry)
    return dg.define_asset_job(
        sender_job_name(sender.id),
        selection=dg.AssetSelection.groups(sender.id) - unplanned_checks([sender], registry),
        executor_def=dg.in_process_executor,
        description=f"Loads what {name} has delivered. The marts follow with the next nightly or release.",
    )


def release_job(registry: Registry) -> UnresolvedAssetJobDefinition:
    """The marts and the release, from what is conformed."""
    senders = dg.AssetSelection.groups(*registry.senders)
    return dg.define_asset_job(
        RELEASE,
        selection=dg.AssetSelection.all() - senders - dg.AssetSelection.assets(LOAD_REPORT),
        executor_def=dg.in_process_executor,
        description="Builds the marts from what is conformed and publishes a release. Loads nobody.",
    )


def unplanned_checks(senders: Iterable[Sender], registry: Registry) -> dg.AssetSelection:
    """The `contract` and `changes` checks of senders, which no job plans: see `emission`."""
    keys = []
    for sender in senders:
        keys += [
            dg.AssetCheckKey(dg.AssetKey([sender.id, entity]), CONTRACT) for entity in registry.entities_of(sender)
        ]
        if has_changes(sender, registry):
            keys.append(dg.AssetCheckKey(dg.AssetKey([sender.id, DELIVERY]), CHANGES))
    return dg.AssetSelection.checks(*keys)
