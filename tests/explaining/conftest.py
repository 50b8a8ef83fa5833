"""One built warehouse for this folder: the literal programme and the sites of `moving`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cls_pipeline.explaining.asking import open_warehouse
from cls_pipeline.explaining.explanation import Explanation, explain
from cls_pipeline.settings import Settings
from tests.explaining.moving import write_moving
from tests.warehouse.conftest import project
from tests.warehouse.home import Home
from tests.warehouse.programme import write_programme
from tests.warehouse.runner import build

__all__ = ["project"]

Explained = Callable[..., Explanation]


@pytest.fixture(scope="session")
def moved(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of a home with the literal sites, built."""
    settings = Settings(home=tmp_path_factory.mktemp("moved"), dbt_dir=project)
    home = write_programme(Home(settings.home))
    write_moving(home)
    build(settings)
    return settings


@pytest.fixture
def explained(moved: Settings) -> Explained:
    """`explained(site, metric, period)`."""

    def run(*asked: str) -> Explanation:
        with open_warehouse(moved) as connection:
            return explain(connection, *asked)

    return run
