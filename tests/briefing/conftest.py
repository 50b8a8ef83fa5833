"""One small release and its briefing, for all these tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from cls_pipeline.briefing import write_briefing
from cls_pipeline.settings import Settings
from tests.briefing.small import small_release


@pytest.fixture(scope="package")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a small release, its briefing beside it."""
    folder = tmp_path_factory.mktemp("released")
    file = small_release(folder / "cls.duckdb")
    write_briefing(file, folder, Settings(home=folder))
    return file


@pytest.fixture(scope="package")
def briefing(released: Path) -> Path:
    """The folder of the pages."""
    return released.parent / "briefing"
