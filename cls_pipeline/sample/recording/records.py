"""Records as all distortions see them: when one begins and ends, and the key that its luck belongs to."""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Flags, Positions
from cls_pipeline.sample.days import NEVER

#: The columns with a record's first and last day, by entity. People are no events.
DATES: Final = {
    "request": ("request_date", "end_date"),
    "assessment": ("start_date", "end_date"),
    "service": ("start_date", "end_date"),
    "review": ("due_date", "review_date"),
    "cost_line": ("start_date", "end_date"),
    "outcome_score": ("score_date", "score_date"),
    "hub_session": ("session_date", "session_date"),
    "workforce": ("month", "month"),
}

#: The column with which a record names itself.
KEYS: Final = {
    "request": "request_id",
    "assessment": "assessment_id",
    "service": "service_id",
    "review": "review_id",
    "cost_line": "cost_line_id",
    "outcome_score": "score_id",
    "hub_session": "session_id",
}

#: A record that was entered twice: its number is so much higher in the world's count.
COPY: Final = 40_000_000
#: Parts of a service (a stretch at one price) are records of their own.
PART: Final = 1 << 40


def begins(entity: str, frame: pl.DataFrame) -> Positions:
    """The day number on which each record begins."""
    return _day_numbers(frame[DATES[entity][0]])


def over(entity: str, frame: pl.DataFrame, day: int) -> Flags:
    """Whether each record was over before the day."""
    flags: Flags = _day_numbers(frame[DATES[entity][1]]) < day
    return flags


def _day_numbers(days: pl.Series) -> Positions:
    numbers = days.to_physical()
    return (numbers.fill_null(NEVER) if numbers.has_nulls() else numbers).to_numpy()


def keys(entity: str, frame: pl.DataFrame) -> Positions:
    """A number for each record that stays the same from extract to extract; teams share those of their months."""
    if entity not in KEYS:
        return begins(entity, frame).astype(np.int64)
    own = frame[KEYS[entity]].to_numpy()
    return own + frame["nth"].fill_null(0).to_numpy() * PART if "nth" in frame.columns else own


def chosen(frame: pl.DataFrame, flags: Flags) -> pl.DataFrame:
    """The rows of the flags; the frame itself where that is all."""
    return frame if flags.all() else frame.filter(pl.Series(flags))


def with_value(frame: pl.DataFrame, column: str, flags: Flags, value: pl.Expr) -> pl.DataFrame:
    """The frame with another value in the flagged rows; the column keeps its type."""
    if not flags.any():
        return frame
    kind = frame.schema[column]
    return frame.with_columns(pl.when(pl.Series(flags)).then(value.cast(kind)).otherwise(pl.col(column)).alias(column))
