"""Each rule is asked once of an empty table of its contract, so that one that cannot be asked is told before a night.

What rules say of records belongs in `cls_pipeline.conform.validate`.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from cls_pipeline.registry.contract import Contract
from cls_pipeline.registry.dtypes import TYPES
from cls_pipeline.registry.source import Mistake


def try_rules(contract: Contract) -> Iterator[Mistake]:
    """A sentence for each rule that polars cannot ask, or that does not answer true or false of each row."""
    frame = pl.DataFrame(schema={column.name: TYPES[column.kind] for column in contract.columns.values()})
    for position, rule in enumerate(contract.rules):
        problem = _ask(rule.expression, frame) if rule.expression is not None else None
        if problem:
            yield ("schema", 0, "quality", position, "implementation"), f"{rule.id} {problem}"


def _ask(expression: str, frame: pl.DataFrame) -> str | None:
    try:
        answer = frame.select(pl.sql_expr(expression).alias("answer"))["answer"]
    except pl.exceptions.ColumnNotFoundError as error:
        return f"asks for a column that the contract does not have: {_first_line(error)}."
    except pl.exceptions.PolarsError as error:
        return f"cannot be asked: {_first_line(error)}."
    if answer.dtype != pl.Boolean:
        return f"gives {answer.dtype}; an expression that is true or false is expected."
    if len(answer):
        return "gives one answer for the whole table; an expression that is true or false of each row is expected."
    return None


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0].rstrip(".")
