"""Suggestions as lines of YAML for the `additions:` of a sender's file. What is likely is in `codes` and `columns`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

import yaml

from cls_pipeline.suggesting.codes import Suggestion

#: Stands where no code is likely; the registry does not take it, and says what it expects.
CHOOSE: Final = "choose_a_code"


def code_lines(name: str, suggestions: Iterable[Suggestion]) -> str:
    """The addition that maps texts of one map, with the reasons as a comment; empty where there are none."""
    found = list(suggestions)
    if not found:
        return ""
    reasons = "; ".join(f"{suggestion.text}: {suggestion.why}" for suggestion in found)
    return _block("codes", [f"{pairs(name, {s.text: s.code for s in found})}  # {_one_line(reasons)}"])


def column_lines(table: str, sources: Mapping[str, Mapping[str, Any]], why: str) -> str:
    """The addition that gives columns of ours, by name, another column of theirs, with how it is read."""
    return _block("columns", [f"{_columns(table, sources)}  # {_one_line(why)}"])


def pairs(name: str, codes: Mapping[str, str | None]) -> str:
    """One map's texts and codes, in a line."""
    items = [f"{json.dumps(text, ensure_ascii=False)}: {_quoted(code or CHOOSE)}" for text, code in codes.items()]
    return f"{name}: {{{', '.join(items)}}}"


def together(additions: Iterable[str]) -> str:
    """Several additions as one block, each map once; the reasons, if any, stand behind it as comments."""
    merged: dict[str, dict[str, dict[str, Any]]] = {}
    reasons = []
    for text in dict.fromkeys(filter(None, additions)):
        read = yaml.load(text, Loader=yaml.BaseLoader)["additions"]
        for kind, groups in read.items():
            for group, items in groups.items():
                merged.setdefault(kind, {}).setdefault(group, {}).update(items)
        reasons += [f"# {line.partition('  # ')[2]}" for line in text.splitlines() if "  # " in line]
    if not merged:
        return ""
    lines = ["additions:"]
    for kind, groups in merged.items():
        lines.append(f"  {kind}:")
        for group, items in groups.items():
            lines.append("    " + (pairs(group, items) if kind == "codes" else _columns(group, items)))
    return "\n".join([*lines, *reasons])


def last_line(addition: str) -> str:
    """The line of an addition that says what it maps, without the two that say where it stands."""
    return addition.splitlines()[-1].strip() if addition else ""


def _columns(table: str, items: Mapping[str, Mapping[str, Any]]) -> str:
    sources = []
    for name, source in items.items():
        parts = ", ".join(f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in source.items())
        sources.append(f"{name}: {{{parts}}}")
    return f"{table}: {{{', '.join(sources)}}}"


def _block(kind: str, lines: Iterable[str]) -> str:
    return "\n".join(["additions:", f"  {kind}:", *(f"    {line}" for line in lines)])


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(code: str) -> str:
    """A code as YAML reads it as a text: some codes are numbers or yes and no."""
    return code if code.replace("_", "").isalpha() and code not in ("yes", "no") else json.dumps(code)
