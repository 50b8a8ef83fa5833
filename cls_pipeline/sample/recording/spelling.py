"""Values as a system spells them: its words for codes, its dates, its text for nothing, invented fill for the rest.

The inverse of the translation that the pipeline does, written apart from it. Files are made in `render.py`.
"""

from __future__ import annotations

import polars as pl

from cls_pipeline.registry import Column, ColumnSource, Contract, SystemProfile, TableLayout
from cls_pipeline.sample.recording.names import invented

NUMERIC = ("integer", "number", "decimal")


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
        text = _text(frame[name], contract.columns[name], source, profile, new_form)
        spelled[source.source] = text.fill_null(profile.missing[0] if profile.missing else "")
    fill = {name: invented(name, frame) for name in layout.ignore}
    first = next(iter(spelled))
    return pl.DataFrame({first: spelled.pop(first), **fill, **spelled})


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
        return values.dt.strftime(profile.dates[0])
    if column.kind == "decimal":
        return values.cast(pl.Decimal(18, 2)).cast(pl.String)
    if column.kind in NUMERIC:
        return values.cast(pl.String).str.strip_suffix(".0")
    return values.cast(pl.String)


def _words(values: pl.Series, meanings: dict[str, str], column: str, system: str, form: int) -> pl.Series:
    """The text that the profile gives for each code in a form: the first, or the one after it where there is one.

    A list without a map is written as our codes.
    """
    text = values.cast(pl.String)
    if not meanings:
        return text
    words: dict[str, list[str]] = {}
    for word, code in meanings.items():
        words.setdefault(code, []).append(word)
    unknown = sorted(set(text.drop_nulls().unique().to_list()) - set(words))
    if unknown:
        raise ValueError(f"systems/{system}.yaml has no text for {', '.join(unknown)} of {column}; add it to 'codes'.")
    chosen = {code: said[min(form, len(said) - 1)] for code, said in words.items()}
    return text.replace_strict(chosen, default=None, return_dtype=pl.String)
