"""Contracts: what the programme needs of an entity, read from an Open Data Contract Standard v3 file.

Columns, types, code lists and rules with their meaning. Running them belongs in `cls_pipeline.conform`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast, get_args

from open_data_contract_standard.model import (
    CustomProperty,
    DataQuality,
    OpenDataContractStandard,
    SchemaObject,
    SchemaProperty,
)
from pydantic import ValidationError

from cls_pipeline.registry.source import RegistryError, line_of, read_yaml

Kind = Literal["string", "date", "integer", "number", "decimal", "boolean", "code"]
Severity = Literal["refuse_row", "warn"]
KEY_UNIQUE = "key.unique"


@dataclass(frozen=True)
class Column:
    """One column of an entity."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    key: bool = False
    code_list: str | None = None
    identifies: bool = False
    pseudonym: Literal["person", "national"] | None = None
    event_date: bool = False
    minimum: float | None = None
    maximum: float | None = None
    severity: Severity = "refuse_row"
    how_to_fix: str = ""
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule across columns: a polars SQL expression that is true of a good row, or a reference to another table."""

    id: str
    meaning: str
    severity: Severity
    how_to_fix: str
    columns: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    expression: str | None = None
    references: tuple[str, str] | None = None


@dataclass(frozen=True)
class Contract:
    """What the programme needs of one entity."""

    entity: str
    version: str
    description: str
    columns: dict[str, Column]
    rules: tuple[Rule, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together name a record."""
        return tuple(column.name for column in self.columns.values() if column.key)

    @property
    def event_date(self) -> str | None:
        """The column that holds the record's date."""
        return next((column.name for column in self.columns.values() if column.event_date), None)

    @property
    def code_lists(self) -> tuple[str, ...]:
        """The code lists that its columns use."""
        return tuple(sorted({column.code_list for column in self.columns.values() if column.code_list}))


def read_contract(path: Path) -> Contract:
    """The contract in `<entity>.odcs.yaml`.

    Raises:
        RegistryError: the file is no ODCS v3 contract, or lacks what the pipeline needs, with file, line and field.
    """
    content, node = read_yaml(path)
    try:
        standard = OpenDataContractStandard.model_validate(content)
    except ValidationError as error:
        raise RegistryError(
            [
                f"{path}, line {line_of(node, item['loc'])}, {_dotted(item['loc'])}: {item['msg']}."
                for item in error.errors()
            ]
        ) from error
    if not standard.schema_ or len(standard.schema_) != 1:
        raise RegistryError([f"{path}, schema: exactly one entity is expected."])
    entity = standard.schema_[0]
    problems: list[str] = []
    columns = [_column(item, i, problems) for i, item in enumerate(entity.properties or [])]
    rules = [_rule(item, i, problems) for i, item in enumerate(entity.quality or [])]
    contract = Contract(
        entity=cast(str, entity.name),
        version=standard.version or "",
        description=(entity.description or "").strip(),
        columns={column.name: column for column in columns},
        rules=tuple(rules),
    )
    problems += _cross_check(contract, entity, path)
    if problems:
        raise RegistryError([f"{path}, {problem}" for problem in problems])
    return contract


def _column(item: SchemaProperty, position: int, problems: list[str]) -> Column:
    custom = _custom(item.customProperties)
    options = item.logicalTypeOptions or {}
    code_list = custom.get("codeList")
    kind = "code" if code_list else _kind(item)
    if kind not in get_args(Kind):
        problems.append(f"properties.{position} ({item.name}): logicalType {item.logicalType!r} is not supported.")
    severity = custom.get("severity", "refuse_row")
    if severity not in get_args(Severity):
        problems.append(f"properties.{position} ({item.name}): severity is refuse_row or warn, found {severity!r}.")
    return Column(
        name=item.name or "",
        kind=cast(Kind, kind),
        description=(item.description or "").strip(),
        required=bool(item.required),
        key=bool(item.primaryKey),
        code_list=code_list,
        identifies=_true(custom.get("identifies")),
        pseudonym=custom.get("pseudonym"),
        event_date=_true(custom.get("eventDate")),
        minimum=_number(options.get("minimum")),
        maximum=_number(options.get("maximum")),
        severity=cast(Severity, severity),
        how_to_fix=str(custom.get("howToFix", "")).strip(),
        metrics=_names(custom.get("metrics")),
    )


def _rule(item: DataQuality, position: int, problems: list[str]) -> Rule:
    custom = _custom(item.customProperties)
    references = custom.get("references")
    expression = item.implementation
    for field, value in (("name", item.name), ("description", item.description), ("howToFix", custom.get("howToFix"))):
        if not value:
            problems.append(f"quality.{position} ({item.name}): {field} is missing.")
    if item.severity not in get_args(Severity):
        problems.append(f"quality.{position} ({item.name}): severity is refuse_row or warn, found {item.severity!r}.")
    if not references and not isinstance(expression, str):
        problems.append(f"quality.{position} ({item.name}): an implementation (polars SQL) or references is expected.")
    return Rule(
        id=item.name or "",
        meaning=(item.description or "").strip(),
        severity=cast(Severity, item.severity),
        how_to_fix=str(custom.get("howToFix", "")).strip(),
        columns=_names(custom.get("columns")),
        metrics=_names(custom.get("metrics")),
        expression=None if references else cast(str, expression),
        references=(references["entity"], references["column"]) if references else None,
    )


def _cross_check(contract: Contract, entity: SchemaObject, path: Path) -> list[str]:
    problems = []
    if contract.entity != path.name.removesuffix(".odcs.yaml"):
        problems.append(f"schema.0.name: {contract.entity!r} is not the file's name.")
    if not contract.key:
        problems.append("properties: no column has primaryKey: true.")
    for rule in contract.rules:
        unknown = [name for name in rule.columns if name not in contract.columns]
        if unknown or not rule.columns:
            problems.append(
                f"quality {rule.id}, columns: names of the contract's columns are expected, found {unknown}."
            )
    ids = [rule.id for rule in contract.rules]
    problems += [f"quality {name}: stands twice." for name in sorted({name for name in ids if ids.count(name) > 1})]
    return problems


def _kind(item: SchemaProperty) -> str:
    physical = (item.physicalType or "").lower()
    return "decimal" if physical.startswith("decimal") else str(item.logicalType)


def _custom(properties: Sequence[CustomProperty] | None) -> dict[str, Any]:
    return {item.property or "": item.value for item in properties or []}


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _true(value: Any) -> bool:
    return str(value).lower() == "true"


def _names(value: Any) -> tuple[str, ...]:
    if not value:
        return ()
    return tuple(value) if isinstance(value, list) else tuple(part.strip() for part in str(value).split(","))


def _dotted(location: Sequence[str | int]) -> str:
    return ".".join(str(step) for step in location)
