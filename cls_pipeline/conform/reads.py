"""Whether what stands in a column of theirs can be what a column of ours wants; reading it is `translate`."""

from __future__ import annotations

import polars as pl

from cls_pipeline.conform.translate import Translation
from cls_pipeline.conform.values import PERIODS, by_distinct, read_dates, read_numbers
from cls_pipeline.registry.dtypes import TYPES
from cls_pipeline.registry.text import fold

#: Less than this share of what is filled in, and the column is another.
MOST = 0.5


def reads_as(text: pl.Series, name: str, how: Translation) -> bool:
    """Whether most of the texts that are filled in read as our column; a column of free text reads anything.

    Args:
        text: a column of theirs, as delivered.
        name: ours.
        how: the translation, with the way in which ours is read.
    """
    column, source = how.contract.columns[name], how.columns[name]
    missing = how.missing if source.missing is None else source.missing
    text = text.str.strip_chars()
    text = text.filter(~text.is_in(list(missing)))
    if column.kind == "code":
        read = by_distinct(text, lambda item: how.maps[name].get(fold(item)), pl.String())
    elif source.period:
        read = by_distinct(text, PERIODS[source.period], pl.Date())
    elif column.kind == "date":
        read = read_dates(text, how.dates)
    elif column.kind in ("integer", "number", "decimal"):
        read = read_numbers(text, TYPES[column.kind])
    else:
        return True
    return not len(text) or read.null_count() <= len(text) * (1 - MOST)
