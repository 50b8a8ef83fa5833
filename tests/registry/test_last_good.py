"""The last good registry: kept whole, gone by while the newest one is mistaken, and given up when that is mended."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from cls_pipeline.registry import RegistryError
from cls_pipeline.registry.last_good import read_registry
from cls_pipeline.settings import PROJECT_ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the real registry that a test may spoil."""
    return Path(shutil.copytree(PROJECT_ROOT / "data_contracts", tmp_path / "data_contracts"))


def spoil(folder: Path) -> Path:
    """Misspells a field of one sender, and returns its file."""
    path = next(iter(sorted((folder / "senders").glob("*.yaml"))))
    path.write_text(path.read_text().replace("nation:", "natoin:"))
    return path


def test_a_registry_without_a_mistake_is_gone_by_and_kept(folder: Path, tmp_path: Path) -> None:
    reading = read_registry(folder, tmp_path / "kept")
    assert reading.sentences() == []
    kept = {path.relative_to(tmp_path / "kept") for path in (tmp_path / "kept").rglob("*.yaml")}
    assert kept == {path.relative_to(folder) for path in folder.rglob("*.yaml")}


def test_a_mistaken_sender_costs_no_other_a_night(folder: Path, tmp_path: Path) -> None:
    good = read_registry(folder, tmp_path / "kept").registry
    path = spoil(folder)
    reading = read_registry(folder, tmp_path / "kept")
    assert reading.registry.senders == good.senders
    assert reading.registry.folder == folder
    assert str(path) in reading.sentences()[1]
    assert "natoin" in reading.sentences()[1]


def test_a_mended_registry_is_gone_by_again(folder: Path, tmp_path: Path) -> None:
    read_registry(folder, tmp_path / "kept")
    path = spoil(folder)
    read_registry(folder, tmp_path / "kept")
    path.write_text(path.read_text().replace("natoin:", "nation:").replace("name: ", "name: New ", 1))
    reading = read_registry(folder, tmp_path / "kept")
    assert reading.mistakes == ()
    assert reading.registry.senders[path.stem].name.startswith("New ")


def test_a_first_registry_with_a_mistake_is_gone_by_nowhere(folder: Path, tmp_path: Path) -> None:
    spoil(folder)
    with pytest.raises(RegistryError, match="natoin"):
        read_registry(folder, tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_what_a_killed_process_left_is_swept(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.draft" / "senders").mkdir(parents=True)
    (tmp_path / "kept.draft" / "senders" / "half.yaml").write_text("id: half")
    read_registry(folder, tmp_path / "kept")
    assert not list(tmp_path.glob("kept.*"))
    assert not (tmp_path / "kept" / "senders" / "half.yaml").exists()
