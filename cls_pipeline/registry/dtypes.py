"""Which polars type a column of a contract has, by its kind. Imported only where polars is wanted anyway."""

from __future__ import annotations

import polars as pl

MONEY = pl.Decimal(18, 6)
TYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "code": pl.String(),
    "date": pl.Date(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "decimal": MONEY,
    "boolean": pl.Boolean(),
}
