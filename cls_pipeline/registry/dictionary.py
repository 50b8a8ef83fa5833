"""The data dictionary: what every entity holds and must meet, as a page for people.

Written from contracts and code lists with `python -m cls_pipeline.registry.dictionary`; nothing is said here that
does not stand in `data_contracts/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from cls_pipeline.registry.code_list import CodeList
from cls_pipeline.registry.contract import Column, Contract, Rule
from cls_pipeline.registry.loader import load_registry
from cls_pipeline.registry.registry import Registry
from cls_pipeline.settings import get_settings

# A longer list is better read in its file.
CODES_SHOWN = 40
SEVERITY = {"refuse_row": "row refused", "warn": "warning"}
INTRODUCTION = """# Data dictionary

What the programme needs of each kind of record. This page is written by
`python -m cls_pipeline.registry.dictionary` from the contracts in `data_contracts/entities/` and the code lists in
`data_contracts/code_lists/`; change those, not this page.

Besides its own rules, every table is asked that

- required columns are filled in (`<column>.required`),
- dates and numbers can be read (`<column>.valid`) and lie within their range (`<column>.range`),
- texts of coded columns are known for the system (`<column>.mapped`) and lead to a code of the list
  (`<column>.code`),
- each key stands once (`key.unique`).

A row that fails one of these is refused, or kept with a warning where the column says so. A refused row is kept in
quarantine with its reasons. The dates of a code say when its source used it; they inform, and no row is refused or
warned of for them.
"""


def render(registry: Registry) -> str:
    """The page as Markdown."""
    contracts = [registry.contracts[name] for name in sorted(registry.contracts)]
    used = sorted({name for contract in contracts for name in contract.code_lists})
    contents = [f"- [{contract.entity}](#{contract.entity})" for contract in contracts]
    parts = [INTRODUCTION, "\n".join([*contents, "- [Code lists](#code-lists)"])]
    parts += [part for contract in contracts for part in _entity(contract)]
    parts.append("## Code lists")
    parts += [part for name in used for part in _code_list(registry.code_lists[name])]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _entity(contract: Contract) -> Iterator[str]:
    yield f"## {contract.entity}"
    yield f"{_line(contract.description)} Version {contract.version}."
    of_column = ("column", "type", "required", "meaning", "if it fails", "how to fix", "figures touched")
    yield _table(of_column, (_column(column) for column in contract.columns.values()))
    if contract.rules:
        of_rule = ("rule", "columns", "told when it fails", "if it fails", "how to fix", "figures touched")
        yield _table(of_rule, (_rule(rule) for rule in contract.rules))


def _column(column: Column) -> Sequence[str]:
    kind = f"[{column.code_list}](#{column.code_list})" if column.code_list else column.kind
    bounds = [
        f"{word} {bound:g}" for word, bound in (("from", column.minimum), ("to", column.maximum)) if bound is not None
    ]
    facts = (
        ("key", column.key),
        ("kept as a pseudonym", column.pseudonym),
        (f"only its {column.truncate} is kept", column.truncate),
    )
    marks = [mark for mark, holds in facts if holds]
    return (
        f"`{column.name}`",
        ", ".join([" ".join([kind, *bounds]), *marks]),
        "yes" if column.required else "",
        column.description,
        SEVERITY[column.severity] if column.required or column.kind != "string" else "",
        column.how_to_fix,
        _names(column.metrics),
    )


def _rule(rule: Rule) -> Sequence[str]:
    return (
        f"`{rule.id}`",
        _names(rule.columns),
        rule.meaning,
        SEVERITY[rule.severity],
        rule.how_to_fix,
        _names(rule.metrics),
    )


def _code_list(codes: CodeList) -> Iterator[str]:
    yield f"### {codes.name}"
    if len(codes.codes) > CODES_SHOWN:
        yield f"{len(codes.codes)} codes: [`{codes.name}.csv`](../data_contracts/code_lists/{codes.name}.csv)."
        return
    rows = (
        (f"`{code.code}`", code.label, str(code.valid_from or ""), str(code.valid_until or ""))
        for code in codes.codes.values()
    )
    yield _table(("code", "label", "from", "until"), rows)
    sources = list(dict.fromkeys(code.source for code in codes.codes.values() if code.source))
    yield f"Source: {'; '.join(_line(source) for source in sources)}." if sources else "No source was found."


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_line(cell).replace('|', '&#124;') for cell in line)} |" for line in lines)


def _line(text: str) -> str:
    return " ".join(text.split())


def path_of(folder: Path) -> Path:
    """Where the page stands, beside a contracts folder."""
    return folder.parent / "docs" / "data-dictionary.md"


def write_dictionary(folder: Path) -> Path:
    """Writes the page of a contracts folder."""
    path = path_of(folder)
    path.parent.mkdir(exist_ok=True)
    path.write_text(render(load_registry(folder)), encoding="utf-8")
    return path


if __name__ == "__main__":
    print(write_dictionary(get_settings().contracts_dir))
