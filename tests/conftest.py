"""Fixtures that tests of several rooms share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from programme import Programme
from xdist.scheduler import LoadScopeScheduling

from cls_pipeline.settings import PROJECT_ROOT, Settings

#: Folders whose tests share something that is dear to set up, or that only one may have.
ONE_WORKER = ("tests/deploy", "tests/e2e", "tests/explaining", "tests/real_data")


class ByModule(LoadScopeScheduling):
    """Gives a module, or a folder of `ONE_WORKER`, to one worker, so that what its tests share is set up once."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return next((folder for folder in ONE_WORKER if module.startswith(f"{folder}/")), module)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """The order is that of the files: xdist's own, by the number of tests, leaves the longest for the end."""
    config.option.loadscopereorder = False
    return ByModule(config, log)


@pytest.fixture
def programme(tmp_path: Path) -> Programme:
    """Two sites, `ash` and `birch`, with one system; nothing delivered yet."""
    settings = Settings(
        home=tmp_path / "cls",
        contracts_dir=tmp_path / "data_contracts",
        pseudonym_key_file=tmp_path / "keys" / "pseudonym.key",
    )
    return Programme(settings)


@pytest.fixture(scope="session")
def real_contracts() -> Path:
    """The project's own registry folder."""
    return PROJECT_ROOT / "data_contracts"
