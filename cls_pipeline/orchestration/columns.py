"""A contract as the column schema that Dagster shows: types, constraints in words, descriptions."""

from __future__ import annotations

import dagster as dg

from cls_pipeline.registry import Column, Contract


def table_schema(contract: Contract) -> dg.TableSchema:
    """The contract's columns as `dagster/column_schema` metadata, with its rules across columns as constraints."""
    return dg.TableSchema(
        columns=[_column(column) for column in contract.columns.values()],
        constraints=dg.TableConstraints(other=[rule.meaning for rule in contract.rules]),
    )


def _column(column: Column) -> dg.TableColumn:
    return dg.TableColumn(
        name=column.name,
        type="pseudonym" if column.pseudonym else column.kind,
        description=column.description,
        constraints=dg.TableColumnConstraints(
            nullable=not column.required, unique=column.key, other=_other_constraints(column)
        ),
    )


def _other_constraints(column: Column) -> list[str]:
    limits = []
    if column.code_list:
        limits.append(f"code list {column.code_list}")
    if column.minimum is not None:
        limits.append(f"at least {column.minimum:g}")
    if column.maximum is not None:
        limits.append(f"at most {column.maximum:g}")
    return limits
