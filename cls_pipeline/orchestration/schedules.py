"""When the nightly runs."""

from __future__ import annotations

import dagster as dg

from cls_pipeline.orchestration.jobs import NIGHTLY

SCHEDULE = "nightly_at_two"


def nightly_schedule() -> dg.ScheduleDefinition:
    """02:00 in London, winter and summer.

    Off until it is switched on in the UI (Automation), once per installation: a demonstration left open overnight
    should not start to work by itself. `cls doctor` says whether it is on.
    """
    return dg.ScheduleDefinition(
        name=SCHEDULE,
        job_name=NIGHTLY,
        cron_schedule="0 2 * * *",
        execution_timezone="Europe/London",
        default_status=dg.DefaultScheduleStatus.STOPPED,
        description="Runs the nightly at 02:00, Europe/London.",
    )
