"""A release is found by its id, by the start of it, or by what it is to the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.shelf import ReleaseError, find_release
from tests.publishing.releases import SmallRelease

OLD, NEW, DRAFT = "20260101T000000Z-aaaaaaaa", "20260201T000000Z-bbbbbbbb", ".20260301T000000Z-cccccccc.draft"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    settings = Settings(home=tmp_path)
    for release_id in (OLD, NEW, DRAFT):
        (settings.releases / release_id).mkdir(parents=True)
        SmallRelease(release_id.strip(".")).write(settings.releases / release_id / "cls.duckdb")
    (settings.releases / "current").symlink_to(NEW)
    return settings


@pytest.mark.parametrize(
    ("name", "meant"), [(OLD, OLD), ("202601", OLD), ("20260201", NEW), ("current", NEW), ("previous", OLD)]
)
def test_a_release_is_found_by_each_of_its_names(home: Settings, name: str, meant: str) -> None:
    assert find_release(home, name).release_id == meant


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("2026", rf"^More than one release begins with 2026 .* They are: {NEW}, {OLD}\.$"),
        ("nosuch", rf"^There is no release nosuch .* Kept are: {NEW}, {OLD}\.$"),
        ("20260301", r"^There is no release 20260301 "),
    ],
)
def test_a_name_that_means_none_or_more_says_which_there_are(home: Settings, name: str, said: str) -> None:
    with pytest.raises(ReleaseError, match=said):
        find_release(home, name)
