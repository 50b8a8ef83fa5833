"""Do the names that a contract uses lead anywhere: code lists, columns of other entities, metrics?

What a contract must be by itself is said by `contract_file` and `trial`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from cls_pipeline.registry.contract import Contract
from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.source import Location, Mistake, read_rows


def metric_definitions(folder: Path) -> Path:
    """Where the metrics are defined, beside a contracts folder; it need not exist."""
    return folder.parent / "dbt_project" / "seeds" / "metric_definition.csv"


def known_metrics(folder: Path) -> frozenset[str] | None:
    """The metrics that are defined; None where no definitions stand beside the contracts.

    Raises:
        RegistryError: the file is not readable as a table.
    """
    path = metric_definitions(folder)
    return frozenset(row["metric_id"] for _, row in read_rows(path, ("metric_id",))) if path.exists() else None


def check_contract(registry: Registry, contract: Contract, metrics: frozenset[str] | None) -> Iterator[Mistake]:
    """A sentence for each name in a contract that leads nowhere."""
    for position, column in enumerate(contract.columns.values()):
        where = ("schema", 0, "properties", position, "customProperties")
        if column.code_list and column.code_list not in registry.code_lists:
            yield (*where, "codeList"), f"there is no code_lists/{column.code_list}.csv."
        yield from _check_metrics(column.metrics, metrics, where)
    for position, rule in enumerate(contract.rules):
        where = ("schema", 0, "quality", position, "customProperties")
        if rule.references:
            entity, name = rule.references
            if entity not in registry.contracts or name not in registry.contracts[entity].columns:
                yield (*where, "references"), f"there is no column {name} in an entity {entity}."
        yield from _check_metrics(rule.metrics, metrics, where)


def _check_metrics(named: Iterable[str], metrics: frozenset[str] | None, where: Location) -> Iterator[Mistake]:
    unknown = [name for name in named if metrics is not None and name not in metrics]
    if unknown:
        yield (
            (*where, "metrics"),
            f"metrics of dbt_project/seeds/metric_definition.csv are expected, found {', '.join(unknown)}.",
        )
