"""Building: facts follow the ledger, nothing new costs nothing, and a fact that disagrees with it stops the build."""

from __future__ import annotations

from pathlib import Path

import pytest

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import prepare, warehouse_file

from .conftest import rows
from .home import Home
from .programme import NEW_CASE, requests, write_programme
from .runner import DbtFailed, build

HELD = "select load_id, count(*) from facts.fct_request group by load_id order by load_id"


def compiled(settings: Settings, model: str) -> str:
    """The SQL that dbt last ran for a model."""
    return next(settings.warehouse.glob(f"dbt/compiled/**/{model}.sql")).read_text()


def test_facts_hold_the_loads_in_force(built: Settings) -> None:
    assert rows(built, HELD) == [("chg1", 10), ("chg2", 3), ("new1", 38), ("old1", 23)]


def test_an_entity_that_nobody_sent_is_an_empty_fact(built: Settings) -> None:
    assert rows(built, "select count(*) from facts.fct_review") == [(0,)]


def test_the_checkout_stays_clean(built: Settings) -> None:
    assert not [path.name for path in built.dbt_dir.iterdir() if path.name in {"target", "logs", ".user.yml"}]


def test_facts_change_by_whole_loads_and_read_only_what_is_new(project: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, dbt_dir=project)
    home = write_programme(Home(tmp_path))
    facts = ["stg_request", "fct_request"]
    build(settings, *facts)
    before = rows(settings, HELD)

    build(settings, *facts)
    assert "where false" in compiled(settings, "fct_request")
    assert rows(settings, HELD) == before

    home.withdraw("new1")
    home.load(
        "ashby", "newcase", "new2", "2020-06-15", {"request": NEW_CASE["request"] + requests(["2020-06-01"], None, "z")}
    )
    home.save()
    build(settings, *facts)
    assert "('ashby', 'new2')" in compiled(settings, "fct_request")
    assert "old1" not in compiled(settings, "fct_request")
    assert rows(settings, HELD) == [("chg1", 10), ("chg2", 3), ("new2", 39), ("old1", 23)]

    next(row for row in home.tables["ledger/load"] if row["entity"] == "request")["rows"] = 99
    home.save()
    with pytest.raises(DbtFailed, match="Failure in test fct_request_rows_match_ledger"):
        build(settings, *facts)


def test_a_warehouse_made_by_other_sql_is_made_anew(copied: Settings, tmp_path: Path) -> None:
    prepare(copied)
    assert warehouse_file(copied).exists()
    (copied.warehouse / "dbt" / "facts.sha256").write_text("other")
    prepare(copied)
    assert not warehouse_file(copied).exists()
