"""Values as a system spells them: its words for codes, its dates, its text for nothing, invented fill for the rest.

The inverse of the translation that the pipeline does, written apart from it. Files are made in `render.py`.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final, cast

import polars as pl

from cls_pipeline.registry import Column, ColumnSource, Contract, SystemProfile, TableLayout
from cls_pipeline.sample.recording.names import invented

NUMERIC = ("integer", "number", "decimal")

#: Days of these years are spelled once for all records; others are placeholders, and few.
USUAL: Final = (date(1880, 1, 1), date(2100, 12, 31))


def spell(
    frame: pl.DataFrame,
    layout: TableLayout,
    profile: SystemProfile,
    contract: Contract,
    new_form: pl.Series | None = None,
) -> pl.DataFrame:
    """The table as text under the system's own column names: mapped ones in the profile's order, ignored ones second.

    Args:
        frame: the contract's columns, typed, with our codes; `person_number` where the rows are about people.
        new_form: the rows that were entered in a later form, whose codes have the later labels; none if not given.

    Raises:
        ValueError: a code has no text in the profile, or the frame lacks a column.
    """
    spelled: dict[str, pl.Series] = {}
    for name, source in layout.columns.items():
        if source.source is None or source.capture:
            continue
        if name not in frame.columns:
            raise ValueError(f"The world has no column {name} for {layout.entity}, which {profile.id} exports.")
        spelled[source.source] = _text(frame[name], contract.columns[name], source, profile, new_form)
    ours = list(spelled)
    fill = {name: invented(name, frame) for name in layout.ignore}
    first = next(iter(spelled))
    table = pl.DataFrame({first: spelled.pop(first), **fill, **spelled})
    return table.with_columns(pl.col(ours).fill_null(profile.missing[0] if profile.missing else ""))


def _text(
    values: pl.Series, column: Column, source: ColumnSource, profile: SystemProfile, new_form: pl.Series | None
) -> pl.Series:
    if column.code_list:
        meanings = profile.codes.get(source.codes or column.code_list, {})
        old = _words(values, meanings, column.name, profile.id, 0)
        if new_form is None or not new_form.any():
            return old
        return old.zip_with(~new_form, _words(values, meanings, column.name, profile.id, 1))
    if column.kind == "date":
        return _spelled_days(values, profile.dates[0])
    if column.kind == "decimal":
        return values.cast(pl.Decimal(18, 2)).cast(pl.String)
    if column.kind in NUMERIC:
        return values.cast(pl.String).str.strip_suffix(".0")
    return values.cast(pl.String)


def _spelled_days(values: pl.Series, pattern: str) -> pl.Series:
    first, usual = USUAL[0], pl.col("day").is_between(*USUAL)
    days = pl.DataFrame({"day": values}).with_columns(
        place=pl.when(usual).then((pl.col("day") - first).dt.total_days()), rare=pl.when(~usual).then("day")
    )
    spelled = _calendar(pattern).gather(days["place"])
    return spelled if days["rare"].is_null().all() else spelled.fill_null(days["rare"].dt.strftime(pattern))


@cache
def _calendar(pattern: str) -> pl.Series:
    return pl.date_range(*USUAL, eager=True).dt.strftime(pattern)


def _words(values: pl.Series, meanings: dict[str, str], column: str, system: str, form: int) -> pl.Series:
    """The text that the profile gives for each code in a form: the first, or the one after it where there is one.

    A list without a map is written as our codes.
    """
    if not meanings:
        return values.cast(pl.String)
    words: dict[str, list[str]] = {}
    for word, code in meanings.items():
        words.setdefault(code, []).append(word)
    if not isinstance(values.dtype, pl.Enum):
        text = values.cast(pl.String)
        values = text.cast(pl.Enum(text.drop_nulls().unique(maintain_order=True)))
    categories = cast(pl.Enum, values.dtype).categories
    used = [categories[place] for place in values.to_physical().drop_nulls().unique()]
    unknown = sorted(set(used) - set(words))
    if unknown:
        raise ValueError(f"systems/{system}.yaml has no text for {', '.join(unknown)} of {column}; add it to 'codes'.")
    said = {code: texts[min(form, len(texts) - 1)] for code, texts in words.items()}
    return pl.Series([said.get(code) for code in categories], dtype=pl.String).gather(values.to_physical())
