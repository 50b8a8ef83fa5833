"""Code lists: our codes, when each is valid, what they are called and where they come from.

How a system's own codes translate to these belongs in its profile.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cls_pipeline.registry.source import RegistryError, read_rows

COLUMNS = ("code", "label", "valid_from", "valid_until", "source")
ALIAS_COLUMNS = ("scheme", "alias", "code")
DAYS = ("valid_from", "valid_until")
EXAMPLE = "a date such as 2025-04-01"


@dataclass(frozen=True)
class Code:
    """One code with its label, its days of validity (both included, open where None) and extra attributes."""

    code: str
    label: str
    valid_from: date | None
    valid_until: date | None
    source: str
    extra: dict[str, str]


@dataclass(frozen=True)
class CodeList:
    """A list of codes, and other people's names for them by scheme (e.g. a council's GSS codes)."""

    name: str
    codes: dict[str, Code]
    aliases: dict[str, dict[str, str]] = field(default_factory=dict)


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


# What a list may say of its codes beyond what every list says, and what is expected there.
EXTRAS: dict[str, tuple[Callable[[str], bool], str]] = {
    "group": (bool, "a text or nothing"),
    "setting": (bool, "a text or nothing"),
    "scheme": (bool, "a text or nothing"),
    "metric_id": (bool, "a text or nothing"),
    "definition_version": (str.isdecimal, "a whole number or nothing"),
    "nation": (("england", "scotland", "wales").__contains__, "england, scotland, wales or nothing"),
    "weekly_factor": (_is_number, "a number or nothing"),
    "resolved_first_contact": (("yes", "no").__contains__, "yes, no or nothing"),
}


def read_code_list(path: Path) -> CodeList:
    """The list in `<name>.csv`, with `<name>.aliases.csv` beside it where there is one.

    Raises:
        RegistryError: naming file, line and what was expected.
    """
    codes: dict[str, Code] = {}
    mistakes: list[str] = []
    for line, row in read_rows(path, COLUMNS, tuple(EXTRAS)):
        code = row["code"].strip()
        if not code or code in codes:
            mistakes.append(f"{path}, line {line}, code: {'stands twice' if code else 'is empty'}, found {code!r}.")
            continue
        found = [f"{path}, line {line}, {problem}" for problem in _check_row(row)]
        mistakes += found
        if not found:
            codes[code] = _code(code, row)
    if mistakes:
        raise RegistryError(mistakes)
    return CodeList(path.stem, codes, _read_aliases(path.with_name(f"{path.stem}.aliases.csv"), codes))


def _code(code: str, row: dict[str, str]) -> Code:
    extra = {name: row[name] for name in EXTRAS if row.get(name)}
    return Code(code, row["label"], _day(row["valid_from"]), _day(row["valid_until"]), row["source"], extra)


def _check_row(row: dict[str, str]) -> Iterator[str]:
    """What is wrong with the days and the extra attributes of a row, beginning with the column."""
    wrong = [name for name in DAYS if row.get(name, "").strip() and not _is_day(row[name])]
    yield from (f"{name}: {EXAMPLE} is expected, found {row[name]!r}." for name in wrong)
    begins, ends = (_day(row.get(name, "")) if name not in wrong else None for name in DAYS)
    if begins and ends and ends < begins:
        yield f"valid_until: {ends} is before valid_from, {begins}."
    for name, (fits, expected) in EXTRAS.items():
        if row.get(name) and not fits(row[name]):
            yield f"{name}: {expected} is expected, found {row[name]!r}."


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text.strip() else None


def _read_aliases(path: Path, codes: dict[str, Code]) -> dict[str, dict[str, str]]:
    aliases: dict[str, dict[str, str]] = {}
    if not path.exists():
        return aliases
    mistakes: list[str] = []
    for line, row in read_rows(path, ALIAS_COLUMNS, DAYS):
        scheme = aliases.setdefault(row["scheme"], {})
        found = [f"{path}, line {line}, {problem}" for problem in _check_alias(row, scheme, codes, path)]
        mistakes += found
        if not found:
            scheme[row["alias"]] = row["code"]
    if mistakes:
        raise RegistryError(mistakes)
    return aliases


def _check_alias(row: dict[str, str], scheme: dict[str, str], codes: dict[str, Code], path: Path) -> Iterator[str]:
    if row["code"] not in codes:
        yield f"code: a code of {path.name.split('.')[0]} is expected, found {row['code']!r}."
    elif scheme.get(row["alias"], row["code"]) != row["code"]:
        yield f"alias: {row['alias']!r} already stands for another code."
    days = {name: row[name] for name in DAYS if name in row}
    yield from _check_row(days)
