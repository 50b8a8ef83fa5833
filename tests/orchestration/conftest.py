"""A registry of two sites and one entity, a dbt project of one model, and loads that tell what a test wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import pytest

from cls_pipeline.orchestration.dbt_project import prepared_project
from cls_pipeline.orchestration.instance import instance_environment
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import dbt_target
from tests.orchestration.loads import mart_rows, quiet

CONTRACT = """
apiVersion: v3.1.0
kind: DataContract
id: request
version: 1.0.0
status: active
schema:
  - name: request
    description: A request for support.
    properties:
      - {name: request_id, logicalType: string, required: true, primaryKey: true, description: Its number.}
      - name: person_id
        logicalType: string
        description: Who asked.
        customProperties: [{property: pseudonym, value: person}, {property: identifies, value: true}]
      - {name: request_date, logicalType: date, description: The day of the request.}
"""
SYSTEM = """
id: alder
name: Alder
family: case_management
layout: illustrative
source: made for the tests
coverage: full
files:
  - id: contacts
    name: contacts_{as_of}.csv
    entity: request
    format: {kind: csv}
    columns:
      request_id: {from: ContactID}
      person_id: {from: PersonID}
      request_date: {from: ContactDate}
"""
SENDER = """
id: {id}
name: {name}
kind: site
nation: england
owner: team:{id}
systems: [{{system: alder, from: 2016-04-01}}]
"""
PROJECT = """
name: cls
version: "1.0"
profile: cls
models: {cls: {+materialized: table}}
flags: {send_anonymous_usage_stats: false}
"""
PROFILES = """
cls:
  target: duckdb
  outputs:
    duckdb: {type: duckdb, path: "{{ env_var('CLS_HOME') }}/warehouse/warehouse.duckdb", threads: 1}
"""
MODELS = """
sources:
  - name: conformed
    tables: [{name: request}]
models:
  - name: mart
    columns: [{name: n, data_tests: [not_null]}]
"""


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Two sites, `ash` and `birch`, that both deliver `request`."""
    folder = tmp_path_factory.mktemp("data_contracts")
    for part in ("entities", "systems", "senders", "code_lists"):
        (folder / part).mkdir()
    (folder / "entities" / "request.odcs.yaml").write_text(CONTRACT)
    (folder / "systems" / "alder.yaml").write_text(SYSTEM)
    for sender in ("ash", "birch"):
        (folder / "senders" / f"{sender}.yaml").write_text(SENDER.format(id=sender, name=sender.capitalize()))
    return load_registry(folder)


@pytest.fixture(scope="session")
def dbt_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dbt project with one table and one test."""
    folder = tmp_path_factory.mktemp("dbt_project")
    (folder / "models").mkdir()
    (folder / "dbt_project.yml").write_text(PROJECT)
    (folder / "profiles.yml").write_text(PROFILES)
    (folder / "models" / "mart.sql").write_text("-- depends on {{ source('conformed', 'request') }}\nselect 1 as n")
    (folder / "models" / "models.yml").write_text(MODELS)
    prepared_project(Settings(home=folder / "home", dbt_dir=folder))
    return folder


@pytest.fixture
def settings(tmp_path: Path, dbt_dir: Path, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings over a fresh home; what the instance sets in the environment is undone after the test."""
    made = Settings(home=tmp_path / "cls", dbt_dir=dbt_dir, contracts_dir=registry.folder)
    for name, value in instance_environment(made).items():
        monkeypatch.setenv(name, value)
    copytree(dbt_dir / "home" / "warehouse" / "dbt", dbt_target(made))
    return made


@pytest.fixture
def platform(settings: Settings, registry: Registry) -> Platform:
    """A platform on which nobody has delivered anything; its release is the number in the mart."""
    return Platform(
        settings,
        registry,
        load_sender=lambda sender_id, _registry, _settings: quiet(sender_id),
        export_sources=lambda _registry, _settings: None,
        publish=mart_rows,
    )


@pytest.fixture
def platform_with(platform: Platform) -> Callable[..., Platform]:
    """A platform on which the named senders' loads are these; an exception is raised."""

    def build(**loads: SenderLoad | Exception) -> Platform:
        def load(sender_id: str, _registry: Registry, _settings: Settings) -> SenderLoad:
            result = loads.get(sender_id, quiet(sender_id))
            if isinstance(result, Exception):
                raise result
            return result

        return replace(platform, load_sender=load)

    return build
