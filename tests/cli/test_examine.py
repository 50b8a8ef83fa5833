"""The doctor finds what is wrong and says what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from cls_pipeline.cli import examine
from cls_pipeline.cli.examine import Finding
from cls_pipeline.settings import Settings


def found(settings: Settings, what: str) -> Finding:
    return next(finding for finding in examine.examine(settings) if finding.what == what)


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(examine, "_dbt_project", lambda _: Finding("dbt project", True, ""))
    return Settings(home=tmp_path / "home", pseudonym_key_file=tmp_path / "key")


def test_a_new_installation_is_well_and_stays_empty(settings: Settings) -> None:
    assert [finding for finding in examine.examine(settings) if not finding.well] == []
    assert not settings.home.exists()


def test_a_folder_of_no_sender_is_found(settings: Settings) -> None:
    (settings.inbox / "sommerset").mkdir(parents=True)
    finding = found(settings, "inbox")
    assert (finding.well, "sommerset" in finding.found) == (False, True)


def test_a_key_that_others_can_read_is_found(settings: Settings) -> None:
    settings.pseudonym_key_file.write_text("x" * 40)
    settings.pseudonym_key_file.chmod(0o644)
    assert found(settings, "pseudonym key").to_do.startswith("chmod 600")


def test_a_release_that_cannot_be_read_is_found(settings: Settings) -> None:
    folder = settings.releases / "current"
    folder.mkdir(parents=True)
    (folder / "cls.duckdb").write_text("no database")
    assert not found(settings, "release").well


def test_a_registry_that_is_not_there_is_found(settings: Settings, tmp_path: Path) -> None:
    settings.contracts_dir = tmp_path / "nowhere"
    assert "does not exist" in found(settings, "registry").found


def test_a_ledger_or_a_warehouse_that_cannot_be_read_is_found_with_what_to_do(settings: Settings) -> None:
    settings.warehouse.mkdir(parents=True)
    settings.ledger_path.write_text("no database, " * 100)
    (settings.warehouse / "warehouse.duckdb").write_text("no database")
    assert found(settings, "ledger").to_do.startswith("Move it away")
    assert found(settings, "warehouse").to_do.startswith("Delete it")
