"""Building: facts follow the ledger, nothing new costs nothing, and failures are told in sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import BuildError, BuildEvent, build, prepare, warehouse_file

from .conftest import rows
from .home import Home
from .programme import NEW_CASE, requests, write_programme

HELD = "select load_id, count(*) from facts.fct_request group by load_id order by load_id"


def compiled(settings: Settings, model: str) -> str:
    """The SQL that dbt last ran for a model."""
    return next(settings.warehouse.glob(f"dbt/compiled/**/{model}.sql")).read_text()


def test_facts_hold_the_loads_in_force(built: Settings) -> None:
    assert rows(built, HELD) == [("chg1", 10), ("chg2", 3), ("new1", 37), ("old1", 23)]


def test_an_entity_that_nobody_sent_is_an_empty_fact(built: Settings) -> None:
    assert rows(built, "select count(*) from facts.fct_review") == [(0,)]


def test_the_checkout_stays_clean(built: Settings) -> None:
    assert not [path.name for path in built.dbt_dir.iterdir() if path.name in {"target", "logs", ".user.yml"}]


def test_facts_change_by_whole_loads_and_read_only_what_is_new(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, dbt_dir=project)
    home = write_programme(Home(tmp_path))
    facts = ["stg_request", "fct_request"]
    build(settings, select=facts)
    before = rows(settings, HELD)

    build(settings, select=facts)
    assert "where false" in compiled(settings, "fct_request")
    assert rows(settings, HELD) == before

    home.withdraw("new1")
    home.load(
        "ashby", "newcase", "new2", "2020-06-15", {"request": NEW_CASE["request"] + requests(["2020-06-01"], None, "z")}
    )
    home.save()
    build(settings, select=facts)
    assert "('ashby', 'new2')" in compiled(settings, "fct_request")
    assert "old1" not in compiled(settings, "fct_request")
    assert rows(settings, HELD) == [("chg1", 10), ("chg2", 3), ("new2", 38), ("old1", 23)]

    home.tables["ledger/load"][0]["rows"] = 99
    home.save()
    events: list[BuildEvent] = []
    with pytest.raises(BuildError, match="test fct_request_rows_match_ledger failed"):
        build(settings, select=facts, on_event=events.append)
    assert [(event.name, event.status) for event in events if event.kind == "test"] == [
        ("fct_request_rows_match_ledger", "fail")
    ]


def test_a_warehouse_made_by_other_sql_is_made_anew(copied: Settings, tmp_path: Path) -> None:
    prepare(copied)
    assert warehouse_file(copied).exists()
    (copied.warehouse / "dbt" / "facts.sha256").write_text("other")
    prepare(copied)
    assert not warehouse_file(copied).exists()


def test_a_project_that_does_not_parse_is_told_in_dbts_words(tmp_path: Path) -> None:
    (tmp_path / "dbt").mkdir()
    (tmp_path / "dbt" / "dbt_project.yml").write_text("name: [")
    with pytest.raises(BuildError, match=r"(?s)could not build the warehouse.*name: \["):
        build(Settings(home=tmp_path / "home", dbt_dir=tmp_path / "dbt"))
