"""The dbt project as assets: models and seeds by schema, data tests as checks, built by one `dbt build` a night."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from functools import cached_property
from importlib.metadata import version
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)
from packaging.version import Version

from cls_pipeline.orchestration.dbt_project import dbt_environment
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.warehouse.build import BUILD_ARGUMENTS, dbt_executable, dbt_target, prepare


class Translator(DagsterDbtTranslator):
    """Keys by schema and name (a versioned model would lose its schema), groups by schema."""

    def __init__(self) -> None:
        # The tables of the ledger, and those of the registry, are one asset each: see `conformed`.
        super().__init__(settings=DagsterDbtTranslatorSettings(enable_duplicate_source_asset_keys=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> dg.AssetKey:
        if dbt_resource_props["resource_type"] == "source" or not dbt_resource_props.get("version"):
            return super().get_asset_key(dbt_resource_props)
        return dg.AssetKey([dbt_resource_props["schema"], dbt_resource_props["alias"]])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        return super().get_group_name(dbt_resource_props) or dbt_resource_props.get("schema")


def warehouse_assets(project: DbtProject) -> dg.AssetsDefinition:
    """The assets of the prepared project."""

    @dbt_assets(manifest=project.manifest_path, project=project, name="dbt_build", dagster_dbt_translator=Translator())
    def dbt_build(
        context: dg.AssetExecutionContext, dbt: DbtCliResource, platform: dg.ResourceParam[Platform]
    ) -> Iterator[Any]:
        settings = platform.settings
        # No fetch_row_counts: it would keep the warehouse file open in this process, and the release needs it.
        with platform.warehouse(), dbt_environment(settings):
            prepare(settings)
            build = dbt.cli(BUILD_ARGUMENTS, context=context, target_path=dbt_target(settings) / "run")
            yield from _quietly(build.stream())

    return dbt_build


class QuickDbt(DbtCliResource):
    """The dbt command line without the 3.6 s that dagster-dbt spends before it starts dbt.

    It runs `dbt --version`, and loads dbt into this process for row counts from the database, which are not used here.
    """

    @cached_property
    def _cli_version(self) -> Version:
        return Version(version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        return None


def dbt_resource(project: DbtProject) -> DbtCliResource:
    """The dbt command line for the project."""
    # The class takes a whole project, with its profile and target; only its annotation says text.
    return QuickDbt(project_dir=project, dbt_executable=dbt_executable())  # type: ignore[arg-type]


def _quietly(events: Iterable[Any]) -> Iterator[Any]:
    # dagster-dbt prints each line that dbt says; it all stands in warehouse/dbt/run/dbt.log too.
    iterator = iter(events)
    done = object()
    while True:
        with redirect_stdout(io.StringIO()):
            event = next(iterator, done)
        if event is done:
            return
        yield event
