"""One warehouse for the tests of this folder, built once from the programme of `programme`."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.settings import PROJECT_ROOT, Settings
from cls_pipeline.warehouse.build import warehouse_file

from .home import Home
from .programme import DEFINITIONS, write_programme
from .runner import build


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dbt project with definitions of the tests' own, so that a change of the real ones cannot change the tests."""
    folder = tmp_path_factory.mktemp("project") / "dbt_project"
    shutil.copytree(PROJECT_ROOT / "dbt_project", folder, ignore=shutil.ignore_patterns("target", "logs"))
    (folder / "seeds" / "metric_definition.csv").write_text(DEFINITIONS)
    return folder


@pytest.fixture(scope="session")
def built(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a home whose warehouse is built. Tests that change it take `copy_of`."""
    settings = Settings(home=tmp_path_factory.mktemp("home"), dbt_dir=project)
    write_programme(Home(settings.home))
    build(settings)
    return settings


@pytest.fixture
def copied(built: Settings, tmp_path: Path) -> Settings:
    """A copy of the built home that a test may change."""
    shutil.copytree(built.home, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", dbt_dir=built.dbt_dir)


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query on the warehouse."""
    with duckdb.connect(str(warehouse_file(settings)), read_only=True) as con:
        return con.execute(sql).fetchall()
