"""The dbt project as dagster-dbt knows it, and its manifest, parsed when it is missing or older than the project.

Kept apart from `@dbt_assets`, which reads the manifest: this module must import where there is none yet.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster_dbt import DbtProject
from filelock import FileLock

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import dbt_env, dbt_executable, dbt_target

PROJECT_PARTS = ("dbt_project.yml", "profiles.yml", "models", "macros", "seeds", "tests")


class DbtProjectError(RuntimeError):
    """The dbt project does not parse; the message says what dbt said."""


def prepared_project(settings: Settings) -> DbtProject:
    """The project with a manifest that is up to date.

    Raises:
        DbtProjectError: the folder is not there, or dbt cannot parse it.
    """
    if not (settings.dbt_dir / "dbt_project.yml").is_file():
        raise DbtProjectError(f"There is no dbt project in {settings.dbt_dir}. Set CLS_DBT_DIR to its folder.")
    target = dbt_target(settings)
    target.mkdir(parents=True, exist_ok=True)
    project = DbtProject(settings.dbt_dir, target_path=target)
    with FileLock(target / "manifest.lock"):
        if is_stale(project.manifest_path, settings.dbt_dir):
            _parse(settings)
    return project


def is_stale(manifest: Path, project_dir: Path) -> bool:
    """Whether the manifest is missing or older than any file or folder of the project."""
    if not manifest.exists():
        return True
    made = manifest.stat().st_mtime
    return any(path.stat().st_mtime > made for path in _project_files(project_dir))


@contextmanager
def dbt_environment(settings: Settings) -> Iterator[None]:
    """The environment that the project's profile reads, for as long as a dbt command is started."""
    before = dict(os.environ)
    os.environ.update(dbt_env(settings))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _parse(settings: Settings) -> None:
    command = [dbt_executable(), "--quiet", "parse"]
    environment = {**os.environ, **dbt_env(settings)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise DbtProjectError(f"dbt cannot parse the project in {settings.dbt_dir}. It says:\n{said}")


def _project_files(project_dir: Path) -> Iterator[Path]:
    for part in PROJECT_PARTS:
        path = project_dir / part
        if path.exists():
            yield path
        yield from path.rglob("*")
