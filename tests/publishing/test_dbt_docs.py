"""The page of the dbt project tells what the project says and nothing of the machine that it was made on."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cls_pipeline.publishing import dbt_docs
from cls_pipeline.publishing.dbt_docs import PAGE, write_dbt_docs
from cls_pipeline.settings import Settings

from .releases import SmallRelease, figure

SECRET = "/srv/secret/folder"
MANIFEST = {
    "metadata": {"project_name": "cls", "adapter_type": "duckdb", "dbt_version": "1.11", "invocation_id": SECRET},
    "nodes": {
        "model.cls.metric_series": {
            "name": "metric_series",
            "unique_id": "model.cls.metric_series",
            "resource_type": "model",
            "package_name": "cls",
            "schema": "marts",
            "description": "The series. </script><b>",
            "raw_code": "select 1",
            "compiled_code": f"select 1 from read_parquet('{SECRET}')",
            "relation_name": SECRET,
            "root_path": SECRET,
            "columns": {"value": {"name": "value", "description": "The value.", "data_type": "double", "meta": {}}},
            "config": {"materialized": "table", "meta": {"folder": SECRET}},
            "depends_on": {"nodes": ["source.cls.ledger.load"], "macros": ["macro.cls.own", "macro.dbt.theirs"]},
        },
    },
    "sources": {
        "source.cls.ledger.load": {
            "name": "load",
            "unique_id": "source.cls.ledger.load",
            "resource_type": "source",
            "package_name": "cls",
            "source_name": "ledger",
            "schema": "ledger",
            "meta": {"external_location": SECRET},
            "columns": {},
        }
    },
    "macros": {
        "macro.cls.own": {"name": "own", "package_name": "cls", "macro_sql": "1", "depends_on": {"macros": []}},
        "macro.dbt.theirs": {"name": "theirs", "package_name": "dbt", "macro_sql": "2"},
    },
    "parent_map": {"model.cls.metric_series": ["source.cls.ledger.load", "test.gone"]},
    "child_map": {"source.cls.ledger.load": ["model.cls.metric_series"]},
}


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    folder = tmp_path_factory.mktemp("release")
    settings = Settings(home=folder / "home")
    manifest = settings.warehouse / "dbt" / "manifest.json"
    manifest.parent.mkdir(parents=True)
    manifest.write_text(json.dumps(MANIFEST))
    small = SmallRelease(figures=(figure("ashby", "requests", 1, 20.0),))
    write_dbt_docs(small.write(folder / "cls.duckdb"), folder, settings)
    return (folder / PAGE).read_text(encoding="utf-8")


def told(page: str, name: str) -> Any:
    """What the page holds under a name."""
    found = re.search(rf'[{{,]{name}:(?={{"metadata")', page)
    assert found is not None
    return json.JSONDecoder().raw_decode(page, found.end())[0]


def test_the_page_holds_tables_columns_types_and_the_rows_of_the_release(page: str) -> None:
    (table,) = told(page, "catalog")["nodes"].values()
    assert table["columns"]["value"]["type"] == "double"
    assert table["stats"]["num_rows"]["value"] == 1
    (node,) = told(page, "manifest")["nodes"].values()
    assert (node["raw_code"], node["depends_on"]["macros"]) == ("select 1", ["macro.cls.own"])


def test_nothing_of_the_machine_is_on_the_page(page: str) -> None:
    assert "select 1" in page
    assert SECRET not in page


def test_a_description_cannot_end_the_script_that_holds_it(page: str) -> None:
    assert "The series. <\\/script><b>" in page
    assert "The series. </script>" not in page


def test_the_page_tells_nobody_that_it_is_read(page: str) -> None:
    assert told(page, "manifest")["metadata"]["send_anonymous_usage_stats"] is False


def test_the_page_says_which_release_it_is_of_and_that_records_are_simulated(page: str) -> None:
    overview = told(page, "manifest")["docs"]["doc.dbt.__overview__"]["block_contents"]
    assert SmallRelease().release_id in overview
    assert "Sites' records in this release are simulated" in overview


def test_another_version_of_dbts_page_is_an_error_and_no_empty_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dbt_docs, "_PLACES", ("NOWHERE", "NOWHERE"))
    settings = Settings(home=tmp_path)
    (settings.warehouse / "dbt").mkdir(parents=True)
    (settings.warehouse / "dbt" / "manifest.json").write_text(json.dumps(MANIFEST))
    with pytest.raises(ValueError, match="no place NOWHERE"):
        write_dbt_docs(SmallRelease().write(tmp_path / "cls.duckdb"), tmp_path, settings)
