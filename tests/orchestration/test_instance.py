"""The instance: its configuration, its event store, and runs whose process was killed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import dagster as dg
import yaml

from cls_pipeline.orchestration.event_store import PooledSqliteEventLogStorage
from cls_pipeline.orchestration.instance import (
    PROCESS_TAG,
    close_abandoned_runs,
    open_instance,
    prepare_instance,
    process_tags,
)
from cls_pipeline.settings import Settings


@dg.op
def work() -> None: ...


@dg.job
def job() -> None:
    work()


def test_the_instance_is_made_without_telemetry_and_an_edited_file_is_kept(settings: Settings) -> None:
    file = prepare_instance(settings) / "dagster.yaml"
    assert yaml.safe_load(file.read_text())["telemetry"] == {"enabled": False}
    file.write_text("telemetry: {enabled: false}\n")
    prepare_instance(settings)
    assert file.read_text() == "telemetry: {enabled: false}\n"


def test_events_are_stored_in_our_store_and_another_process_reads_them_meanwhile(settings: Settings) -> None:
    with open_instance(settings) as instance:
        assert isinstance(instance.event_log_storage, PooledSqliteEventLogStorage)
        run_id = job.execute_in_process(instance=instance).run_id
        count = "import dagster as dg, sys; print(len(dg.DagsterInstance.get().all_logs(sys.argv[1])))"
        seen = subprocess.run([sys.executable, "-c", count, run_id], capture_output=True, text=True, check=True)
        assert int(seen.stdout) == len(instance.all_logs(run_id)) > 0


def test_dagsters_own_store_reads_what_ours_has_written(tmp_path: Path, settings: Settings) -> None:
    from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage

    with open_instance(settings) as instance:
        run_id = job.execute_in_process(instance=instance).run_id
        written = len(instance.all_logs(run_id))
    theirs = ConsolidatedSqliteEventLogStorage(str(settings.dagster_home))
    assert len(theirs.get_logs_for_run(run_id)) == written


def test_a_run_whose_process_is_gone_is_closed_and_a_living_one_is_not(settings: Settings) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    parent = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with open_instance(settings) as instance:
        runs = {
            name: instance.create_run_for_job(job, tags={**process_tags(), PROCESS_TAG: str(process.pid)})
            for name, process in (("gone", gone), ("alive", parent))
        }
        assert close_abandoned_runs(instance) == [runs["gone"].run_id]
        closed = instance.get_run_by_id(runs["gone"].run_id)
    parent.communicate(b"\n")
    assert closed
    assert closed.status == dg.DagsterRunStatus.FAILURE
