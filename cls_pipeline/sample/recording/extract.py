"""What is handed over, and when: a system's extract of a day, of everything, of a period, or of changes.

What the system holds is in `held.py`; nights are laid out in `nights.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.registry import Registry, Sender, SystemProfile
from cls_pipeline.sample.days import Span, number
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.records import DATES, begins, over
from cls_pipeline.sample.recording.tenures import CASE, FINANCE, Tenure, tenures
from cls_pipeline.sample.world import Frames

DAYS_A_MONTH: Final = 365.25 / 12
EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True)
class Handover:
    """One extract of a system at the end of a day.

    `own` are the tenures of the system's family through this one, and `following` the one that takes over from it;
    `case` are those of case systems until this day, the last of which gives people their numbers.
    """

    sender: Sender
    profile: SystemProfile
    as_of: date
    own: tuple[Tenure, ...]
    following: Tenure | None
    case: tuple[Tenure, ...]
    prices_in_case_system: bool


def handovers(sender: Sender, registry: Registry, span: Span, d: Distorting) -> list[Handover]:
    """What the sender's systems hand over by the last day, that together tell all: current ones then, retired ones on
    their last day, and those that send a period only as often as it takes to leave nothing out."""
    found = []
    for position, tenure, everybody in _all_tenures(sender, registry, span, d):
        last = min(tenure.ends, span.last)
        days = [last]
        if tenure.profile.coverage == "period" and d.acts("rolling-extract", sender.id):
            step = int((tenure.profile.period_months or 12) * DAYS_A_MONTH) - 31
            days = [*range(max(tenure.begins, span.first) + step, last, step), last]
        found += [handover_on(day, position, everybody, sender, registry, span, d) for day in days]
    return sorted(found, key=lambda item: (item.as_of, item.profile.id))


def _all_tenures(
    sender: Sender, registry: Registry, span: Span, d: Distorting
) -> list[tuple[int, Tenure, list[Tenure]]]:
    """Each tenure with its position among those of its family."""
    families = [tenures(sender, registry, family, span, d) for family in (CASE, FINANCE)]
    return [(position, tenure, family) for family in families for position, tenure in enumerate(family)]


def tenures_on(
    day: int, sender: Sender, registry: Registry, span: Span, d: Distorting
) -> list[tuple[int, Tenure, list[Tenure]]]:
    """Those of `_all_tenures` that are in force on the day."""
    return [one for one in _all_tenures(sender, registry, span, d) if one[1].begins <= day <= one[1].ends]


def handover_on(
    day: int, position: int, family: list[Tenure], sender: Sender, registry: Registry, span: Span, d: Distorting
) -> Handover:
    """The extract that a tenure hands over on a day."""
    case = [one for one in tenures(sender, registry, CASE, span, d) if one.begins <= day] or family[:1]
    tenure = family[position]
    if tenure.profile.family == CASE:
        case = family[: position + 1]
    finance = tenures(sender, registry, FINANCE, span, d)
    return Handover(
        sender=sender,
        profile=tenure.profile,
        as_of=EPOCH + timedelta(days=int(day)),
        own=tuple(family[: position + 1]),
        following=family[position + 1] if position + 1 < len(family) else None,
        case=tuple(case),
        prices_in_case_system=not any(one.begins <= day <= one.ends for one in finance),
    )


def within_period(frames: Frames, handover: Handover, d: Distorting) -> Frames:
    """What an extract tells of what is held: all, or what touches the profile's last months, and whom it is about."""
    profile = handover.profile
    if profile.coverage != "period" or not d.acts("rolling-extract", handover.sender.id):
        return frames
    since = number(handover.as_of) - int((profile.period_months or 12) * DAYS_A_MONTH)
    touched = {name: _touching(name, frame, since) for name, frame in frames.items() if name in DATES}
    about = pl.concat([frame["person_id"] for frame in touched.values() if "person_id" in frame.columns]).unique()
    if "person" in frames:
        touched["person"] = frames["person"].filter(pl.col("person_id").is_in(about.implode()))
    return touched


def _touching(entity: str, frame: pl.DataFrame, since: int) -> pl.DataFrame:
    kept = (begins(entity, frame) >= since) | ~over(entity, frame, since)
    return frame.filter(pl.Series(np.asarray(kept)))


def only_changes(
    tables: Mapping[str, pl.DataFrame], handover: Handover, before: Mapping[str, pl.DataFrame], d: Distorting
) -> dict[str, pl.DataFrame]:
    """The rows that differ from those of the extract before, where the profile sends changes; the first one is whole.

    Args:
        tables: the tables of this extract as text, by the id of their layout.
        before: the same of the extract before, or nothing.
    """
    if handover.profile.coverage != "changes" or not d.acts("changes-only-extract", handover.sender.id):
        return dict(tables)
    return {
        name: table.join(before[name], on=table.columns, how="anti", maintain_order="left") if name in before else table
        for name, table in tables.items()
    }
