"""What a change of system does to the records that were there before it, as the new system holds them ever after.

Records that begin from the new system's first day on are its own and stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Flags, Positions
from cls_pipeline.sample.days import NEVER
from cls_pipeline.sample.prices import WEEKS
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.records import COPY, KEYS, begins, chosen, keys, over, with_value
from cls_pipeline.sample.recording.tenures import Tenure
from cls_pipeline.sample.requests import TO_ASSESSMENT
from cls_pipeline.sample.world import Frames

#: What is copied, where records arrive twice.
COPIED: Final = ("request", "assessment", "service", "cost_line")
PLACEHOLDER: Final = pl.date(1900, 1, 1)


@dataclass(frozen=True)
class Cutover:
    """One system gives way to the next. A version that continues another's numbers moves nothing."""

    before: Tenure
    after: Tenure

    @property
    def day(self) -> int:
        """The new system's first day."""
        return self.after.begins

    @property
    def where(self) -> tuple[str, str]:
        return self.after.where

    @property
    def is_upgrade(self) -> bool:
        """Whether the new system is a version of the old one."""
        return self.before.profile.id == self.after.profile.continues


def migrate(frames: Frames, known: pl.Series, cut: Cutover, as_of: int, d: Distorting) -> tuple[Frames, pl.Series]:
    """What the new system holds on a day, and the people who were carried over.

    Args:
        frames: what the old system's records would be on that day, had it gone on; records of later days too.
        known: numbers of the people whom the old system knew at the cutover.
    """
    frames = {name: _after_gap(name, frame, cut, as_of, d) for name, frame in frames.items()}
    if cut.is_upgrade:
        return frames, known
    if d.acts("open-cases-only", *cut.where):
        known = _with_open_case(frames, cut.day)
        frames = _open_only(frames, known, cut.day)
    frames = {name: _left_behind(name, frame, cut, d) for name, frame in frames.items()}
    frames = {name: _entered_twice(name, frame, cut, d) for name, frame in frames.items()}
    for name in ("service", "cost_line"):
        if name in frames:
            frames[name] = _restarted(name, _repriced(frames[name], cut, d), cut, d)
    return frames, known


def in_old_system(frames: Frames, cut: Cutover, as_of: int, d: Distorting) -> Frames:
    """What the old system holds on a day, which may be later than the new one's first: of the weeks in which both
    run it has a share only, and some of it under other days; its last extract may end all that is open."""
    return {name: _old_copy(name, frame, cut, as_of, d) for name, frame in frames.items()}


def _after_gap(entity: str, frame: pl.DataFrame, cut: Cutover, as_of: int, d: Distorting) -> pl.DataFrame:
    """Weeks without any system: what is still open at go-live is entered then, of the rest a part later, or never."""
    begun = begins(entity, frame)
    gap = (begun > cut.before.ends) & (begun < cut.day) & over(entity, frame, cut.day)
    size = d.size("gap-of-weeks", *cut.where)
    if not size or not gap.any():
        return frame
    own = keys(entity, frame)
    late = d.hits("late-back-fill", (*cut.where, entity), own, d.size("late-back-fill", *cut.where))
    entered = cut.day + np.where(late, d.days("late-back-fill", (*cut.where, entity), own, 30, 180), 0)
    lost = d.hits("gap-of-weeks", (*cut.where, entity), own, size)
    return chosen(frame, ~(gap & (lost | (entered > as_of))))


def _with_open_case(frames: Frames, day: int) -> pl.Series:
    """People with open support or an open cost line, an assessment under way, or a request that waits for one."""
    names = ("service", "assessment", "cost_line")
    found = [_open(name, frames[name], day)["person_number"] for name in names if name in frames]
    if "request" in frames:
        found.append(_waiting(frames, day)["person_number"])
    return pl.concat(found).unique() if found else pl.Series([], dtype=pl.Int64)


def _open(entity: str, frame: pl.DataFrame, day: int) -> pl.DataFrame:
    return frame.filter(pl.Series((begins(entity, frame) < day) & ~over(entity, frame, day)))


def _waiting(frames: Frames, day: int) -> pl.DataFrame:
    """Requests of before the day to which no assessment had answered by then."""
    requests = frames["request"]
    due = requests.filter(
        pl.Series(begins("request", requests) < day) & pl.col("event_outcome").cast(pl.String).is_in(TO_ASSESSMENT)
    )
    done = frames["assessment"].filter(pl.Series(begins("assessment", frames["assessment"]) < day))
    last = done.group_by("person_number").agg(answered=pl.col("start_date").max())
    waiting = due.join(last, on="person_number", how="left", maintain_order="left")
    return waiting.filter(pl.col("answered").is_null() | (pl.col("answered") < pl.col("request_date")))


def _open_only(frames: Frames, people: pl.Series, day: int) -> Frames:
    kept = {}
    for name, frame in frames.items():
        stays = begins(name, frame) >= day
        if name == "request":
            stays |= frame["request_id"].is_in(_waiting(frames, day)["request_id"].implode()).to_numpy()
        elif "person_number" in frame.columns and name != "outcome_score":
            stays |= ~over(name, frame, day) & frame["person_number"].is_in(people.implode()).to_numpy()
        kept[name] = chosen(frame, stays)
    return kept


def _left_behind(entity: str, frame: pl.DataFrame, cut: Cutover, d: Distorting) -> pl.DataFrame:
    """Without what closed too long ago, and without a share of all that was closed."""
    years = d.size("partial-history", *cut.where)
    lost = d.size("closed-cases-lost", *cut.where)
    gone = np.zeros(frame.height, dtype=np.bool_)
    if years:
        gone |= over(entity, frame, cut.day - round(np.ceil(years) * 365.25))
    if lost:
        gone |= over(entity, frame, cut.day) & d.hits(
            "closed-cases-lost", (*cut.where, entity), keys(entity, frame), lost
        )
    return chosen(frame, ~gone)


def _entered_twice(entity: str, frame: pl.DataFrame, cut: Cutover, d: Distorting) -> pl.DataFrame:
    size = d.size("duplicate-records", *cut.where)
    if not size or entity not in COPIED:
        return frame
    carried = (begins(entity, frame) < cut.day) & (frame[KEYS[entity]].to_numpy() < COPY)
    twice = carried & d.hits("duplicate-records", (*cut.where, entity), keys(entity, frame), size)
    copies = frame.filter(pl.Series(twice)).with_columns(pl.col(KEYS[entity]) + COPY)
    return pl.concat([frame, copies])


def _restarted(entity: str, frame: pl.DataFrame, cut: Cutover, d: Distorting) -> pl.DataFrame:
    """Open services and lines that start on go-live day, and some whose start is a placeholder."""
    begun, own = begins(entity, frame), keys(entity, frame)
    carried = begun < cut.day
    where = (*cut.where, entity)
    again = carried & ~over(entity, frame, cut.day)
    again &= d.hits("services-restarted", where, own, d.size("services-restarted", *cut.where))
    frame = with_value(frame, "start_date", again, pl.lit(cut.day, dtype=pl.Int32).cast(pl.Date))
    unknown = carried & ~again
    unknown &= d.hits("placeholder-starts", where, own, d.size("placeholder-starts", *cut.where))
    return with_value(frame, "start_date", unknown, PLACEHOLDER)


def _repriced(frame: pl.DataFrame, cut: Cutover, d: Distorting) -> pl.DataFrame:
    """Weekly prices as four-weekly ones, from the cutover on and for all that was carried over."""
    if not d.acts("new-frequency", *cut.where):
        return frame
    weekly = (frame["cost_frequency"].cast(pl.String) == "weekly").fill_null(False).to_numpy()
    frame = with_value(frame, "unit_cost", weekly, (pl.col("unit_cost") * WEEKS["four_weekly"]).round(2))
    return with_value(frame, "cost_frequency", weekly, pl.lit("four_weekly"))


def _old_copy(entity: str, frame: pl.DataFrame, cut: Cutover, as_of: int, d: Distorting) -> pl.DataFrame:
    if cut.is_upgrade:
        return frame
    begun, own = begins(entity, frame), keys(entity, frame)
    both = begun >= cut.day
    where = (*cut.where, entity)
    entered = ~both | d.hits("parallel-running", where, own, d.size("parallel-running", *cut.where))
    other = both & d.hits("keyed-twice-differently", where, own, d.size("keyed-twice-differently", *cut.where))
    if other.any() and entity in ("request", "assessment", "service"):
        frame = _some_days_later(entity, frame, other, d.days("keyed-twice-differently", where, own, 1, 4), as_of)
    closed = as_of >= cut.before.ends and d.acts("bulk-closures", *cut.where)
    if closed and entity in ("service", "cost_line"):
        still = ~over(entity, frame, NEVER)
        frame = with_value(frame, "end_date", still, pl.lit(as_of, dtype=pl.Int32).cast(pl.Date))
    return chosen(frame, entered)


def _some_days_later(entity: str, frame: pl.DataFrame, flags: Flags, later: Positions, as_of: int) -> pl.DataFrame:
    """Another first day, at most the extract's and at most the record's last."""
    first, last = {"request": ("request_date", "end_date")}.get(entity, ("start_date", "end_date"))
    moved = (pl.col(first).cast(pl.Int32) + pl.Series(later.astype(np.int32))).clip(upper_bound=as_of)
    if entity != "request":
        moved = pl.min_horizontal(moved, pl.col(last).cast(pl.Int32))
    frame = with_value(frame, first, flags, moved.cast(pl.Date))
    # A request is closed on the day on which it is entered.
    return with_value(frame, last, flags, pl.col(first)) if entity == "request" else frame
