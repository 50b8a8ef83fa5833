"""Reads registry files and remembers on which line each value stands.

YAML is read as text throughout (no `yes` that turns into a boolean, no `01` that turns into 1); the models give
the values their types. What the values mean does not belong here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]
# Where in a file, and what is wrong there.
Mistake = tuple[Location, str]
# libyaml reads the registry ten times faster, which every start of the command line and of Dagster feels.
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class RegistryError(Exception):
    """One or more mistakes in `data_contracts/`, each with file, line, field and what was expected."""

    def __init__(self, mistakes: Sequence[str]):
        self.mistakes = list(mistakes)
        super().__init__("\n".join(self.mistakes))


class Strict(BaseModel):
    """A part of a registry file; a field that it does not know is a mistake."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def read_yaml(path: Path) -> tuple[Any, yaml.Node]:
    """The file's content with every scalar as text, and the node tree that knows the lines.

    Raises:
        RegistryError: the file is not YAML, or repeats a key.
    """
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=LOADER)
    except yaml.MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise RegistryError([f"{path}{line}: is not readable as YAML: {error.problem}."]) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise RegistryError([f"{path}: is not readable as YAML in UTF-8: {error}."]) from error
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
    return as_model(path, content, node, model)


def as_model(path: Path, content: Any, node: yaml.Node, model: type[Model]) -> Model:
    """What `read_yaml` found, as a checked model.

    Raises:
        RegistryError: naming file, line, field, what stands there and what was expected.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        found = error.errors()
        # A list whose only item is wrong is also told to be empty: the item says it better.
        inner = {item["loc"][:depth] for item in found for depth in range(len(item["loc"]))}
        told = [item for item in found if item["loc"] not in inner]
        raise RegistryError([_sentence(path, node, item, model) for item in told]) from error


def placed(path: Path, node: yaml.Node, location: Location, problem: str) -> str:
    """A mistake as a sentence with file, line and field."""
    return f"{path}, line {line_of(node, location)}, {_dotted(location)}: {problem}"


def read_rows(
    path: Path, required: Sequence[str], optional: Sequence[str] | None = None
) -> list[tuple[int, dict[str, str]]]:
    """The rows of a CSV file with their line numbers.

    Args:
        path: the file.
        required: columns that must be there.
        optional: what other columns may be there; any where None.

    Raises:
        RegistryError: a required column is missing, another is not known, or a row has another number of fields than
            the header.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise RegistryError([f"{path}: a file in UTF-8 is expected: {error}."]) from error
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey="__more__", restval=None)
    missing = [name for name in required if name not in (reader.fieldnames or [])]
    if missing:
        raise RegistryError([f"{path}, line 1: the column {', '.join(missing)} is missing."])
    known = {*required, *(reader.fieldnames or [] if optional is None else optional)}
    unknown = [name for name in reader.fieldnames or [] if name not in known]
    if unknown:
        expected = ", ".join([*required, *(optional or ())])
        raise RegistryError([f"{path}, line 1: there is no column {', '.join(unknown)} here; expected is {expected}."])
    rows = [(reader.line_num, row) for row in reader]
    ragged = [number for number, row in rows if "__more__" in row or None in row.values()]
    if ragged:
        raise RegistryError([f"{path}, line {ragged[0]}: has another number of fields than the header."])
    return rows


def line_of(node: yaml.Node, location: Sequence[str | int]) -> int:
    """The line, from 1, on which a location such as ('systems', 0, 'from') begins; of its nearest parent if absent."""
    line = int(node.start_mark.line)
    for step in location:
        found = _child(node, step)
        if found is None:
            break
        line, node = found
    return line + 1


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    """The line of a key or item, and what stands there."""
    if isinstance(node, yaml.MappingNode):
        return next(((int(key.start_mark.line), value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode):
        item = _property(node, step) if isinstance(step, str) else node.value[step] if step < len(node.value) else None
        return None if item is None else (int(item.start_mark.line), item)
    return None


def _property(node: yaml.SequenceNode, name: str) -> yaml.Node | None:
    """The item `{property: name, value: ...}` of a contract's custom properties."""
    return next((item for item in node.value if ("property", name) in _scalars(item)), None)


def _scalars(node: yaml.Node) -> list[tuple[str, str]]:
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    return [(key.value, value.value) for key, value in pairs if isinstance(value, yaml.ScalarNode)]


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


def _sentence(path: Path, node: yaml.Node, item: Any, model: type[BaseModel]) -> str:
    plain = not isinstance(item["input"], (dict, list, BaseModel))
    found = f", found {item['input']!r}" if plain and item["type"] != "missing" else ""
    return placed(path, node, item["loc"], f"{_expected(item, model)}{found}.")


def _dotted(location: Location) -> str:
    return ".".join(str(step) for step in location) or "the file"


def _expected(item: Any, model: type[BaseModel]) -> str:
    """What was expected, where pydantic's own words do not say it plainly."""
    if item["type"] == "extra_forbidden":
        return f"there is no such field here; expected is one of {', '.join(_fields(model, item['loc'][:-1]))}"
    if item["type"].startswith("date"):
        return "a date such as 2025-04-01 is expected"
    if item["type"] == "tuple_type":
        return "a list is expected"
    if item["type"] == "missing":
        return "is missing and must be given"
    return str(item["msg"]).removeprefix("Value error, ")


def _fields(model: type[BaseModel], location: Sequence[str | int]) -> list[str]:
    """The names of the fields that a mapping at a location may have."""
    for step in location:
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        if step in fields:  # else it is a position in a list or a key of a free mapping
            model = next(iter(_models(fields[str(step)].annotation)), model)
    return [field.alias or name for name, field in model.model_fields.items()]


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The models in a type such as `tuple[Item, ...]` or `dict[str, Item]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]
