"""Promises of the dbt project itself: documented, moderate in its tests, and right by its own unit tests."""

from __future__ import annotations

import json
import os
import subprocess
from typing import Any

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import dbt_env, dbt_executable, dbt_target

from .conftest import rows


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


def test_data_tests_stay_few_enough_for_a_night(built: Settings) -> None:
    assert len(nodes(built, "test")) <= 45


def test_the_unit_tests_of_the_models_pass(built: Settings) -> None:
    done = subprocess.run(
        [dbt_executable(), "test", "--select", "test_type:unit"],
        env={**os.environ, **dbt_env(built)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
