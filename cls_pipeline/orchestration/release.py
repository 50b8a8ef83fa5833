"""The last two assets of a night: the release, and the report that fails the run if the platform was at fault."""

from typing import Any

import dagster as dg

from cls_pipeline.gate.held import GateError
from cls_pipeline.orchestration.checks import PLATFORM_FAULT
from cls_pipeline.orchestration.evaluations import evaluations_of
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.warehouse.shelf import Release

RELEASE = dg.AssetKey(["release", "current"])
LOAD_REPORT = dg.AssetKey(["release", "load_report"])


def release_asset(marts: list[dg.AssetKey]) -> dg.AssetsDefinition:
    """The release, downstream of the marts."""

    @dg.asset(
        key=RELEASE,
        deps=marts,
        group_name="release",
        kinds={"duckdb"},
        description="One immutable copy of the marts that analysts open, swapped in at once.",
    )
    def release(platform: dg.ResourceParam[Platform]) -> dg.MaterializeResult[Any]:
        try:
            with platform.warehouse():
                published = platform.publish(platform.settings)
        except GateError as error:
            page = dg.MetadataValue.path(error.page)
            raise dg.Failure(str(error), metadata={"gate": page}, allow_retries=False) from error
        return dg.MaterializeResult(metadata=_told(published))

    return release


def load_report_asset() -> dg.AssetsDefinition:
    """The report, downstream of the release."""

    @dg.asset(
        key=LOAD_REPORT,
        deps=[RELEASE],
        group_name="release",
        description="Fails if the platform, not a sender, was at fault tonight. The release is out by then.",
    )
    def load_report(
        context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
    ) -> dg.MaterializeResult[Any]:
        faults = platform_faults(context.instance, context.run_id)
        told = [f"- {fault}" for fault in platform.registry_faults]
        told += [f"- {sender_id}: {fault}" for sender_id, fault in faults.items()]
        if told:
            listed = "\n".join(told)
            failed = f"The platform failed while it loaded {len(faults)} of the senders; the others are released."
            raise dg.Failure(
                f"{failed if faults else 'All senders are released, by an older registry.'}\n{listed}",
                metadata={"faults of the platform": dg.MetadataValue.md(listed)},
                allow_retries=False,
            )
        return dg.MaterializeResult(metadata={"faults of the platform": 0})

    return load_report


def _told(published: Release) -> dict[str, Any]:
    rows = "\n".join(f"| {mart} | {count:,} |" for mart, count in published.rows.items())
    return {
        "release_id": published.release_id,
        "path": dg.MetadataValue.path(published.path),
        "gate": dg.MetadataValue.path(published.folder / "gate" / "index.html"),
        "new": published.is_new,
        "records": published.records_origin or "none",
        "suppressed": published.suppressed,
        "rows": dg.MetadataValue.md(f"| mart | rows |\n|---|---|\n{rows}"),
    }


def platform_faults(instance: dg.DagsterInstance, run_id: str) -> dict[str, str]:
    """The faults of the platform that a run has reported, by sender."""
    return {
        evaluation.asset_key.path[0]: str(evaluation.metadata[PLATFORM_FAULT].value)
        for _, evaluation in evaluations_of(instance, run_id)
        if PLATFORM_FAULT in evaluation.metadata
    }
