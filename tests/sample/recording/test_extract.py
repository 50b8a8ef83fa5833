"""What is handed over: everything, a period, or changes; once, or night by night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.registry.sender import Rhythm
from cls_pipeline.sample.recording.accidents import accidents_with
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import handovers, only_changes, within_period
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.nights import Night, nights_of
from cls_pipeline.sample.recording.render import render
from cls_pipeline.sample.write import Recorder, everything

from ..conftest import UNTIL, world_of
from .conftest import CLEAN, Use, certainly, using

FULL: Use = ("alder_case_4", "2016-04-01", None)
CHANGES: Use = ("alder_case_5", "2016-04-01", None)
ROLLING: Use = ("birch_social_8", "2024-01-01", None)
WEEK = (date(2026, 10, 25), UNTIL)


def test_rolling_extracts_together_leave_no_month_out(registry: Registry) -> None:
    world, there = world_of("york", scale=0.02), using(registry, "york", ROLLING)
    d = certainly(rolling_extract=1.0)
    found = handovers(there.senders["york"], there, world.span, d)
    assert [one.as_of for one in found][-1] == UNTIL and len(found) >= 3
    told = pl.concat([within_period(held(world, one, d), one, d)["request"].select("request_id") for one in found])
    whole = held(world, found[-1], d)["request"].filter(pl.col("request_date") >= date(2024, 1, 1))
    assert set(told["request_id"]) >= set(whole["request_id"])


def test_a_rolling_extract_has_only_what_touches_its_months(registry: Registry) -> None:
    world, there = world_of("york", scale=0.02), using(registry, "york", ROLLING)
    d = certainly(rolling_extract=1.0)
    last = handovers(there.senders["york"], there, world.span, d)[-1]
    frames = within_period(held(world, last, d), last, d)
    assert frames["request"]["request_date"].min() >= UNTIL - timedelta(days=366)
    ended = frames["service"]["end_date"].drop_nulls()
    assert ended.min() >= UNTIL - timedelta(days=366)
    about = set(pl.concat([frames[name]["person_id"] for name in ("request", "service", "assessment", "review")]))
    assert about <= set(frames["person"]["person_id"])


def _nights(registry: Registry, use: Use, rhythm: str, d: Distorting) -> Iterator[Night]:
    there = using(registry, "york", use)
    sender = there.senders["york"].model_copy(update={"rhythm": Rhythm(every=rhythm)})  # type: ignore[arg-type]
    return nights_of(sender, there, world_of("york", scale=0.01).span, date(2026, 9, 1), UNTIL, d)


@pytest.mark.parametrize(("rhythm", "count"), [("day", 61), ("week", 9), ("month", 3), ("quarter", 2), ("none", 1)])
def test_a_site_delivers_on_the_first_night_and_by_its_rhythm(registry: Registry, rhythm: str, count: int) -> None:
    assert len(list(_nights(registry, FULL, rhythm, CLEAN))) == count


def test_a_system_that_ends_hands_over_once_more_on_its_last_day_whatever_the_rhythm(registry: Registry) -> None:
    nights = list(_nights(registry, ("alder_case_4", "2016-04-01", "2026-10-14"), "month", CLEAN))
    assert [night.day for night in nights][-1] == date(2026, 10, 14)


def test_nights_are_missed_and_repeated(registry: Registry) -> None:
    missed = list(_nights(registry, FULL, "day", certainly(missing_nights=0.3)))
    assert 0.5 < len(missed) / 61 < 0.9
    stale = list(_nights(registry, FULL, "day", certainly(stale_nights=0.3)))
    assert 0.1 < sum(night.is_stale for night in stale) / 61 < 0.5
    assert not stale[0].is_stale


def _files(registry: Registry, use: Use, d: Distorting) -> dict[str, tuple[bytes, int]]:
    there = using(registry, "york", use)
    sender = there.senders["york"].model_copy(update={"rhythm": Rhythm(every="day")})
    world = world_of("york", scale=0.05)
    recorder = Recorder(there, world.span, d, accidents_with(7, frozenset(everything())))
    return {
        str(extract.folder / name): (content, rows)
        for extract in recorder.extracts(world, sender, WEEK)
        for name, content, rows in render(extract.tables, extract.handover, there)
    }


def test_extracts_of_changes_begin_with_everything_and_then_are_small(registry: Registry) -> None:
    files = _files(registry, CHANGES, certainly(changes_only_extract=1.0))
    rows: dict[str, int] = {}
    for path, (_, height) in files.items():
        night = Path(path).parts[1]
        rows[night] = rows.get(night, 0) + height
    first, *later = [rows[night] for night in sorted(rows)]
    assert len(later) == 6 and max(later) < first / 10 and sum(later) > 0


def test_changes_are_the_rows_that_differ(registry: Registry) -> None:
    there = using(registry, "york", CHANGES)
    (handover,) = handovers(there.senders["york"], there, world_of("york", scale=0.01).span, CLEAN)
    before = {"t": pl.DataFrame({"id": ["1", "2"], "end": ["", ""]})}
    now = {"t": pl.DataFrame({"id": ["1", "2", "3"], "end": ["", "x", ""]})}
    changed = only_changes(now, handover, before, certainly(changes_only_extract=1.0))["t"]
    assert changed.rows() == [("2", "x"), ("3", "")]
    assert only_changes(now, handover, {}, certainly(changes_only_extract=1.0))["t"].height == 3


def test_a_stale_night_sends_the_same_bytes_under_a_new_name(registry: Registry) -> None:
    files = _files(registry, FULL, certainly(stale_nights=0.9))
    requests = {path: content for path, (content, _) in files.items() if "contacts" in path}
    assert len(requests) == 7 and len(set(requests.values())) < 4
