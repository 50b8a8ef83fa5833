"""A check keeps showing its last result until there is a new one."""

from __future__ import annotations

from collections.abc import Callable

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from cls_pipeline.orchestration.digest import digests_of
from cls_pipeline.orchestration.jobs import sender_job
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.senders import sender_assets
from tests.orchestration.loads import failure, loaded, outcome

PlatformWith = Callable[..., Platform]
CONTRACT = dg.AssetCheckKey(dg.AssetKey(["ash", "request"]), "contract")


def job_of(platform: Platform) -> dg.JobDefinition:
    sender = platform.registry.senders["ash"]
    definitions = dg.Definitions(
        assets=[sender_assets(sender, platform.registry)],
        jobs=[sender_job(sender, platform.registry)],
        resources={"platform": platform},
    )
    return definitions.resolve_job_def("load_ash")


def by_hand(platform: Platform, instance: dg.DagsterInstance) -> dg.ExecuteInProcessResult:
    """As the button "Materialize" does: every asset with its checks."""
    assets = [sender_assets(platform.registry.senders["ash"], platform.registry)]
    return dg.materialize(assets, resources={"platform": platform}, instance=instance)


def one_by_hand(platform: Platform, instance: dg.DagsterInstance, part: str) -> dg.ExecuteInProcessResult:
    """As the button "Materialize" on the page of one asset does."""
    assets = [sender_assets(platform.registry.senders["ash"], platform.registry)]
    chosen = [dg.AssetKey(["ash", part])]
    return dg.materialize(assets, selection=chosen, resources={"platform": platform}, instance=instance)


def status(instance: dg.DagsterInstance) -> AssetCheckExecutionRecordStatus:
    return instance.event_log_storage.get_latest_asset_check_execution_by_key([CONTRACT])[CONTRACT].status


def test_a_quiet_night_leaves_the_failed_contract_to_be_seen(platform: Platform, platform_with: PlatformWith) -> None:
    bad = platform_with(ash=loaded("ash", outcome("ash", failure())))
    with dg.DagsterInstance.ephemeral() as instance:
        assert job_of(bad).execute_in_process(instance=instance).success
        assert job_of(platform).execute_in_process(instance=instance).success
        assert status(instance) == AssetCheckExecutionRecordStatus.FAILED


def test_a_load_by_hand_with_nothing_new_gives_the_last_result_again(
    platform: Platform, platform_with: PlatformWith
) -> None:
    bad = platform_with(ash=loaded("ash", outcome("ash", failure())))
    with dg.DagsterInstance.ephemeral() as instance:
        assert by_hand(bad, instance).success
        again = by_hand(platform, instance)
        assert status(instance) == AssetCheckExecutionRecordStatus.FAILED
        assert digests_of(instance, again.run_id, platform) == []


def test_a_check_that_was_never_evaluated_is_not_invented(platform: Platform) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        told = by_hand(platform, instance).get_asset_check_evaluations()
    assert [evaluation.check_name for evaluation in told] == ["delivery"]


def test_what_a_load_of_one_asset_by_hand_finds_of_another_is_told_too(
    platform: Platform, platform_with: PlatformWith
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        bad = platform_with(ash=loaded("ash", outcome("ash", failure())))
        assert job_of(bad).execute_in_process(instance=instance).success
        good = platform_with(ash=loaded("ash", outcome("ash")))
        assert one_by_hand(good, instance, "delivery").success
        assert status(instance) == AssetCheckExecutionRecordStatus.SUCCEEDED
        materialized = instance.fetch_materializations(CONTRACT.asset_key, limit=5).records
        assert len(materialized) == 2
