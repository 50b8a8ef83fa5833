"""Reads registry files and remembers on which line each value stands.

YAML is read as text throughout (no `yes` that turns into a boolean, no `01` that turns into 1); the models give
the values their types. What the values mean does not belong here.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)
# libyaml reads the registry ten times faster, which every start of the command line and of Dagster feels.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class RegistryError(Exception):
    """One or more mistakes in `data_contracts/`, each with file, line, field and what was expected."""

    def __init__(self, mistakes: Sequence[str]):
        self.mistakes = list(mistakes)
        super().__init__("\n".join(self.mistakes))


def read_yaml(path: Path) -> tuple[Any, yaml.Node]:
    """The file's content with every scalar as text, and the node tree that knows the lines.

    Raises:
        RegistryError: the file is not YAML, or repeats a key.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegistryError([f"{path}: is not readable as YAML: {error}"]) from error
    if node is None:
        raise RegistryError([f"{path}: is empty."])
    _refuse_repeated_keys(path, node)
    return _content(node), node


def read_model(path: Path, model: type[Model]) -> Model:
    """The file as a checked model.

    Raises:
        RegistryError: naming file, line, field, what stands there and what was expected.
    """
    content, node = read_yaml(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise RegistryError([_sentence(path, node, item) for item in error.errors()]) from error


def read_rows(path: Path, required: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers.

    Raises:
        RegistryError: a required column is missing, or a row has another number of fields than the header.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, restkey="__more__", restval=None)
        missing = [name for name in required if name not in (reader.fieldnames or [])]
        if missing:
            raise RegistryError([f"{path}, line 1: the column {', '.join(missing)} is missing."])
        rows = [(reader.line_num, row) for row in reader]
    ragged = [number for number, row in rows if "__more__" in row or None in row.values()]
    if ragged:
        raise RegistryError([f"{path}, line {ragged[0]}: has another number of fields than the header."])
    return rows


def line_of(node: yaml.Node, location: Sequence[str | int]) -> int:
    """The line, from 1, of the value at a location such as ('systems', 0, 'from'); of its nearest parent if absent."""
    for step in location:
        child = _child(node, step)
        if child is None:
            break
        node = child
    return int(node.start_mark.line) + 1


def _child(node: yaml.Node, step: str | int) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        return next((value for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item
    return None


def _content(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {key.value: _content(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_content(value) for value in node.value]
    return node.value


def _refuse_repeated_keys(path: Path, node: yaml.Node) -> None:
    children = []
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.value in seen:
                raise RegistryError([f"{path}, line {line}: {key.value!r} stands twice (first on {seen[key.value]})."])
            seen[key.value] = line
            children.append(value)
    elif isinstance(node, yaml.SequenceNode):
        children = node.value
    for child in children:
        _refuse_repeated_keys(path, child)


def _sentence(path: Path, node: yaml.Node, item: Any) -> str:
    field = ".".join(str(step) for step in item["loc"]) or "the file"
    found = "" if item["type"] == "missing" or isinstance(item["input"], dict) else f", found {item['input']!r}"
    return f"{path}, line {line_of(node, item['loc'])}, {field}: {item['msg']}{found}."
