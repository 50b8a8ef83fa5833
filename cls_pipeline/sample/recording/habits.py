"""How a system records from day to day what begins in its time: late, unlinked, the wrong way round, never ending.

What a change of system does is in `migration.py`, what happens to codes in `code_changes.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.registry import SystemProfile
from cls_pipeline.sample.chance import Flags
from cls_pipeline.sample.recording.code_changes import with_other_codes
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.records import begins, chosen, keys, over, with_value
from cls_pipeline.sample.recording.tenures import Tenure

LATE: Final = ("request", "assessment", "service", "review")
LINKS: Final = {"assessment": "request_id", "cost_line": "service_id"}
TURNED: Final = ("assessment", "service")
ENDLESS: Final = ("assessment", "service", "cost_line")
NEVER_ENDS: Final = pl.date(9999, 12, 31)


def as_recorded(
    entity: str, frame: pl.DataFrame, tenure: Tenure, since: int, before: int, as_of: int, last: int, d: Distorting
) -> pl.DataFrame:
    """The records with the habits of one tenure upon those that began in it.

    Args:
        since, before: the day numbers from which and before which records are the tenure's.
        as_of: the day of the extract: what is entered later is not there yet.
        last: the world's last day.
    """
    begun = begins(entity, frame)
    mine = (begun >= since) & (begun < before)
    if not mine.any():
        return frame
    if entity in LATE:
        late = mine & _late(entity, frame, tenure, as_of, d)
        frame, mine = chosen(frame, ~late), mine[~late]
    frame = _unlinked(entity, frame, mine, tenure, d)
    frame = _turned(entity, frame, mine, tenure, d)
    return with_other_codes(entity, frame, mine, tenure, last, d)


def without_room(
    entity: str, frame: pl.DataFrame, tenure: Tenure, teller: SystemProfile, since: int, before: int
) -> pl.DataFrame:
    """The records without what the tenure's system has no field for, though the one that tells of them later has.

    Args:
        teller: the system whose extract it is.
        since, before: as in `as_recorded`.
    """
    lacking = [
        name
        for name in _fields(entity, teller)
        if name in frame.columns and name not in _fields(entity, tenure.profile)
    ]
    if not lacking or entity not in tenure.profile.entities:
        return frame
    begun = begins(entity, frame)
    mine = (begun >= since) & (begun < before)
    for name in lacking:
        frame = with_value(frame, name, mine, pl.lit(None))
    return frame


def _fields(entity: str, profile: SystemProfile) -> list[str]:
    return [name for layout in profile.files if layout.entity == entity for name in layout.columns]


def without_ends(entity: str, frame: pl.DataFrame, tenure: Tenure, as_of: int, d: Distorting) -> pl.DataFrame:
    """Open records of an extract, some of which say that they end on the last day that there is."""
    size = d.size("placeholder-ends", *tenure.where)
    if not size or entity not in ENDLESS:
        return frame
    still = ~over(entity, frame, as_of + 1)
    return with_value(
        frame, "end_date", still & d.hits("placeholder-ends", tenure.where, keys(entity, frame), size), NEVER_ENDS
    )


def _late(entity: str, frame: pl.DataFrame, tenure: Tenure, as_of: int, d: Distorting) -> Flags:
    """What has begun and is not entered yet."""
    where, own = (*tenure.where, entity), keys(entity, frame)
    begun = begins(entity, frame)
    recent = begun > as_of - 150
    size = d.size("late-entries", *tenure.where)
    if not size or not recent.any():
        return np.zeros(frame.height, dtype=np.bool_)
    entered = begun + d.days("late-entries", where, own, 20, 150)
    flags: Flags = recent & d.hits("late-entries", where, own, size) & (entered > as_of)
    return flags


def _unlinked(entity: str, frame: pl.DataFrame, mine: Flags, tenure: Tenure, d: Distorting) -> pl.DataFrame:
    column = LINKS.get(entity)
    size = d.size("unlinked-stages", *tenure.where)
    if column is None or not size:
        return frame
    hit = mine & d.hits("unlinked-stages", (*tenure.where, entity), keys(entity, frame), size)
    return with_value(frame, column, hit, pl.lit(None))


def _turned(entity: str, frame: pl.DataFrame, mine: Flags, tenure: Tenure, d: Distorting) -> pl.DataFrame:
    size = d.size("start-after-end", *tenure.where)
    if entity not in TURNED or not size:
        return frame
    hit = mine & d.hits("start-after-end", (*tenure.where, entity), keys(entity, frame), size)
    turned = pl.Series(hit) & pl.col("end_date").is_not_null()
    return frame.with_columns(
        start_date=pl.when(turned).then("end_date").otherwise("start_date"),
        end_date=pl.when(turned).then("start_date").otherwise("end_date"),
    )
