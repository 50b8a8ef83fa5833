"""Fixtures that tests of several rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme import Programme

from cls_pipeline.settings import PROJECT_ROOT, Settings


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
