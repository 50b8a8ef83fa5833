"""Runs the nightly job in this process, on the instance that the UI shows; what `cls nightly` calls."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import dagster as dg

from cls_pipeline.definitions import build_definitions
from cls_pipeline.orchestration.digest import deliver_digests
from cls_pipeline.orchestration.instance import close_abandoned_runs, open_instance, process_tags
from cls_pipeline.orchestration.jobs import NIGHTLY
from cls_pipeline.orchestration.release import LOAD_REPORT, platform_faults
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.shelf import Release as PublishedRelease

# Called with what is being worked on: a sender's id, or one of the three stages after the senders.
Progress = Callable[[str], None]
EXPORT = "export"
MARTS = "marts"
RELEASE = "release"


@dataclass(frozen=True)
class NightlyResult:
    """How a nightly went: `ok` where the platform did its work, else `faults` in sentences."""

    run_id: str
    ok: bool
    faults: tuple[str, ...]
    digests: tuple[str, ...]


class UnknownSenderError(ValueError):
    """A sender was asked for that the registry does not know."""


def run_nightly(platform: Platform, senders: Sequence[str] = (), progress: Progress | None = None) -> NightlyResult:
    """Runs the nightly for all senders, or for those named, then the marts and the release either way.

    Raises:
        UnknownSenderError: naming the senders that the registry does not know.
    """
    unknown = sorted(set(senders) - set(platform.registry.senders))
    if unknown:
        raise UnknownSenderError(f"There is no sender {', '.join(unknown)} in {platform.registry.folder / 'senders'}.")
    told = progress or (lambda _: None)
    with open_instance(platform.settings) as instance:
        close_abandoned_runs(instance)
        job = build_definitions(_told(platform, told)).resolve_job_def(NIGHTLY)
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            asset_selection=_selection(job, platform.registry, senders),
            tags=process_tags(),
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        digests = deliver_digests(instance, result.run_id, platform)
        of_senders = platform_faults(instance, result.run_id)
        faults = () if result.success else (*platform.registry_faults, *_faults(result, of_senders))
    return NightlyResult(result.run_id, result.success, faults, tuple(digest.sender_id for digest in digests))


def _selection(job: dg.JobDefinition, registry: Registry, senders: Sequence[str]) -> list[dg.AssetKey] | None:
    if not senders:
        return None
    left_out = set(registry.senders) - set(senders)
    return [key for key in job.asset_layer.executable_asset_keys if key.path[0] not in left_out]


def _told(platform: Platform, told: Progress) -> Platform:
    def load_sender(sender_id: str, registry: Registry, settings: Settings) -> SenderLoad:
        told(sender_id)
        return platform.load_sender(sender_id, registry, settings)

    def export_sources(registry: Registry, settings: Settings) -> None:
        told(EXPORT)
        platform.export_sources(registry, settings)
        told(MARTS)

    def publish(settings: Settings) -> PublishedRelease:
        told(RELEASE)
        return platform.publish(settings)

    return replace(platform, load_sender=load_sender, export_sources=export_sources, publish=publish)


def _faults(result: dg.ExecuteInProcessResult, of_senders: dict[str, str]) -> Iterator[str]:
    for fault in dict.fromkeys(of_senders.values()):
        yield f"While loading {', '.join(s for s, told in of_senders.items() if told == fault)}: {fault}"
    for event in result.filter_events(lambda event: event.is_step_failure):
        if event.step_key != "__".join(LOAD_REPORT.path):
            failed = event.step_failure_data
            # A failure that was raised knowingly says all there is to say.
            if failed.user_failure_data and failed.user_failure_data.description:
                yield failed.user_failure_data.description
                continue
            error = failed.error
            cause = (error.cause or error) if error else None
            yield f"The step {event.step_key} failed. {cause.message.strip() if cause else ''}".strip()
