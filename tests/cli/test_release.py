"""`cls release show` and `cls release diff`, over two small releases."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.conftest import Cls
from tests.publishing.releases import SmallRelease, delivery, figure

OLD, NEW = "20260101T000000Z-aaaaaaaa", "20260201T000000Z-bbbbbbbb"


@pytest.fixture
def releases(tmp_path: Path) -> Path:
    """A home with two releases, of which the newer is current."""
    folder = tmp_path / "home" / "releases"
    for release_id, value, name in ((OLD, 10.0, "d1"), (NEW, 15.0, "d2")):
        (folder / release_id).mkdir(parents=True)
        figures = [figure("ashby", "requests", 1, value), figure("ashby", "requests", 2, None, "suppressed")]
        held = SmallRelease(release_id, figures=figures, deliveries=[delivery(name, "ashby")])
        held.write(folder / release_id / "cls.duckdb")
    (folder / "current").symlink_to(NEW)
    return folder


def test_show_tells_what_is_held_from_which_deliveries_what_changed_and_where_it_is(cls: Cls, releases: Path) -> None:
    done = cls("release", "show")
    assert done.returncode == 0
    assert f"Release {NEW}, the current one" in done.stdout
    assert "2 figures of 1 metric at 1 place" in done.stdout and "1 withheld" in done.stdout
    assert f"Since {OLD}: 1 moved; 1 the same." in done.stdout
    assert "rounded" not in done.stdout
    assert str(releases / NEW) in done.stdout


def test_show_says_to_what_counts_are_rounded(cls: Cls, releases: Path) -> None:
    (releases / NEW / "cls.duckdb").unlink()
    SmallRelease(NEW, release={"rounded_to": 5}).write(releases / NEW / "cls.duckdb")
    assert "rounded to the nearest 5" in cls("release", "show").stdout


def test_diff_tells_what_moved_and_ends_with_1(cls: Cls, releases: Path, tmp_path: Path) -> None:
    done = cls("release", "diff", "previous", "--csv", str(tmp_path / "all.csv"))
    assert done.returncode == 1
    assert "1 moved; 1 the same." in done.stdout and "(+50.0%)" in done.stdout
    with (tmp_path / "all.csv").open(encoding="utf-8") as file:
        (row,) = csv.DictReader(file)
    assert (row["site_id"], row["moved_by"]) == ("ashby", "5.0")
    assert row["because"].startswith("delivery d2 of cases, as of 2020-06-30 (new);")


def test_diff_of_a_release_with_itself_ends_with_0(cls: Cls, releases: Path) -> None:
    done = cls("release", "diff", "current", NEW)
    assert (done.returncode, "no figure differs; 2 the same." in done.stdout) == (0, True)


def test_a_name_that_means_no_single_release_ends_with_2_and_tells_which_there_are(cls: Cls, releases: Path) -> None:
    done = cls("release", "diff", "2026")
    assert done.returncode == 2
    assert OLD in done.stderr and NEW in done.stderr
