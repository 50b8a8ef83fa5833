"""The nightly over a tiny platform, through Dagster itself and a real dbt build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import dagster as dg
import pytest

from cls_pipeline.orchestration.instance import open_instance
from cls_pipeline.orchestration.nightly import UnknownSenderError, run_nightly
from cls_pipeline.orchestration.resources import Platform
from tests.orchestration.loads import failure, loaded, outcome

PlatformWith = Callable[..., Platform]


def materialised(platform: Platform, run_id: str) -> set[str]:
    with open_instance(platform.settings) as instance:
        records = instance.get_records_for_run(run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
        keys = [record.asset_key for record in records]
    return {key.to_user_string() for key in keys if key}


def test_a_sender_that_raises_keeps_nobody_from_the_marts_and_fails_the_run(platform_with: PlatformWith) -> None:
    platform = platform_with(
        ash=ValueError("could not cast 'Mrs Jones' to date"), birch=loaded("birch", outcome("birch"))
    )
    result = run_nightly(platform)
    assert not result.ok
    assert {"birch/request", "mart", "release/current"} <= materialised(platform, result.run_id)
    assert [fault.split(":")[0] for fault in result.faults] == ["While loading ash"]
    assert "Mrs Jones" not in " ".join(result.faults)


def test_a_refused_delivery_is_the_senders_trouble_and_the_nightly_is_well(platform_with: PlatformWith) -> None:
    bad = outcome("ash", failure(), status="refused")
    platform = platform_with(ash=loaded("ash", bad))
    result = run_nightly(platform)
    assert result.ok
    assert "release/current" in materialised(platform, result.run_id)
    assert "ash/request" not in materialised(platform, result.run_id)
    assert result.digests == ("ash",)


def test_a_quiet_night_still_builds_the_marts_and_materialises_no_sender(platform: Platform) -> None:
    result = run_nightly(platform)
    assert result.ok
    done = materialised(platform, result.run_id)
    assert {"conformed/request", "mart", "release/current"} <= done
    assert not [key for key in done if key.startswith(("ash", "birch"))]


def test_only_the_named_sender_is_loaded_and_the_marts_are_built(platform_with: PlatformWith) -> None:
    platform = platform_with(ash=loaded("ash", outcome("ash")), birch=loaded("birch", outcome("birch")))
    seen: list[str] = []
    result = run_nightly(platform, ["birch"], seen.append)
    assert result.ok
    assert seen == ["birch", "export", "marts", "release"]
    assert "ash/request" not in materialised(platform, result.run_id)


def test_an_unknown_sender_is_refused_in_a_sentence(platform: Platform) -> None:
    with pytest.raises(UnknownSenderError, match="There is no sender nowhere in "):
        run_nightly(platform, ["nowhere"])


def test_a_mistaken_registry_is_told_after_everybody_is_released(platform_with: PlatformWith) -> None:
    platform = platform_with(ash=loaded("ash", outcome("ash")))
    result = run_nightly(replace(platform, registry_faults=("Put right: senders/birch.yaml, line 3.",)))
    assert not result.ok
    assert result.faults == ("Put right: senders/birch.yaml, line 3.",)
    assert {"ash/request", "mart", "release/current"} <= materialised(platform, result.run_id)
