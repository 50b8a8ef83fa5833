"""Which of a load's results a step hands to Dagster, and how.

Dagster shows a check that was planned and not evaluated as skipped, and hides its last result. So the jobs do not
plan `contract` checks (see `jobs`): a result is logged when there is one, and a quiet night leaves the last one to be
seen. Where somebody did plan them, by materialising a sender by hand, the last result is given again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from cls_pipeline.orchestration.evaluations import last_evaluation

Result = dg.MaterializeResult[Any] | dg.AssetCheckResult
STILL = "still_as_in_run"


def emit(context: dg.AssetExecutionContext, results: Iterable[Result]) -> Iterator[Result]:
    """The results that were asked for: planned ones are yielded, evaluations that were not planned are logged."""
    planned = set(context.selected_asset_check_keys)
    told = set()
    for result in results:
        if isinstance(result, dg.MaterializeResult):
            if result.asset_key in context.selected_asset_keys:
                yield result
            continue
        evaluation = result.to_asset_check_evaluation(context.get_step_execution_context())
        told.add(evaluation.asset_check_key)
        if evaluation.asset_check_key in planned:
            yield result
        elif evaluation.asset_key in context.selected_asset_keys:
            context.log_event(evaluation)
    for key in sorted(planned - told):
        yield from _again(context.instance, key)


def _again(instance: dg.DagsterInstance, key: dg.AssetCheckKey) -> Iterator[dg.AssetCheckResult]:
    last = last_evaluation(instance, key)
    if last is not None:
        run_id, evaluation = last
        yield dg.AssetCheckResult(
            asset_key=key.asset_key,
            check_name=key.name,
            passed=evaluation.passed,
            severity=evaluation.severity,
            description=evaluation.description,
            metadata={STILL: run_id, **evaluation.metadata},
        )
