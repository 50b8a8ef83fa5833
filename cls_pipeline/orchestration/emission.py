"""Which of a load's results a step hands to Dagster, and how.

Dagster shows a check that was planned and not evaluated as skipped, and hides its last result. So the jobs do not
plan `contract` checks (see `jobs`): a result is logged when there is one, and a quiet night leaves the last one to be
seen. Where somebody did plan them, by materialising a sender by hand, the last result is given again.

A load takes in all that is new of its sender, even where one asset alone was materialised by hand. What it found of
the others is logged too: the next load has nothing new to say of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import dagster as dg

from cls_pipeline.orchestration.evaluations import last_evaluation

Result = dg.MaterializeResult[Any] | dg.AssetCheckResult
STILL = "still_as_in_run"


def emit(context: dg.AssetExecutionContext, results: Iterable[Result]) -> Iterator[Result]:
    """Every result: those that were asked for are yielded, the others logged."""
    planned = set(context.selected_asset_check_keys)
    told = set()
    for result in results:
        if isinstance(result, dg.MaterializeResult):
            if result.asset_key in context.selected_asset_keys:
                yield result
            elif result.asset_key is not None:
                context.log_event(dg.AssetMaterialization(result.asset_key, metadata=result.metadata))
            continue
        evaluation = result.to_asset_check_evaluation(context.get_step_execution_context())
        told.add(evaluation.asset_check_key)
        if evaluation.asset_check_key in planned:
            yield result
        else:
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
