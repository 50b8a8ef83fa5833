"""Code lists: our codes, when each is valid, what they are called and where they come from.

How a system's own codes translate to these belongs in its profile.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from cls_pipeline.registry.source import RegistryError, read_rows

COLUMNS = ("code", "label", "valid_from", "valid_until", "source")
ALIAS_COLUMNS = ("scheme", "alias", "code")


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


def read_code_list(path: Path) -> CodeList:
    """The list in `<name>.csv`, with `<name>.aliases.csv` beside it where there is one.

    Raises:
        RegistryError: naming file, line and what was expected.
    """
    codes: dict[str, Code] = {}
    mistakes = []
    for line, row in read_rows(path, COLUMNS):
        code = row["code"].strip()
        if not code or code in codes:
            mistakes.append(f"{path}, line {line}, code: {'stands twice' if code else 'is empty'}, found {code!r}.")
            continue
        dates = {}
        for name in ("valid_from", "valid_until"):
            try:
                dates[name] = date.fromisoformat(row[name]) if row[name].strip() else None
            except ValueError:
                mistakes.append(
                    f"{path}, line {line}, {name}: a date such as 2025-04-01 is expected, found {row[name]!r}."
                )
        begins, ends = dates.get("valid_from"), dates.get("valid_until")
        if begins and ends and ends < begins:
            mistakes.append(f"{path}, line {line}, valid_until: {ends} is before valid_from, {begins}.")
        extra = {key: value for key, value in row.items() if key not in COLUMNS and value}
        codes[code] = Code(code, row["label"], begins, ends, row["source"], extra)
    if mistakes:
        raise RegistryError(mistakes)
    return CodeList(path.stem, codes, _read_aliases(path.with_name(f"{path.stem}.aliases.csv"), codes))


def _read_aliases(path: Path, codes: dict[str, Code]) -> dict[str, dict[str, str]]:
    aliases: dict[str, dict[str, str]] = {}
    if not path.exists():
        return aliases
    for line, row in read_rows(path, ALIAS_COLUMNS):
        if row["code"] not in codes:
            raise RegistryError(
                [f"{path}, line {line}, code: a code of {path.name.split('.')[0]} is expected, found {row['code']!r}."]
            )
        scheme = aliases.setdefault(row["scheme"], {})
        if scheme.get(row["alias"], row["code"]) != row["code"]:
            raise RegistryError([f"{path}, line {line}, alias: {row['alias']!r} already stands for another code."])
        scheme[row["alias"]] = row["code"]
    return aliases
