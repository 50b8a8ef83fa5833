"""Loads `data_contracts/` whole and checks that its files fit each other.

Each kind of file has its model in a module of its own; here are only the checks across files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from cls_pipeline.registry.code_list import CodeList, read_code_list
from cls_pipeline.registry.contract import Contract, read_contract
from cls_pipeline.registry.sender import Sender
from cls_pipeline.registry.source import RegistryError, line_of, read_model, read_yaml
from cls_pipeline.registry.system import SystemProfile, TableLayout

Item = TypeVar("Item")


@dataclass(frozen=True)
class Registry:
    """Everything in `data_contracts/`, checked."""

    folder: Path
    senders: dict[str, Sender]
    systems: dict[str, SystemProfile]
    contracts: dict[str, Contract]
    code_lists: dict[str, CodeList]

    def systems_of(self, sender: Sender) -> list[SystemProfile]:
        """The profiles of all systems that the sender has used."""
        return [self.systems[item] for item in dict.fromkeys(entry.system for entry in sender.systems)]

    def entities_of(self, sender: Sender) -> list[str]:
        """The entities that the sender delivers, in the order of its profiles."""
        return list(dict.fromkeys(entity for profile in self.systems_of(sender) for entity in profile.entities))


def load_registry(folder: Path) -> Registry:
    """The registry in a folder.

    Raises:
        RegistryError: every mistake found, a sentence each with file, line, field and what was expected.
    """
    if not folder.is_dir():
        raise RegistryError([f"The folder {folder} does not exist; it should hold senders/, systems/ and entities/."])
    mistakes: list[str] = []
    lists = {item.name: item for item in _read(folder.glob("code_lists/*.csv"), _read_list, mistakes) if item}
    contracts = {c.entity: c for c in _read(folder.glob("entities/*.odcs.yaml"), read_contract, mistakes)}
    systems = {s.id: s for s in _read(folder.glob("systems/*.yaml"), lambda p: read_model(p, SystemProfile), mistakes)}
    senders = {s.id: s for s in _read(folder.glob("senders/*.yaml"), lambda p: read_model(p, Sender), mistakes)}
    registry = Registry(folder, senders, systems, contracts, lists)
    if not mistakes:
        mistakes += [problem for contract in contracts.values() for problem in _check_contract(registry, contract)]
        mistakes += [problem for system in systems.values() for problem in _check_system(registry, system)]
        mistakes += [problem for sender in senders.values() for problem in _check_sender(registry, sender)]
    if mistakes:
        raise RegistryError(mistakes)
    return registry


def _read_list(path: Path) -> CodeList | None:
    return None if path.stem.endswith(".aliases") else read_code_list(path)


def _read(paths: Iterator[Path], reader: Callable[[Path], Item], mistakes: list[str]) -> list[Item]:
    items = []
    for path in sorted(paths):
        try:
            items.append(reader(path))
        except RegistryError as error:
            mistakes += error.mistakes
    return items


def _check_contract(registry: Registry, contract: Contract) -> Iterator[str]:
    where = f"{registry.folder / 'entities' / contract.entity}.odcs.yaml"
    for column in contract.columns.values():
        if column.code_list and column.code_list not in registry.code_lists:
            yield f"{where}, {column.name}, codeList: there is no code_lists/{column.code_list}.csv."
    for rule in contract.rules:
        if rule.references:
            entity, name = rule.references
            if entity not in registry.contracts or name not in registry.contracts[entity].columns:
                yield f"{where}, {rule.id}, references: there is no column {name} in an entity {entity}."


def _check_system(registry: Registry, system: SystemProfile) -> Iterator[str]:
    path = registry.folder / "systems" / f"{system.id}.yaml"
    if not path.exists():
        yield f"{registry.folder / 'systems'}: the id {system.id!r} is not the name of its file."
        return
    for position, table in enumerate(system.files):
        for location, problem in _check_table(registry, system, table):
            yield f"{path}, line {_line(path, 'files', position, *location)}, {table.id}: {problem}"


def _check_table(
    registry: Registry, system: SystemProfile, table: TableLayout
) -> Iterator[tuple[tuple[str, ...], str]]:
    contract = registry.contracts.get(table.entity)
    if contract is None:
        yield ("entity",), f"an entity with a contract is expected, found {table.entity!r}."
        return
    for name in sorted(column.name for column in contract.columns.values() if column.required):
        if name not in table.columns:
            yield ("columns",), f"the column {name}, which the contract requires, is not mapped."
    for name, source in table.columns.items():
        column = contract.columns.get(name)
        if column is None:
            yield ("columns", name), f"a column of the contract {table.entity} is expected, found {name!r}."
            continue
        codes = registry.code_lists[column.code_list] if column.code_list else None
        if codes is None:
            continue
        if source.aliases and source.aliases not in codes.aliases:
            yield ("columns", name), f"there is no scheme {source.aliases!r} in the aliases of {codes.name}."
        if source.codes and source.codes not in system.codes:
            yield ("columns", name), f"there is no map {source.codes!r} under 'codes'."
        mapped = system.codes.get(source.codes or codes.name, {}) if not source.aliases else {}
        stated = [*mapped.values(), *[c for c in (source.otherwise, source.constant) if c]]
        unknown = sorted({code for code in stated if code not in codes.codes})
        if unknown:
            yield ("columns", name), f"codes of the list {codes.name} are expected, found {', '.join(unknown)}."


def _check_sender(registry: Registry, sender: Sender) -> Iterator[str]:
    path = registry.folder / "senders" / f"{sender.id}.yaml"
    if not path.exists():
        yield f"{registry.folder / 'senders'}: the id {sender.id!r} is not the name of its file."
        return
    for position, entry in enumerate(sender.systems):
        if entry.system not in registry.systems:
            line = _line(path, "systems", position, "system")
            yield f"{path}, line {line}, systems.{position}.system: there is no systems/{entry.system}.yaml."
    if sender.council and sender.council not in registry.code_lists["council"].codes:
        line = _line(path, "council")
        yield f"{path}, line {line}, council: a code of the council list is expected, found {sender.council!r}."


def _line(path: Path, *location: str | int) -> int:
    return line_of(read_yaml(path)[1], location)
