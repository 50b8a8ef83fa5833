"""Reads a contract from an Open Data Contract Standard v3 file, and checks that its own parts fit each other.

Whether the names of other files that it uses lead anywhere belongs in `checks`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from open_data_contract_standard.model import OpenDataContractStandard

from cls_pipeline.registry.contract import Column, Contract, Kind, Rule
from cls_pipeline.registry.contract_model import ColumnPart, ContractPart, EntityPart, RulePart
from cls_pipeline.registry.source import Mistake, RegistryError, as_model, placed, read_yaml

SUFFIX = ".odcs.yaml"


def read_contract(path: Path) -> Contract:
    """The contract in `<entity>.odcs.yaml`.

    Raises:
        RegistryError: the file is no ODCS v3 contract, or lacks what the pipeline needs, with file, line and field.
    """
    content, node = read_yaml(path)
    entity = as_model(path, content, node, ContractPart).entities[0]
    as_model(path, content, node, OpenDataContractStandard)
    mistakes = [placed(path, node, where, problem) for where, problem in _check(entity, path)]
    if mistakes:
        raise RegistryError(mistakes)
    return Contract(
        entity=entity.name,
        version=content.get("version", ""),
        description=entity.description.strip(),
        columns={item.name: _column(item) for item in entity.properties},
        rules=tuple(_rule(item) for item in entity.quality),
    )


def _column(item: ColumnPart) -> Column:
    has = item.custom_properties
    return Column(
        name=item.name,
        kind=cast(Kind, item.kind),
        description=item.description.strip(),
        required=item.required,
        key=item.primary_key,
        code_list=has.code_list,
        identifies=has.identifies,
        pseudonym=has.pseudonym,
        event_date=has.event_date,
        truncate=has.truncate,
        minimum=item.logical_type_options.minimum,
        maximum=item.logical_type_options.maximum,
        severity=has.severity,
        how_to_fix=has.how_to_fix.strip(),
        metrics=has.metrics,
    )


def _rule(item: RulePart) -> Rule:
    has = item.custom_properties
    return Rule(
        id=item.name,
        meaning=item.description.strip(),
        severity=item.severity,
        how_to_fix=has.how_to_fix.strip(),
        columns=has.columns,
        metrics=has.metrics,
        expression=None if has.references else item.implementation,
        references=(has.references.entity, has.references.column) if has.references else None,
    )


def _check(entity: EntityPart, path: Path) -> Iterator[Mistake]:
    if entity.name != path.name.removesuffix(SUFFIX):
        yield ("schema", 0, "name"), f"{path.name.removesuffix(SUFFIX)!r}, the file's name, is expected."
    if not any(item.primary_key for item in entity.properties):
        yield ("schema", 0, "properties"), "a column with primaryKey: true is expected."
    yield from _repeated(entity.properties, "properties")
    yield from _repeated(entity.quality, "quality")
    yield from _check_columns(entity)
    yield from _check_rules(entity)


def _repeated(items: Iterable[ColumnPart | RulePart], part: str) -> Iterator[Mistake]:
    seen = set()
    for position, item in enumerate(items):
        if item.name in seen:
            yield ("schema", 0, part, position, "name"), f"{item.name} stands twice."
        seen.add(item.name)


def _check_columns(entity: EntityPart) -> Iterator[Mistake]:
    kinds = {item.name: item.kind for item in entity.properties}
    dated = []
    for position, item in enumerate(entity.properties):
        where = ("schema", 0, "properties", position, "customProperties")
        if item.custom_properties.pseudonym == "national" and kinds.get("id_scheme") != "code":
            problem = "a column id_scheme with a code list is expected, to say which register a number is from."
            yield (*where, "pseudonym"), problem
        if item.custom_properties.event_date:
            dated.append(item.name)
            if len(dated) > 1:
                yield (*where, "eventDate"), f"one column is expected to hold the record's date, found {dated}."


def _check_rules(entity: EntityPart) -> Iterator[Mistake]:
    known = {item.name for item in entity.properties}
    for position, rule in enumerate(entity.quality):
        unknown = [name for name in rule.custom_properties.columns if name not in known]
        if unknown:
            where = ("schema", 0, "quality", position, "customProperties", "columns")
            yield where, f"{rule.name}: columns of the contract are expected, found {', '.join(unknown)}."
