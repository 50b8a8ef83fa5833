"""The dbt manifest follows the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cls_pipeline.orchestration.dbt_project import DbtProjectError, is_stale, prepared_project
from cls_pipeline.settings import Settings


def test_a_manifest_older_than_a_model_is_stale(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    manifest, model = tmp_path / "manifest.json", tmp_path / "models" / "mart.sql"
    assert is_stale(manifest, tmp_path)
    for path in (model, manifest):
        path.touch()
    for path, time in ((model, 100), (tmp_path / "models", 100), (manifest, 200)):
        os.utime(path, (time, time))
    assert not is_stale(manifest, tmp_path)
    os.utime(model, (300, 300))
    assert is_stale(manifest, tmp_path)


def test_a_project_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(DbtProjectError, match="There is no dbt project in"):
        prepared_project(Settings(home=tmp_path, dbt_dir=tmp_path))


def test_a_project_that_does_not_parse_is_told_in_dbts_words(tmp_path: Path, dbt_dir: Path) -> None:
    (tmp_path / "models").mkdir()
    for name in ("dbt_project.yml", "profiles.yml"):
        (tmp_path / name).write_text((dbt_dir / name).read_text())
    (tmp_path / "models" / "mart.sql").write_text("select * from {{ ref('nowhere') }}")
    with pytest.raises(DbtProjectError, match="nowhere"):
        prepared_project(Settings(home=tmp_path / "cls", dbt_dir=tmp_path))
