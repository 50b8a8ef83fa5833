"""Assembles the Dagster definitions; nothing else. `workspace.yaml` points here."""

from __future__ import annotations

import dagster as dg

from cls_pipeline.orchestration.conformed import conformed_assets
from cls_pipeline.orchestration.dbt_assets import dbt_resource, warehouse_assets
from cls_pipeline.orchestration.dbt_project import prepared_project
from cls_pipeline.orchestration.jobs import all_jobs
from cls_pipeline.orchestration.release import load_report_asset, release_asset
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.orchestration.schedules import nightly_schedule
from cls_pipeline.orchestration.senders import sender_assets
from cls_pipeline.orchestration.sensors import all_sensors
from cls_pipeline.registry.last_good import read_registry
from cls_pipeline.settings import get_settings


def build_definitions(platform: Platform) -> dg.Definitions:
    """All definitions over a platform; tests give one with functions of their own.

    Raises:
        DbtProjectError: the dbt project cannot be parsed.
    """
    registry = platform.registry
    project = prepared_project(platform.settings)
    warehouse = warehouse_assets(project)
    jobs = all_jobs(registry)
    return dg.Definitions(
        assets=[
            *[sender_assets(sender, registry) for sender in registry.senders.values()],
            conformed_assets(registry),
            warehouse,
            release_asset(sorted(warehouse.keys)),
            load_report_asset(),
        ],
        jobs=jobs,
        schedules=[nightly_schedule()],
        sensors=all_sensors(jobs, platform),
        resources={"platform": platform, "dbt": dbt_resource(project)},
        executor=dg.in_process_executor,
    )


@dg.definitions
def defs() -> dg.Definitions:
    """The definitions over the settings of the environment and the last registry without a mistake."""
    settings = get_settings()
    reading = read_registry(settings.contracts_dir, settings.kept_registry)
    return build_definitions(Platform(settings, reading.registry, registry_faults=tuple(reading.sentences())))
