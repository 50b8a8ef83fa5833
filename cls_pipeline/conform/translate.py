"""Their text becomes our words: columns, dates, numbers and codes, by the profile in force.

A code that is not in the map keeps its raw text and is *not mapped*; a text that cannot be a date or a number is
*invalid*; the two are never one. Whether a value may stand belongs in `validate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl

from cls_pipeline.conform.values import PERIODS, by_distinct, read_dates, read_numbers
from cls_pipeline.identity.pseudonym import local_scheme, pseudonymise
from cls_pipeline.registry import (
    CodeList,
    Column,
    ColumnSource,
    Contract,
    Registry,
    Sender,
    SystemProfile,
    TableLayout,
)
from cls_pipeline.registry.contract import Truncation
from cls_pipeline.registry.dtypes import TYPES
from cls_pipeline.registry.numberings import legacy_numbering, person_numbering
from cls_pipeline.registry.text import fold

# How much of a day is kept, by a contract's `truncate`, as polars says it.
KEPT: dict[Truncation, str] = {"month": "1mo"}


@dataclass(frozen=True)
class Translation:
    """How one table of one sender is read: its layout with the sender's additions, and the code maps.

    The registry is at hand for what others make of a text that these maps do not know.
    """

    sender: Sender
    system: SystemProfile
    table: TableLayout
    contract: Contract
    columns: dict[str, ColumnSource]
    maps: dict[str, dict[str, str]]
    missing: tuple[str, ...]
    dates: tuple[str, ...]
    captures: dict[str, str]
    key: bytes
    person_scheme: str
    legacy_scheme: str
    registry: Registry

    def their_name(self, column: str) -> str:
        """The sender's name of one of our columns; ours where it is a constant or not delivered."""
        source = self.columns.get(column)
        return source.source if source and source.source else column


def translation(
    registry: Registry,
    sender: Sender,
    system: SystemProfile,
    table: TableLayout,
    captures: dict[str, str],
    as_of: date,
    key: bytes,
) -> Translation:
    """The translation of a table delivered as of a day, with the sender's additions put on top of the profile."""
    contract = registry.contracts[table.entity]
    columns = dict(table.columns) | sender.additions.columns.get(table.id, {})
    maps = {}
    for name, source in columns.items():
        column = contract.columns[name]
        if column.code_list:
            maps[name] = _code_map(system, sender, source, registry.code_lists[column.code_list])
    return Translation(
        sender=sender,
        system=system,
        table=table,
        contract=contract,
        columns=columns,
        maps=maps,
        missing=system.missing,
        dates=system.dates,
        captures=captures,
        key=key,
        person_scheme=local_scheme(sender.id, person_numbering(registry, sender, system, as_of)),
        legacy_scheme=local_scheme(sender.id, legacy_numbering(registry, sender, system, as_of) or "unknown"),
        registry=registry,
    )


def _code_map(system: SystemProfile, sender: Sender, source: ColumnSource, codes: CodeList) -> dict[str, str]:
    """Their text, folded, to our code."""
    if source.aliases:
        return {fold(alias): code for alias, code in codes.aliases[source.aliases].items()}
    name = source.codes or codes.name
    mapped = system.codes.get(name)
    if mapped is None:
        mapped = {item.label: code for code, item in codes.codes.items()} | {code: code for code in codes.codes}
    return {fold(text): code for text, code in {**mapped, **sender.additions.codes.get(name, {})}.items()}


def raw_name(column: str) -> str:
    """The column that keeps the sender's text of a coded column."""
    return f"{column}_raw"


def translate(frame: pl.DataFrame, how: Translation) -> pl.DataFrame:
    """The table in our words.

    Args:
        frame: text columns as delivered.
        how: the translation.

    Returns:
        A frame of the same height: each contract column with its type, null where nothing was recorded or where the
        text could not be read; `<column>_raw` for coded columns; and `<column>.recorded`, true where the sender wrote
        something, for every column that can be misread.
    """
    texts = {name: _text(frame, source, how) for name, source in how.columns.items()}
    out: dict[str, pl.Series] = {}
    for name, column in how.contract.columns.items():
        source = how.columns.get(name)
        if source is None:
            out[name] = pl.repeat(None, frame.height, dtype=TYPES[column.kind], eager=True)
            if column.kind == "code":
                out[raw_name(name)] = out[name]
            continue
        text = texts[name]
        out[name] = _value(text, column, source, how)
        if source.qualified_by:
            qualified = pl.select(pl.format("{} ({})", text, frame[source.qualified_by].str.strip_chars())).to_series()
            narrower = _value(qualified, column, source, how)
            out[name] = narrower.zip_with(narrower.is_not_null(), out[name])
        if column.kind == "code":
            out[raw_name(name)] = text
        if column.kind != "string":
            out[f"{name}.recorded"] = text.is_not_null()
    for name, column in how.contract.columns.items():
        if column.pseudonym:
            out[name] = _pseudonyms(out, column, how)
    return pl.DataFrame(out)


def _text(frame: pl.DataFrame, source: ColumnSource, how: Translation) -> pl.Series:
    """Their text, trimmed, null where it says that nothing was recorded."""
    if source.constant is not None:
        return pl.repeat(source.constant, frame.height, dtype=pl.String, eager=True)
    if source.capture:
        return pl.repeat(how.captures.get(source.capture), frame.height, dtype=pl.String, eager=True)
    text = frame[source.source or ""].str.strip_chars()
    missing = how.missing if source.missing is None else source.missing
    if source.otherwise is not None:  # a status column reads even the blank
        return text
    empty = text.is_in(list(missing)) if len(missing) > 1 else text == (missing[0] if missing else "")
    return text.set(empty, None) if empty.any() else text


def _value(text: pl.Series, column: Column, source: ColumnSource, how: Translation) -> pl.Series:
    if column.kind == "code":
        if source.constant is not None:
            return text
        return by_distinct(text, lambda item: how.maps[column.name].get(fold(item), source.otherwise), pl.String())
    if source.period:
        return by_distinct(text, PERIODS[source.period], pl.Date())
    if column.kind == "date":
        day = read_dates(text, how.dates)
        return day.dt.truncate(KEPT[column.truncate]) if column.truncate else day
    if column.kind in ("integer", "number", "decimal"):
        return read_numbers(text, TYPES[column.kind])
    return text


def _pseudonyms(out: dict[str, pl.Series], column: Column, how: Translation) -> pl.Series:
    values = out[column.name]
    if column.pseudonym != "national":
        scheme = how.legacy_scheme if column.pseudonym == "legacy_person" else how.person_scheme
        return pseudonymise(values, how.key, scheme)
    # A number whose register is not known is nobody's in any register, but it is there, and the contract may say so.
    schemes = out["id_scheme"].fill_null("unstated")
    values = values.str.replace_all(r"[\s-]", "").str.to_uppercase()
    result = values.clear(len(values))
    for scheme in schemes.unique().to_list():
        result = result.zip_with(schemes != scheme, pseudonymise(values, how.key, scheme))
    return result
