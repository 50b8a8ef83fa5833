"""`dbt_docs.html`: how every table is made, from dbt's own documentation page, in one file that needs no network.

dbt's page is filled as `dbt docs generate --static` fills it, but with what stands in the project alone: descriptions,
types, SQL, what follows from what; and the rows of a release's tables. Nothing of this machine is on it (dbt writes
folders into its manifest), and nothing from the warehouse, so no query is run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final

import duckdb

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import dbt_target
from cls_pipeline.warehouse.comments import NOTES
from cls_pipeline.warehouse.sql import one

PAGE: Final = "dbt_docs.html"
#: What of a node of dbt's manifest the page shows; what is not named here stays out.
_KEPT: Final = (
    "name",
    "resource_type",
    "package_name",
    "path",
    "original_file_path",
    "unique_id",
    "fqn",
    "alias",
    "schema",
    "description",
    "source_name",
    "source_description",
    "identifier",
    "column_name",
    "raw_code",
    "macro_sql",
    "language",
    "tags",
    "docs",
    "refs",
    "access",
    "version",
    "latest_version",
    "arguments",
)
_PLACES: Final = ('"MANIFEST.JSON INLINE DATA"', '"CATALOG.JSON INLINE DATA"')
# A browser takes the name of an icon that is not filled in yet, and one that dbt never fills in, for files beside the
# page, and complains of each.
_MENDED: Final = {
    '<use xlink:href="{{': '<use ng-attr-xlink:href="{{',
    '<link rel="shortcut icon" href="${require(\'./assets/favicons/favicon.ico\')}"/>': "",
}
_EMPTY: Final = (
    "exposures",
    "metrics",
    "groups",
    "selectors",
    "disabled",
    "group_map",
    "saved_queries",
    "semantic_models",
    "unit_tests",
    "functions",
)

Node = Mapping[str, Any]


def write_dbt_docs(database: Path, folder: Path, settings: Settings) -> None:
    """Writes the page for a release.

    Raises:
        ValueError: dbt's page has no place for what it is to show, as another version of dbt may have it.
    """
    from dbt.task.docs import DOCS_INDEX_FILE_PATH

    manifest = json.loads((dbt_target(settings) / "manifest.json").read_text(encoding="utf-8"))
    with closing(duckdb.connect(str(database), read_only=True)) as con:
        release_id, made, origin, rows = one(
            con, "select release_id, created_at, records_origin, map_entries(rows) from marts.release"
        )
    counts = {entry["key"]: entry["value"] for entry in rows}
    shown = _shown(manifest, _overview(release_id, NOTES.get(origin, "")), f"{made:%Y-%m-%dT%H:%M:%SZ}")
    page = Path(DOCS_INDEX_FILE_PATH).read_text(encoding="utf-8")
    for found, instead in _MENDED.items():
        page = page.replace(found, instead)
    for place, told in zip(_PLACES, (shown, _catalogue(shown, counts)), strict=True):
        if page.count(place) != 1:
            raise ValueError(f"dbt's documentation page has no place {place} to fill in this version of dbt")
        # A text of the project that ends a script would end the page's.
        page = page.replace(place, json.dumps(told, separators=(",", ":")).replace("</", "<\\/"))
    (folder / PAGE).write_text(page, encoding="utf-8")


def _overview(release_id: str, note: str) -> str:
    return (
        f"# How the tables of release `{release_id}` are made\n\n"
        "Data flows one way: `staging` → `facts` and `intermediate` → `marts`. Open a table on the left for its grain,"
        " its steps, its columns and its SQL; the button at the foot shows what follows from what. The tables of"
        f" schema `marts` are those of `cls.duckdb`, less what is withheld there.{note}"
    )


def _shown(manifest: Mapping[str, Any], overview: str, made: str) -> dict[str, Any]:
    """The part of dbt's manifest that is the project's own: no folders, no run, no rows."""
    project = manifest["metadata"]["project_name"]
    macros = {key: node for key, node in manifest["macros"].items() if node["package_name"] == project}
    nodes = {key: _node(node, macros) for key, node in manifest["nodes"].items()}
    sources = {key: _node(node, macros) for key, node in manifest["sources"].items()}
    known = nodes.keys() | sources.keys()
    about = {"name": "__overview__", "package_name": "dbt", "block_contents": overview, "resource_type": "doc"}
    return {
        "metadata": {
            "project_name": project,
            "adapter_type": manifest["metadata"]["adapter_type"],
            "dbt_version": manifest["metadata"]["dbt_version"],
            "generated_at": made,
            "send_anonymous_usage_stats": False,
        },
        "nodes": nodes,
        "sources": sources,
        "macros": {key: _node(node, macros) for key, node in macros.items()},
        "docs": {"doc.dbt.__overview__": about},
        **{
            side: {key: _only(others, known) for key, others in manifest[side].items() if key in known}
            for side in ("parent_map", "child_map")
        },
        **{name: {} for name in _EMPTY},
    }


def _node(node: Node, macros: Mapping[str, Node]) -> dict[str, Any]:
    depends = node.get("depends_on", {})
    config = node.get("config", {})
    columns = {
        name: {
            "name": name,
            "description": column["description"],
            "data_type": column["data_type"],
            "meta": {},
            "tags": [],
        }
        for name, column in node.get("columns", {}).items()
    }
    tested = node.get("test_metadata")
    return {
        **{name: node[name] for name in _KEPT if name in node},
        "database": "warehouse",
        "columns": columns,
        "meta": {},
        "config": {"materialized": config.get("materialized"), "enabled": True, "meta": {}},
        "depends_on": {"macros": _only(depends.get("macros", ()), macros.keys()), "nodes": depends.get("nodes", [])},
        **({"test_metadata": {"name": tested["name"], "kwargs": {}, "namespace": None}} if tested else {}),
        "patch_path": node.get("patch_path"),
        "compiled_code": "",
    }


def _only(names: Iterable[str], known: Iterable[str]) -> list[str]:
    kept = set(known)
    return [name for name in names if name in kept]


def _catalogue(shown: Mapping[str, Any], counts: Mapping[str, int]) -> dict[str, Any]:
    """The tables' columns and types as the project states them (a test holds it to that), and the rows of a release."""
    return {
        "metadata": {"generated_at": shown["metadata"]["generated_at"]},
        "nodes": {
            key: _table(node, counts.get(node["name"]) if node["schema"] == "marts" else None)
            for key, node in shown["nodes"].items()
            if node["resource_type"] == "model"
        },
        "sources": {},
        "errors": None,
    }


def _table(node: Node, rows: int | None) -> dict[str, Any]:
    told = {"id": "has_stats", "label": "Has Stats?", "value": rows is not None, "include": False, "description": ""}
    stats = {"has_stats": told}
    if rows is not None:
        words = "Rows in this release"
        stats["num_rows"] = {"id": "num_rows", "label": "Rows", "value": rows, "include": True, "description": words}
    return {
        "unique_id": node["unique_id"],
        "metadata": {
            "type": str(node["config"]["materialized"]),
            "schema": node["schema"],
            "name": node["name"],
            "database": "warehouse",
            "comment": None,
            "owner": None,
        },
        "columns": {
            name: {"name": name, "type": column["data_type"], "index": at, "comment": None}
            for at, (name, column) in enumerate(node["columns"].items(), start=1)
        },
        "stats": stats,
    }
