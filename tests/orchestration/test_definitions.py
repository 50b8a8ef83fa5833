"""The definitions over the real registry and dbt project."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from cls_pipeline.definitions import build_definitions
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.registry import load_registry
from cls_pipeline.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Platform:
    home: Path = tmp_path_factory.mktemp("cls")
    settings = Settings(home=home, contracts_dir=PROJECT_ROOT / "data_contracts", dbt_dir=PROJECT_ROOT / "dbt_project")
    return Platform(settings, load_registry(settings.contracts_dir))


@pytest.fixture(scope="module")
def repository(platform: Platform) -> dg.RepositoryDefinition:
    definitions = build_definitions(platform)
    dg.Definitions.validate_loadable(definitions)
    return definitions.get_repository_def()


def test_every_sender_has_its_assets_checks_and_job(platform: Platform, repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    for sender in platform.registry.senders.values():
        for entity in platform.registry.entities_of(sender):
            key = dg.AssetKey([sender.id, entity])
            assert dg.AssetCheckKey(key, "contract") in graph.asset_check_keys
            assert graph.get(key).group_name == sender.id
        assert dg.AssetCheckKey(dg.AssetKey([sender.id, "delivery"]), "delivery") in graph.asset_check_keys
        assert repository.has_job(f"load_{sender.id}")


def test_no_contract_check_blocks_the_marts(platform: Platform, repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    blocking = [
        key for key in graph.asset_check_keys if key.name in ("contract", "delivery") and graph.get(key).blocking
    ]
    assert blocking == []


def test_every_source_of_dbt_is_produced_by_the_export(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    external = [key.to_user_string() for key in graph.external_asset_keys]
    assert external == []


def test_who_is_who_is_made_of_people_and_of_all_that_dates_them(repository: dg.RepositoryDefinition) -> None:
    parents = repository.asset_graph.get(dg.AssetKey(["conformed", "identity"])).parent_keys
    assert {key.path[-1] for key in parents} == {
        "person",
        "request",
        "assessment",
        "service",
        "review",
        "cost_line",
        "outcome_score",
    }


def test_the_nightly_is_scheduled_at_two_in_london(repository: dg.RepositoryDefinition) -> None:
    schedule = repository.get_schedule_def("nightly_at_two")
    assert (schedule.cron_schedule, schedule.execution_timezone, schedule.job_name) == (
        "0 2 * * *",
        "Europe/London",
        "nightly",
    )


def test_the_release_job_loads_nobody(platform: Platform, repository: dg.RepositoryDefinition) -> None:
    keys = repository.get_job("release").asset_layer.executable_asset_keys
    assert not {key.path[0] for key in keys} & set(platform.registry.senders)
    assert dg.AssetKey(["release", "current"]) in keys
