"""Check evaluations, read back from the instance."""

from __future__ import annotations

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus


def evaluations_of(instance: dg.DagsterInstance, run_id: str) -> list[tuple[float, dg.AssetCheckEvaluation]]:
    """Every evaluation of the run with its time (seconds since 1970), in the order in which they were made."""
    records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION).records
    entries = [record.event_log_entry for record in records]
    return [(e.timestamp, e.dagster_event.asset_check_evaluation_data) for e in entries if e.dagster_event]


def last_evaluation(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> tuple[str, dg.AssetCheckEvaluation] | None:
    """The run and the evaluation in which a check was last evaluated, or None."""
    evaluated = {AssetCheckExecutionRecordStatus.SUCCEEDED, AssetCheckExecutionRecordStatus.FAILED}
    records = instance.event_log_storage.get_asset_check_execution_history(key, limit=1, status=evaluated)
    return next(((record.run_id, record.evaluation) for record in records if record.evaluation), None)
