"""Runs dbt over a home as production's `dbt_build` does, without Dagster around it."""

from __future__ import annotations

import os
import subprocess

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import BUILD_ARGUMENTS, dbt_env, dbt_executable, prepare


class DbtFailed(AssertionError):
    """dbt ended with an error; the message is what it said."""


def dbt(settings: Settings, *arguments: str) -> None:
    """Runs one dbt command."""
    command = [dbt_executable(), "--quiet", "--no-use-colors", *arguments]
    environment = {**os.environ, **dbt_env(settings)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DbtFailed(done.stdout + done.stderr)


def build(settings: Settings, *select: str) -> None:
    """Builds the warehouse, or only what is selected."""
    prepare(settings)
    dbt(settings, *BUILD_ARGUMENTS, *(("--select", *select) if select else ()))
