"""Every failing value of a table with its place, as its sender would look for it: file, row, column letter, record.

It stays in quarantine and is for the sender's own fix list. What may be shown elsewhere belongs in `example`, which
rows fail in `validate`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from cls_pipeline.conform.raw_table import ROW, Misfit
from cls_pipeline.conform.rule_columns import rule_columns
from cls_pipeline.conform.translate import Translation
from cls_pipeline.conform.validate import Verdict
from cls_pipeline.deliveries.marks import UNTOLD, numbers_of

FAILING: Final[dict[str, type[pl.DataType]]] = {
    "source_file": pl.String,
    "source_table": pl.String,
    "source_row": pl.Int64,
    "rule_id": pl.String,
    "their_column": pl.String,
    "letters": pl.String,
    "record_id": pl.String,
    "value": pl.String,
    "mark": pl.UInt64,
}
MISFIT: Final = "row.misfit"


def failing_values(
    verdict: Verdict,
    raw: pl.DataFrame,
    how: Translation,
    file_name: str,
    misfits: Sequence[Misfit] = (),
    marks: bytes = b"",
) -> pl.DataFrame:
    """A line for each rule that a row failed, refused or only warned of, in the order of rules and rows.

    Args:
        verdict: which rows failed which rule.
        raw: the table as text, its columns in the file's order, and its row numbers.
        how: its translation.
        file_name: its file.
        misfits: rows that did not fit the header.
        marks: of the records of all rows, where they are followed from delivery to delivery (see `deliveries.marks`).

    Returns:
        The columns of `FAILING`: source_row as a spreadsheet numbers it; their_column and letters, of all columns that
        the rule is about; record_id, the sender's own key, its parts parted by a stroke; value, the text as it was
        sent, with its column's name where there are several; mark, null where records are not followed.
    """
    key = [name for name in map(how.their_name, how.contract.key) if name in raw.columns]
    record_id = pl.concat_str(key, separator=" / ") if key else pl.lit("")
    every = pl.Series("mark", numbers_of(marks)) if marks else pl.repeat(None, raw.height, dtype=pl.UInt64, eager=True)
    parts = []
    for rule_id, positions in verdict.failing.items():
        theirs = list(dict.fromkeys(map(how.their_name, rule_columns(rule_id, how.contract))))
        sent = [name for name in theirs if name in raw.columns]
        parts.append(
            raw[positions].select(
                source_row=pl.col(ROW),
                rule_id=pl.lit(rule_id),
                their_column=pl.lit(", ".join(theirs)),
                letters=pl.lit(", ".join(letter(raw.columns.index(name)) for name in sent)),
                record_id=record_id,
                value=_value(sent),
                mark=every[positions],
            )
        )
    if misfits:
        fields = [f"a row of {misfit.fields} fields" for misfit in misfits]
        numbers = pl.DataFrame({"source_row": [misfit.row for misfit in misfits], "value": fields})
        mark = pl.lit(UNTOLD if marks else None, dtype=pl.UInt64)
        parts.append(numbers.with_columns(rule_id=pl.lit(MISFIT), mark=mark))
    place = {"source_file": pl.lit(file_name), "source_table": pl.lit(how.table.id)}
    empty = pl.DataFrame(schema=FAILING)
    lines = pl.concat([empty, *(part.with_columns(**place) for part in parts)], how="diagonal")
    return lines.with_columns(pl.col("their_column", "letters", "record_id").fill_null(""))


def letter(position: int) -> str:
    """The letter of a column by its position from 0, as a spreadsheet shows it: A, …, Z, AA, …"""
    before, place = divmod(position, 26)
    return (letter(before - 1) if before else "") + chr(ord("A") + place)


def _value(names: Sequence[str]) -> pl.Expr:
    if len(names) == 1:
        return pl.col(names[0])
    if not names:
        return pl.lit("")
    return pl.concat_str([pl.format("{} = {}", pl.lit(name), pl.col(name)) for name in names], separator=", ")
