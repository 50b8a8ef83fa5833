"""A contract compiled to a pandera schema: a column per property, and a true-or-false column per rule.

The schema is what judges; which rows then go where belongs in `validate`.
"""

from __future__ import annotations

import os

os.environ.setdefault("DISABLE_PANDERA_IMPORT_WARNING", "True")

import pandera.polars as pa

from cls_pipeline.registry import Contract, Registry
from cls_pipeline.registry.dtypes import TYPES


def schema_of(contract: Contract, registry: Registry, flags: tuple[str, ...] = ()) -> pa.DataFrameSchema:
    """The pandera schema of a contract; `flags` are rule columns that must be true.

    Validated lazily on an eager frame, its `failure_cases` name the column, so the rule, and the row.
    """
    columns: dict[str, pa.Column] = {}
    for column in contract.columns.values():
        checks = []
        if column.code_list:
            codes = list(registry.code_lists[column.code_list].codes)
            checks.append(pa.Check.isin(codes))
        if column.minimum is not None or column.maximum is not None:
            checks.append(_range(column.minimum, column.maximum))
        columns[column.name] = pa.Column(TYPES[column.kind], checks, nullable=not column.required)
    for flag in flags:
        columns[flag] = pa.Column(bool, pa.Check.eq(True))
    return pa.DataFrameSchema(columns, strict=False)


def _range(minimum: float | None, maximum: float | None) -> pa.Check:
    if minimum is not None and maximum is not None:
        return pa.Check.in_range(minimum, maximum)
    return pa.Check.ge(minimum) if minimum is not None else pa.Check.le(maximum)
