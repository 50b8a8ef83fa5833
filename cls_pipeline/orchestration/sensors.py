"""The sensors: `arrivals` loads a sender whose files or mappings changed; `digests_*` tell what failed in a run."""

import time
from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.unresolved_asset_job_definition import UnresolvedAssetJobDefinition

from cls_pipeline.orchestration import arrivals
from cls_pipeline.orchestration.digest import deliver_digests
from cls_pipeline.orchestration.jobs import sender_job_name
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.registry import RegistryError, load_registry


def all_sensors(jobs: list[UnresolvedAssetJobDefinition], platform: Platform) -> list[dg.SensorDefinition]:
    """Every sensor."""
    return [arrivals_sensor(jobs, platform), *digest_sensors(platform)]


def arrivals_sensor(jobs: list[UnresolvedAssetJobDefinition], platform: Platform) -> dg.SensorDefinition:
    """Watches the senders' inboxes and mappings. Off until it is switched on in the UI, as the schedule is."""
    names = {sender_job_name(sender_id) for sender_id in platform.registry.senders}

    @dg.sensor(
        name="arrivals",
        jobs=[job for job in jobs if job.name in names],
        minimum_interval_seconds=arrivals.LOOK_SECONDS,
        default_status=dg.DefaultSensorStatus.STOPPED,
        description="Loads a sender when its folder, or how it is read, has changed and come to rest.",
    )
    def watch(context: dg.SensorEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
        found: dict[str, str] = {}
        for sender in platform.registry.senders.values():
            found |= arrivals.watched(sender, platform.registry, platform.settings.inbox_of(sender.id))
        state, changed = arrivals.look(arrivals.State.from_text(context.cursor), found, time.time())
        due = arrivals.to_load(state, changed)
        mistakes = _mistakes(platform) if due else []
        if mistakes:
            # The cursor stays, so that the senders are still due when the mistake is mended.
            yield dg.SkipReason(f"Nothing is loaded until this is put right: {' '.join(mistakes)}")
            return
        for sender_id, run_key in due.items():
            yield dg.RunRequest(run_key=run_key, job_name=sender_job_name(sender_id))
        if not due:
            yield dg.SkipReason("No sender's files have changed and come to rest.")
        context.update_cursor(state.text)

    return watch


def _mistakes(platform: Platform) -> list[str]:
    try:
        load_registry(platform.registry.folder)
    except RegistryError as error:
        return error.mistakes
    return []


def digest_sensors(platform: Platform) -> list[dg.SensorDefinition]:
    """Digests after runs that succeeded, and after those that failed: what a sender must put right is the same."""
    return [
        _digest_sensor("digests_after_success", dg.DagsterRunStatus.SUCCESS, platform),
        _digest_sensor("digests_after_failure", dg.DagsterRunStatus.FAILURE, platform),
    ]


def _digest_sensor(name: str, status: dg.DagsterRunStatus, platform: Platform) -> dg.SensorDefinition:
    @dg.run_status_sensor(
        name=name,
        run_status=status,
        minimum_interval_seconds=30,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Hands each sender one digest of the checks that failed in a run.",
    )
    def tell(context: dg.RunStatusSensorContext) -> None:
        sent = deliver_digests(context.instance, context.dagster_run.run_id, platform)
        context.log.info("Digests: %s", ", ".join(digest.sender_id for digest in sent) or "none needed")

    return tell
