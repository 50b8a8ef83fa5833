"""Do the files of `data_contracts/` fit each other? Every name that one file uses must be in another.

What each kind of file may hold by itself is said by its own model.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path

from cls_pipeline.registry.code_list import CodeList
from cls_pipeline.registry.contract import Column
from cls_pipeline.registry.contract_checks import check_contract, known_metrics
from cls_pipeline.registry.contract_file import SUFFIX
from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.sender import Sender
from cls_pipeline.registry.source import Mistake, placed, read_yaml
from cls_pipeline.registry.system import ColumnSource, SystemProfile, TableLayout
from cls_pipeline.registry.text import fold
from cls_pipeline.registry.waivers import check_waivers


def check_registry(registry: Registry) -> Iterator[str]:
    """A sentence with file, line and field for each name that leads nowhere."""
    metrics = known_metrics(registry.folder)
    for contract in registry.contracts.values():
        path = contract_path(registry.folder, contract.entity)
        yield from placed_all(path, check_contract(registry, contract, metrics))
    for system in registry.systems.values():
        yield from placed_all(registry.folder / "systems" / f"{system.id}.yaml", _check_system(registry, system))
    for sender in registry.senders.values():
        yield from placed_all(registry.folder / "senders" / f"{sender.id}.yaml", _check_sender(registry, sender))


def contract_path(folder: Path, entity: str) -> Path:
    """Where the contract of an entity stands."""
    return folder / "entities" / f"{entity}{SUFFIX}"


def placed_all(path: Path, mistakes: Iterable[Mistake]) -> Iterator[str]:
    """The mistakes of a file as sentences with file, line and field; it is read again only if there are any."""
    found = list(mistakes)
    if found:
        node = read_yaml(path)[1]
        yield from (placed(path, node, location, problem) for location, problem in found)


def _check_system(registry: Registry, system: SystemProfile) -> Iterator[Mistake]:
    yield from ((("continues",), problem) for problem in _check_version(registry, system))
    mistakes = list(_check_tables(registry, system))
    # Only once the tables are right is it known which list each map leads to.
    yield from mistakes or _check_maps(system.codes, _lists_by_map(registry, [system]), ("codes",))


def _check_version(registry: Registry, system: SystemProfile) -> Iterator[str]:
    """Does the product that a system continues exist, and was it there first?"""
    if system.continues is None:
        return
    before = registry.systems.get(system.continues)
    if before is None:
        yield f"there is no systems/{system.continues}.yaml."
        return
    if before.family != system.family:
        yield f"a system of the family {system.family} is expected; {before.id} is of the family {before.family}."
    passed: set[str] = set()
    while before is not None and before.id not in passed:
        passed.add(before.id)
        before = registry.systems.get(before.continues or "")
    if system.id in passed:
        yield f"{system.continues} continues {system.id} itself, so neither is the first version."


def _has_first_version(registry: Registry, system_id: str | None) -> bool:
    """Do the versions that a system continues lead to a first one? Where not, `_check_version` tells."""
    passed: set[str] = set()
    while system_id is not None:
        if system_id in passed or system_id not in registry.systems:
            return False
        passed.add(system_id)
        system_id = registry.systems[system_id].continues
    return True


def _check_tables(registry: Registry, system: SystemProfile) -> Iterator[Mistake]:
    for position, table in enumerate(system.files):
        contract = registry.contracts.get(table.entity)
        if contract is None:
            known = ", ".join(sorted(registry.contracts))
            yield ("files", position, "entity"), f"one of {known} is expected, found {table.entity!r}."
            continue
        for column in contract.columns.values():
            if column.required and column.name not in table.columns:
                yield (
                    ("files", position, "columns"),
                    f"{column.name}, which the contract {table.entity} requires, is not mapped.",
                )
        for name, problem in _check_columns(registry, system, table, table.columns):
            yield ("files", position, "columns", name), problem


def _check_columns(
    registry: Registry, system: SystemProfile, table: TableLayout, columns: Mapping[str, ColumnSource]
) -> Iterator[tuple[str, str]]:
    contract = registry.contracts[table.entity]
    for name, source in columns.items():
        column = contract.columns.get(name)
        if column is None:
            yield name, f"a column of the contract {table.entity} is expected ({', '.join(contract.columns)})."
            continue
        if source.capture and f"{{{source.capture}}}" not in table.name:
            yield name, f"the file name {table.name} has no {{{source.capture}}}."
        if source.period and column.kind != "date":
            yield name, "period is for columns that hold a date."
        codes = registry.code_lists.get(column.code_list or "")
        if column.code_list is None and (source.codes or source.aliases or source.otherwise):
            yield name, "codes, aliases and otherwise are for columns with a code list."
        elif codes is not None:
            yield from ((name, problem) for problem in _check_codes(source, column, codes, system))


def _check_codes(source: ColumnSource, column: Column, codes: CodeList, system: SystemProfile) -> Iterator[str]:
    if source.aliases and source.aliases not in codes.aliases:
        yield f"there is no scheme {source.aliases!r} in code_lists/{codes.name}.aliases.csv."
    if source.codes and source.codes not in system.codes:
        yield f"there is no map {source.codes!r} under 'codes'."
    unknown = sorted({code for code in (source.otherwise, source.constant) if code and code not in codes.codes})
    if unknown:
        yield f"a code of the list {column.code_list} is expected, found {', '.join(unknown)}."


def _lists_by_map(registry: Registry, systems: list[SystemProfile]) -> dict[str, CodeList]:
    """Into which code list each map of texts translates, by the columns that use it."""
    lists = {}
    for table in (table for system in systems for table in system.files if table.entity in registry.contracts):
        for name, source in table.columns.items():
            column = registry.contracts[table.entity].columns.get(name)
            codes = registry.code_lists.get(column.code_list or "") if column else None
            if codes is not None and not source.aliases:
                lists[source.codes or codes.name] = codes
    return lists


def _check_maps(
    maps: Mapping[str, Mapping[str, str]], lists: Mapping[str, CodeList], where: tuple[str, ...]
) -> Iterator[Mistake]:
    for name, texts in maps.items():
        codes, seen = lists.get(name), dict[str, str]()
        if codes is None:
            yield (
                (*where, name),
                "no column is translated by this map; a code list or a 'codes:' of a column is expected.",
            )
            continue
        for text, code in texts.items():
            if code not in codes.codes:
                yield (*where, name, text), f"a code of the list {codes.name} is expected, found {code!r}."
            if seen.setdefault(fold(text), code) != code:
                yield (*where, name, text), "the same text, but for case and blanks, already stands for another code."


def _check_programme(sender: Sender) -> Iterator[Mistake]:
    """Are areas spelled in systems that the sender has?"""
    known = [entry.system for entry in sender.systems]
    for position, area in enumerate(sender.programme.areas if sender.programme else ()):
        for system in area.spellings:
            if system not in known:
                where = ("programme", "areas", position, "spellings", system)
                yield where, f"a system of the sender is expected ({', '.join(known)})."


def _check_returns(registry: Registry, sender: Sender) -> Iterator[Mistake]:
    """A product that comes back after another is a new installation, whose numbers are not those of the first."""
    if not all(_has_first_version(registry, entry.system) for entry in sender.systems):
        return
    in_order = sorted(enumerate(sender.systems), key=lambda item: item[1].valid_from or date.min)
    latest: dict[str, str] = {}
    left: set[tuple[str, str]] = set()
    for position, entry in in_order:
        family, numbering = registry.systems[entry.system].family, registry.numbering(entry.system)
        before = latest.get(family)
        if before not in (None, numbering):
            left.add((family, str(before)))
        if (family, numbering) in left and family != "publication":
            yield (
                ("systems", position, "system"),
                f"{entry.system} comes back after another product, under the numbers of its first installation; "
                "give the new installation a profile of its own that does not continue the old one.",
            )
        latest[family] = numbering


def _check_sender(registry: Registry, sender: Sender) -> Iterator[Mistake]:
    for position, entry in enumerate(sender.systems):
        if entry.system not in registry.systems:
            yield ("systems", position, "system"), f"there is no systems/{entry.system}.yaml."
            return
    yield from _check_returns(registry, sender)
    yield from _check_programme(sender)
    councils = registry.code_lists.get("council")
    if sender.council and (councils is None or sender.council not in councils.codes):
        yield ("council",), f"a code of the council list is expected, found {sender.council!r}."
    systems = registry.systems_of(sender)
    tables = {table.id: (system, table) for system in systems for table in system.files}
    for table_id, columns in sender.additions.columns.items():
        where = ("additions", "columns", table_id)
        if table_id not in tables:
            yield where, f"a table of the sender's systems is expected ({', '.join(tables)})."
            continue
        for name, problem in _check_columns(registry, *tables[table_id], columns):
            yield (*where, name), problem
    yield from _check_maps(sender.additions.codes, _lists_by_map(registry, systems), ("additions", "codes"))
    yield from check_waivers(registry, sender)
