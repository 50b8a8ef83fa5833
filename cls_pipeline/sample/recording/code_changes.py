"""Codes that change with the forms of a system: recorded as another from a day on, until a day, or under new labels.

Forms change more often than systems: once within each tenure that lasts. Which codes may be recorded as which is in
`merged_codes.csv`; the labels are those of the system's profile, in the order of its map.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Flags, stream
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.records import begins, keys, with_value
from cls_pipeline.sample.recording.tenures import Tenure

#: A form lasts so many days at least; a shorter tenure has one form only.
SHORTEST: Final = 200

#: In a system's first year these columns are filled with the code for something else, where it swells.
OTHER: Final = {
    "request": {"contact_venue": "other", "request_reason": "social_isolation_other"},
    "service": {"provider_type": "unknown"},
}
SWELLS: Final = 365


@dataclass(frozen=True)
class MergedCode:
    """A code that may be recorded as another of its list."""

    entity: str
    column: str
    code: str
    recorded_as: str
    share: float


@cache
def merged_codes() -> tuple[MergedCode, ...]:
    """All pairs, in the order of the file."""
    text = files("cls_pipeline.sample.recording").joinpath("merged_codes.csv").read_text(encoding="utf-8")
    return tuple(
        MergedCode(row["entity"], row["column"], row["code"], row["recorded_as"], float(row["share"]))
        for row in csv.DictReader(text.splitlines())
    )


def new_form(tenure: Tenure, last: int, d: Distorting) -> int:
    """The day from which the system has another form: between a third and two thirds of its tenure until the last
    day of the world; none (a day after it) where it is too short."""
    ends = min(tenure.ends, last)
    length = ends - tenure.begins
    if length < SHORTEST:
        return ends + 1
    third = length // 3
    return tenure.begins + third + int(d.days("codes-relabelled", tenure.where, np.zeros(1, np.int64), 0, third)[0])


def with_other_codes(
    entity: str, frame: pl.DataFrame, mine: Flags, tenure: Tenure, last: int, d: Distorting
) -> pl.DataFrame:
    """Records of the tenure (`mine`) with codes merged or not yet split, and with `other` swelling."""
    form, begun = new_form(tenure, last, d), begins(entity, frame)
    for name, then in (("codes-merged", begun >= form), ("codes-split", begun < form)):
        for pair in _pairs(name, tenure, d):
            if pair.entity == entity and pair.column in frame.columns:
                frame = _recorded_as(frame, pair.column, mine & then, pair.recorded_as, pair.code)
    size = d.size("other-swelling", *tenure.where)
    for column, code in OTHER.get(entity, {}).items():
        if size and column in frame.columns:
            first_year = mine & (begun < tenure.begins + SWELLS)
            hit = first_year & d.hits("other-swelling", (*tenure.where, entity, column), keys(entity, frame), size)
            frame = _recorded_as(frame, column, hit, code)
    return frame


def people_with_other_codes(people: pl.DataFrame, tenure: Tenure, as_of: int, last: int, d: Distorting) -> pl.DataFrame:
    """What a system says of people now: from a form that merges codes on, for everybody in it."""
    if as_of < new_form(tenure, last, d):
        return people
    everybody = np.ones(people.height, dtype=np.bool_)
    for pair in _pairs("codes-merged", tenure, d):
        if pair.entity == "person":
            people = _recorded_as(people, pair.column, everybody, pair.recorded_as, pair.code)
    return people


def _pairs(name: str, tenure: Tenure, d: Distorting) -> list[MergedCode]:
    """The pairs that a system's form merges or keeps merged: each at its share, and always at least one."""
    if not d.acts(name, *tenure.where):
        return []
    pairs = merged_codes()
    luck = stream(d.seed, name, *tenure.where).random(len(pairs)) / np.array([pair.share for pair in pairs])
    return [pair for pair, drawn in zip(pairs, luck, strict=True) if drawn < 1 or drawn == luck.min()]


def _recorded_as(frame: pl.DataFrame, column: str, flags: Flags, code: str, only: str | None = None) -> pl.DataFrame:
    if not flags.any():
        return frame
    kind = frame.schema[column]
    if isinstance(kind, pl.Enum) and code not in kind.categories:
        frame = frame.with_columns(pl.col(column).cast(pl.String))
    if only is not None:
        flags = flags & (frame[column].cast(pl.String) == only).fill_null(False).to_numpy()
    return with_value(frame, column, flags, pl.lit(code))
