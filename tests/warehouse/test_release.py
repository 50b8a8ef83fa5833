"""Releases: what is in them, when a new one is made, and what becomes of old and unfinished ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.publishing import parts
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse import fingerprint
from cls_pipeline.warehouse.build import dbt_target, warehouse_file
from cls_pipeline.warehouse.comments import CommentError
from cls_pipeline.warehouse.database import MADE_HERE, MARTS
from cls_pipeline.warehouse.shelf import ReleaseError, current_release, list_releases
from cls_pipeline.warehouse.withheld import state_file

from .bare import publish


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    """The rows of a query on a release."""
    with closing(duckdb.connect(str(path), read_only=True)) as con:
        return con.execute(sql).fetchall()


def change(settings: Settings, note: str) -> None:
    """Changes one row of the marts, as a build would."""
    with closing(duckdb.connect(str(warehouse_file(settings)))) as con:
        con.execute("update marts.dim_site set organisation = ? where site_id = 'ashby'", [note])


def test_a_release_holds_the_marts_and_nothing_else(copied: Settings) -> None:
    path = publish(copied).path
    found = ask(path, "select schema_name, table_name from duckdb_tables()")
    assert set(found) == {("marts", mart) for mart in (*MARTS, *MADE_HERE, "release")}
    assert not list(path.parent.glob("*.wal"))


def test_every_table_and_column_of_a_release_explains_itself(copied: Settings) -> None:
    path = publish(copied).path
    silent = "select table_name from duckdb_tables() where comment is null union all"
    columns = "select table_name || '.' || column_name from duckdb_columns() where comment is null and not internal"
    assert not ask(path, f"{silent} {columns}")


def test_small_numbers_of_the_sites_are_withheld_and_those_of_publishers_are_not(copied: Settings) -> None:
    release = publish(copied)
    withheld = ask(
        release.path,
        "select site_id, metric_id, strftime(period_start, '%Y-%m') from marts.metric_series"
        " where value is null and site_id <> 'oth' order by all",
    )
    assert withheld == [
        ("ashby", "median_days_request_to_assessment", "2020-04"),
        ("ashby", "people_waiting_for_assessment", "2020-02"),
        ("ashby", "people_waiting_for_assessment", "2020-03"),
        # February is small, and with March it would be what a quarter's figures leave of January.
        ("ashby", "requests_received", "2020-02"),
        ("ashby", "requests_received", "2020-03"),
        ("ashby", "requests_resolved_at_first_contact", "2020-02"),
        ("ashby", "requests_resolved_at_first_contact", "2020-03"),
        ("brook", "requests_resolved_at_first_contact", "2020-01"),
        ("brook", "requests_without_outcome", "2020-01"),
    ]
    assert release.suppressed == 9
    assert ask(release.path, "select value from marts.metric_series where metric_id = 'quality_base'") == [(5,)]
    assert ask(release.path, "select rows, state, nights_open from marts.contract_fault") == [(None, "returned", 3)]
    nights = "select rows_failing, rows_judged, share from marts.data_quality order by night"
    assert ask(release.path, nights) == [(30, 40, 0.75), (None, 40, None)]


def test_a_release_knows_itself(copied: Settings) -> None:
    release = publish(copied)
    assert ask(release.path, "select release_id, content, rows['dim_site'] from marts.release") == [
        (release.release_id, release.content, 3)
    ]


def known_system(settings: Settings, *system_ids: str) -> None:
    """Makes of invented products known ones, as a build would after the register has changed."""
    with closing(duckdb.connect(str(warehouse_file(settings)))) as con:
        con.execute("update marts.dim_system set layout = 'sourced' where list_contains(?, system_id)", [system_ids])
        con.execute(
            "update marts.dim_site set is_simulated = site_id in (select site_id from marts.site_system"
            " inner join marts.dim_system using (system_id) where layout = 'illustrative')"
        )


SITES_SYSTEMS = ("oldcase", "newcase", "changes", "finance")


@pytest.mark.parametrize(
    ("known", "origin", "said"),
    [
        ((), "simulated", "**Sites' records in this release are simulated**"),
        (("oldcase",), "mixed", "**Records of some sites in this release are simulated**"),
        (SITES_SYSTEMS, "reported", None),
    ],
)
def test_a_release_says_on_every_table_whether_records_are_simulated(
    copied: Settings, known: tuple[str, ...], origin: str, said: str | None
) -> None:
    known_system(copied, *known)
    release = publish(copied)
    assert release.records_origin == origin
    assert ask(release.path, "select records_origin from marts.release") == [(origin,)]
    comments = {
        table: str(text) for table, text in ask(release.path, "select table_name, comment from duckdb_tables()")
    }
    assert set(comments) == {*MARTS, *MADE_HERE, "release"}
    assert {said in text if said else "in this release" not in text for text in comments.values()} == {True}


def test_sites_are_simulated_and_comparators_are_not(copied: Settings) -> None:
    found = ask(publish(copied).path, "select site_id, is_simulated from marts.dim_site order by site_id")
    assert found == [("ashby", True), ("brook", True), ("oth", False)]


def test_a_release_that_was_made_before_origins_were_told_is_still_listed(copied: Settings) -> None:
    path = publish(copied).path
    path.chmod(0o644)
    with closing(duckdb.connect(str(path))) as con:
        con.execute("alter table marts.release drop column records_origin")
    assert [release.records_origin for release in list_releases(copied)] == [None]


def test_nothing_new_makes_no_new_release(copied: Settings) -> None:
    first = publish(copied)
    again = publish(copied)
    assert first.is_new and not again.is_new
    assert again.release_id == first.release_id
    assert len(list_releases(copied)) == 1


def test_other_limits_make_another_release(copied: Settings) -> None:
    publish(copied)
    stricter = publish(copied.model_copy(update={"small_number": 10}))
    assert stricter.is_new and stricter.suppressed > 5


def test_the_last_releases_are_kept_and_current_is_the_newest(copied: Settings) -> None:
    made = []
    for note in "abcd":
        change(copied, note)
        made.append(publish(copied.model_copy(update={"keep_releases": 3})).release_id)
    assert {release.release_id for release in list_releases(copied)} == set(made[1:])
    current = current_release(copied)
    assert current is not None and current.release_id == made[-1]


def test_the_release_before_is_kept_for_a_reader_who_is_about_to_open_it(copied: Settings) -> None:
    before = publish(copied)
    change(copied, "changed")
    publish(copied.model_copy(update={"keep_releases": 1}))
    assert before.path.exists()


def test_a_killed_release_leaves_the_current_one_and_the_next_clears_it_away(copied: Settings) -> None:
    first = publish(copied)
    change(copied, "changed")
    code = (
        "import os; from cls_pipeline.settings import get_settings; from cls_pipeline.warehouse import release, shelf;"
        "shelf._to_disk = lambda path: os._exit(9); release.publish(get_settings())"
    )
    environment = {**os.environ, "CLS_HOME": str(copied.home), "CLS_DBT_DIR": str(copied.dbt_dir)}
    killed = subprocess.run([sys.executable, "-c", code], env=environment, check=False)
    assert killed.returncode == 9
    assert len(list(copied.releases.glob(".*.draft"))) == 1
    assert current_release(copied) == first.__class__(**{**vars(first), "is_new": False})

    assert publish(copied).is_new
    assert not list(copied.releases.glob(".*"))
    assert len(list_releases(copied)) == 2


def test_without_a_warehouse_there_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="Run `cls nightly` first"):
        publish(Settings(home=tmp_path))


def test_a_column_without_a_description_stops_the_release_and_leaves_the_current_one(copied: Settings) -> None:
    first = publish(copied)
    path = dbt_target(copied) / "manifest.json"
    manifest = json.loads(path.read_text())
    del manifest["nodes"]["model.cls.dim_site"]["columns"]["nation"]
    path.write_text(json.dumps(manifest))
    with pytest.raises(
        CommentError, match=r"column nation of the mart dim_site .* dbt_project/models/marts/dim_site.yml"
    ):
        publish(copied)
    current = current_release(copied)
    assert current is not None and current.release_id == first.release_id


def test_a_release_is_put_on_the_shelf_with_its_parts_and_closed_to_writing(copied: Settings) -> None:
    folder = publish(copied, parts.PARTS).folder
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert folder / "parquet" / "metric_series.parquet" in files
    assert {oct(path.stat().st_mode & 0o777) for path in files} == {oct(0o444)}


def test_a_part_that_fails_keeps_the_release_before_and_leaves_nothing(copied: Settings) -> None:
    def broken(database: Path, folder: Path, settings: Settings) -> None:
        (folder / "half.txt").write_text("half")
        raise ValueError("no room")

    first = publish(copied)
    told = state_file(copied).read_bytes()
    change(copied, "changed")
    with pytest.raises(parts.PartError, match=r"^The pages of the release .*ValueError: no room$"):
        publish(copied, {"pages": broken})
    assert sorted(path.name for path in copied.releases.iterdir()) == [first.release_id, "current"]
    assert state_file(copied).read_bytes() == told


def test_a_changed_part_makes_another_release(
    copied: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "room" / "page.txt"
    source.parent.mkdir()
    monkeypatch.setattr(parts, "part_sources", lambda: [source])
    monkeypatch.setattr(fingerprint, "part_sources", parts.part_sources)
    source.write_text("once")
    publish(copied)
    source.write_text("otherwise")
    assert publish(copied).is_new


def test_the_whole_folder_of_a_part_belongs_to_it() -> None:
    assert {"parts.py", "tables.py"} <= {path.name for path in parts.part_sources()}
