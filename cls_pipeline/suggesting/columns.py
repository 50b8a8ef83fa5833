"""The column that most likely stands under a new name for one that is missing, and why.

In the order of their weight: a name that another version of the product or another site on it gives the same column,
the name most like it, the only new column. Where our column wants days, numbers or codes, most of what stands in the
new one must read as that. Whether a missing column refuses the delivery belongs in `conform.shape`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process

from cls_pipeline.registry import ColumnSource, Registry, Sender, SystemProfile, TableLayout
from cls_pipeline.registry.text import fold
from cls_pipeline.suggesting.codes import SIMILAR_ENOUGH
from cls_pipeline.suggesting.lines import column_lines


@dataclass(frozen=True)
class Renamed:
    """A new column of theirs that most likely is the missing one, and why."""

    name: str
    why: str


def likeliest_column(
    missing: str,
    ours: Sequence[str],
    unknown: Sequence[str],
    reads: Callable[[str], bool],
    registry: Registry,
    sender: Sender,
    system: SystemProfile,
    table: TableLayout,
) -> Renamed | None:
    """The likeliest new name of a missing column, or None.

    Args:
        missing: the name that is missing from the header.
        ours: our columns that are read from it.
        unknown: the names in the header that nobody knows.
        reads: whether most of what stands in a column of theirs can be what ours want.
        registry: where others' names are.
        sender, system, table: whose table of which system it is.
    """
    fitting = [name for name in unknown if reads(name)]
    folded = {fold(name): name for name in fitting}
    for name, who in _names_elsewhere(ours, registry, sender, system, table):
        if name != missing and fold(name) in folded:
            return Renamed(folded[fold(name)], f"{who} calls it so")
    found = process.extractOne(fold(missing), list(folded), score_cutoff=SIMILAR_ENOUGH)
    if found is not None:
        return Renamed(folded[found[0]], f"the new column most like {missing!r}")
    return Renamed(fitting[0], "the only new column") if len(unknown) == 1 and fitting else None


def rename_lines(renamed: Renamed, ours: Sequence[str], columns: dict[str, ColumnSource], table: str) -> str:
    """The addition that reads our columns from the new one as they were read from the missing one."""
    sources = {
        name: columns[name].model_dump(by_alias=True, exclude_none=True, mode="json") | {"from": renamed.name}
        for name in ours
    }
    return column_lines(table, sources, renamed.why)


def _names_elsewhere(
    ours: Sequence[str], registry: Registry, sender: Sender, system: SystemProfile, table: TableLayout
) -> Iterator[tuple[str, str]]:
    """The names that others on the product give our columns, with who does."""
    product = registry.numbering(system.id)
    for version in registry.systems.values():
        if version.id != system.id and registry.numbering(version.id) == product:
            for layout in version.files:
                if layout.entity == table.entity:
                    yield from ((name, version.name) for name in _named(ours, layout.columns))
    for other in registry.senders.values():
        if other.id != sender.id and any(registry.numbering(s.system) == product for s in other.systems):
            added = other.additions.columns.get(table.id, {})
            yield from ((name, f"{other.name}, on the same product,") for name in _named(ours, added))


def _named(ours: Sequence[str], columns: dict[str, ColumnSource]) -> Iterator[str]:
    return (columns[name].source or "" for name in ours if name in columns and columns[name].source)
