"""Loads `data_contracts/` whole and checks that its files fit each other.

Each kind of file has its model in a module of its own, and the checks across files are in `checks`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from cls_pipeline.registry.checks import check_registry, contract_path, placed_all
from cls_pipeline.registry.code_list import CodeList, read_code_list
from cls_pipeline.registry.contract_file import read_contract
from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.sender import Sender
from cls_pipeline.registry.source import RegistryError, line_of, read_model, read_yaml
from cls_pipeline.registry.system import SystemProfile

Item = TypeVar("Item")
Named = TypeVar("Named", Sender, SystemProfile)


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
    systems = {s.id: s for s in _read(folder.glob("systems/*.yaml"), lambda p: _read_named(p, SystemProfile), mistakes)}
    senders = {s.id: s for s in _read(folder.glob("senders/*.yaml"), lambda p: _read_named(p, Sender), mistakes)}
    registry = Registry(folder, senders, systems, contracts, lists)
    if not mistakes:
        mistakes += check_registry(registry)
    if not mistakes:
        mistakes += _try_rules(registry)
    if mistakes:
        raise RegistryError(mistakes)
    return registry


def _try_rules(registry: Registry) -> Iterator[str]:
    from cls_pipeline.registry.trial import try_rules

    for contract in registry.contracts.values():
        yield from placed_all(contract_path(registry.folder, contract.entity), try_rules(contract))


def _read_list(path: Path) -> CodeList | None:
    return None if path.stem.endswith(".aliases") else read_code_list(path)


def _read_named(path: Path, model: type[Named]) -> Named:
    item = read_model(path, model)
    if item.id != path.stem:
        line = line_of(read_yaml(path)[1], ("id",))
        raise RegistryError(
            [f"{path}, line {line}, id: {path.stem!r}, the file's name, is expected, found {item.id!r}."]
        )
    return item


def _read(paths: Iterator[Path], reader: Callable[[Path], Item], mistakes: list[str]) -> list[Item]:
    items = []
    for path in sorted(paths):
        try:
            items.append(reader(path))
        except RegistryError as error:
            mistakes += error.mistakes
    return items
