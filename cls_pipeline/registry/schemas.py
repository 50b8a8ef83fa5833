"""A JSON Schema for each kind of registry file, by which editors complete and check while one types.

Written from the models with `python -m cls_pipeline.registry.schemas`; that of contracts is the part of the Open Data
Contract Standard that the pipeline acts on.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from cls_pipeline.registry.code_list import ALIAS_COLUMNS, COLUMNS, DAYS, EXTRAS
from cls_pipeline.registry.contract_model import ColumnProperties, ContractPart, RuleProperties
from cls_pipeline.registry.sender import Sender
from cls_pipeline.registry.system import SystemProfile
from cls_pipeline.settings import get_settings

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DAY: dict[str, Any] = {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}


def schemas() -> dict[str, dict[str, Any]]:
    """The schemas by the name of the kind of file."""
    return {
        "entity": _of_contract(),
        "sender": _of_model(Sender),
        "system": _of_model(SystemProfile),
        "code_list": _of_row("A row of a code list.", COLUMNS, ("code", "label", "source"), tuple(EXTRAS)),
        "code_list.aliases": _of_row("Another name of a code.", (*ALIAS_COLUMNS, *DAYS)),
    }


def _of_model(model: type[BaseModel]) -> dict[str, Any]:
    return {"$schema": DIALECT, **_any_scalar_is_text(model.model_json_schema(by_alias=True))}


def _of_contract() -> dict[str, Any]:
    """A contract's schema; custom properties stand in the file as a list of names and values."""
    schema = _of_model(ContractPart)
    for part, model in (("ColumnPart", ColumnProperties), ("RulePart", RuleProperties)):
        names = sorted(model.model_json_schema(by_alias=True)["properties"])
        item = {"property": {"enum": names}, "value": {}}
        schema["$defs"][part]["properties"]["customProperties"] = {
            "type": "array",
            "items": {"type": "object", "properties": item, "required": list(item), "additionalProperties": False},
        }
    return schema


def _any_scalar_is_text(node: Any) -> Any:
    """The registry reads 01, no and 1864 as texts; an editor, which reads them as numbers, must let them pass."""
    if isinstance(node, list):
        return [_any_scalar_is_text(item) for item in node]
    if not isinstance(node, dict):
        return node
    free = node.get("type") == "string" and not {"pattern", "format", "enum", "const"} & set(node)
    inner = {key: _any_scalar_is_text(value) for key, value in node.items()}
    return inner | {"type": ["string", "number", "boolean"]} if free else inner


def _of_row(
    title: str, columns: tuple[str, ...], filled: tuple[str, ...] = ALIAS_COLUMNS, optional: tuple[str, ...] = ()
) -> dict[str, Any]:
    text: dict[str, dict[str, Any]] = {name: {"type": "string", "minLength": int(name in filled)} for name in columns}
    text |= {name: {"type": "string"} for name in optional}
    days = {name: DAY for name in columns if name in DAYS}
    return {
        "$schema": DIALECT,
        "title": title,
        "type": "object",
        "properties": text | days,
        "required": list(columns),
        "additionalProperties": False,
    }


def render(schema: dict[str, Any]) -> str:
    """The schema as it stands in its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def path_of(folder: Path, kind: str) -> Path:
    """Where the schema of a kind of file stands."""
    return folder / "schemas" / f"{kind}.schema.json"


def write_schemas(folder: Path) -> list[Path]:
    """Writes the schemas into a contracts folder."""
    (folder / "schemas").mkdir(exist_ok=True)
    paths = []
    for kind, schema in schemas().items():
        paths.append(path_of(folder, kind))
        paths[-1].write_text(render(schema), encoding="utf-8")
    return paths


if __name__ == "__main__":
    for written in write_schemas(get_settings().contracts_dir):
        print(written)
