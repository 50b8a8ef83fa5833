"""Promises of the dbt project itself: documented, moderate in its tests, and right by its own unit tests."""

from __future__ import annotations

import json
import re
from typing import Any

from cls_pipeline.settings import PROJECT_ROOT, Settings
from cls_pipeline.warehouse.build import dbt_target

from .conftest import rows
from .runner import dbt


def nodes(settings: Settings, kind: str) -> list[dict[str, Any]]:
    """The project's nodes of a kind."""
    manifest = json.loads((dbt_target(settings) / "manifest.json").read_text())
    return [node for node in manifest["nodes"].values() if node["resource_type"] == kind]


def test_every_model_says_its_grain_and_its_steps(built: Settings) -> None:
    silent = [
        node["name"]
        for node in nodes(built, "model")
        if "**Grain:**" not in node["description"] or "**Steps:**" not in node["description"]
    ]
    assert not silent


def test_every_column_is_described_with_its_type(built: Settings) -> None:
    written = {
        (node["schema"], node["name"], column["name"], column["data_type"])
        for node in nodes(built, "model")
        for column in node["columns"].values()
        if column["description"]
    }
    found = rows(
        built,
        "select schema_name, table_name, column_name, lower(data_type) from duckdb_columns()"
        " where schema_name in ('staging', 'facts', 'intermediate', 'marts')",
    )
    assert written == set(found)


def test_every_model_has_a_data_test_or_says_by_what_it_is_tested(built: Settings) -> None:
    tested = {model for node in nodes(built, "test") for model in node["depends_on"]["nodes"]}
    silent = [
        node["name"]
        for node in nodes(built, "model")
        if node["unique_id"] not in tested and "**Tested:**" not in node["description"]
    ]
    assert not silent


def test_data_tests_stay_few_enough_for_a_night(built: Settings) -> None:
    # Each costs a night about 30 ms, so these cost it about two seconds at most: one key or grain for each model that
    # has one, the promises of the marts, and a few to come.
    assert len(nodes(built, "test")) <= 70


def test_the_flags_that_analysts_read_about_are_those_of_the_series(built: Settings) -> None:
    known = next(node for node in nodes(built, "test") if node["name"] == "metric_series_flags_known")
    page = (PROJECT_ROOT / "docs" / "analysts.md").read_text()
    section = page.partition("| flag | meaning |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE)) == set(known["test_metadata"]["kwargs"]["flags"])


def test_the_unit_tests_of_the_models_pass(built: Settings) -> None:
    dbt(built, "test", "--select", "test_type:unit")
    written = json.loads((dbt_target(built) / "manifest.json").read_text())["unit_tests"]
    results = json.loads((dbt_target(built) / "run_results.json").read_text())["results"]
    assert {item["unique_id"]: item["status"] for item in results} == dict.fromkeys(written, "pass")
    assert written
