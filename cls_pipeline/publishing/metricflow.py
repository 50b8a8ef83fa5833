"""A small dbt project beside the database, in which `mf query` asks the release's figures by name.

MetricFlow reads a dbt project's semantic manifest and its profile, not its models; both are put here, pointing at the
database of the same folder. The metrics themselves are written by `warehouse.semantic`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import dbt_target

FOLDER: Final = "metricflow"
MANIFEST: Final = "semantic_manifest.json"
PROJECT: Final = """# For `mf query`, run in this folder. The figures are those of cls.duckdb beside it.
name: cls
version: "1.0"
profile: cls
flags:
  send_anonymous_usage_stats: false
"""
#: Where the database is, seen from the folder in which `mf` runs.
DATABASE: Final = "../cls.duckdb"
# MetricFlow makes nothing in the database, so it is opened for reading, beside other readers.
PROFILE: Final = f"""cls:
  target: release
  outputs:
    release:
      type: duckdb
      path: {DATABASE}
      schema: marts
      config_options:
        access_mode: READ_ONLY
"""


def write_metricflow(database: Path, folder: Path, settings: Settings) -> None:
    """Writes `metricflow/`: a project, a profile, and the semantic manifest with this database for the warehouse.

    Raises:
        FileNotFoundError: dbt has not parsed the project yet.
    """
    target = folder / FOLDER / "target"
    target.mkdir(parents=True)
    manifest = json.loads((dbt_target(settings) / MANIFEST).read_text(encoding="utf-8"))
    for model in manifest["semantic_models"]:
        model["node_relation"] = _here(model["node_relation"], database.stem)
    (target / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    (target.parent / "dbt_project.yml").write_text(PROJECT, encoding="utf-8")
    (target.parent / "profiles.yml").write_text(PROFILE, encoding="utf-8")


def _here(relation: dict[str, Any], database: str) -> dict[str, Any]:
    named = ".".join(f'"{part}"' for part in (database, relation["schema_name"], relation["alias"]))
    return relation | {"database": database, "relation_name": named}
