"""The Dagster instance under `CLS_HOME/dagster`: its configuration file, opening it, and tidying after a killed run."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
import yaml
from dagster._core.storage.tags import REPOSITORY_LABEL_TAG

from cls_pipeline.settings import Settings

HOST_TAG = "cls/host"
PROCESS_TAG = "cls/process"
# How the UI names what workspace.yaml loads; a run without it is missing on the page of its job.
REPOSITORY = "__repository__@cls_pipeline"

CONFIGURATION = {
    "telemetry": {"enabled": False},
    "nux": {"enabled": False},
    "event_log_storage": {
        "module": "cls_pipeline.orchestration.event_store",
        "class": "PooledSqliteEventLogStorage",
        "config": {"base_dir": {"env": "DAGSTER_HOME"}},
    },
    # Nothing that a step prints may end in a log that people browse; what matters is in the events.
    "compute_logs": {"module": "dagster._core.storage.noop_compute_log_manager", "class": "NoOpComputeLogManager"},
    "concurrency": {"runs": {"max_concurrent_runs": 1}, "pools": {"granularity": "op", "default_limit": 1}},
    "run_monitoring": {"enabled": True, "max_runtime_seconds": 6 * 60 * 60},
    "run_retries": {"enabled": True, "max_retries": 1, "retry_on_asset_or_op_failure": False},
    "retention": {
        "schedule": {"purge_after_days": 365},
        "sensor": {"purge_after_days": {"skipped": 1, "success": 90, "failure": 90}},
    },
}


def prepare_instance(settings: Settings) -> Path:
    """The instance's folder, with `dagster.yaml` written if there is none; an edited one is left as it is."""
    folder = settings.dagster_home
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "dagster.yaml"
    if not target.exists():
        header = "# Written by cls when the instance was made. Yours to edit: it is not written again.\n"
        target.write_text(header + yaml.safe_dump(CONFIGURATION, sort_keys=False), encoding="utf-8")
    return folder


def instance_environment(settings: Settings) -> dict[str, str]:
    """The environment variables under which Dagster's own commands find this instance and this state."""
    return {
        "CLS_HOME": str(settings.home),
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "DAGSTER_EVENT_BATCH_SIZE": "500",
    }


@contextmanager
def open_instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """The instance that the UI shows, open in this process."""
    prepare_instance(settings)
    os.environ.update(instance_environment(settings))
    with dg.DagsterInstance.get() as instance:
        yield instance


def process_tags() -> dict[str, str]:
    """Run tags that tell which process executes a run, and under which jobs of the UI it belongs."""
    tags = {HOST_TAG: socket.gethostname(), PROCESS_TAG: str(os.getpid())}
    return {**tags, REPOSITORY_LABEL_TAG: REPOSITORY}


def close_abandoned_runs(instance: dg.DagsterInstance) -> list[str]:
    """Marks as failed the runs whose process is gone (it was killed), which would otherwise hold up the queue.

    Returns the ids of these runs. Only runs of this machine that carry `process_tags` are judged.
    """
    open_states = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]
    filters = dg.RunsFilter(statuses=open_states, tags={HOST_TAG: socket.gethostname()})
    abandoned = [run for run in instance.get_runs(filters) if not _alive(int(run.tags.get(PROCESS_TAG, "0")))]
    for run in abandoned:
        instance.report_run_failed(run, "The process that executed this run is gone; it was stopped from outside.")
    return [run.run_id for run in abandoned]


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process > 0
