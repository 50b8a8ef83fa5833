"""How systems record from day to day."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.recording.code_changes import merged_codes
from cls_pipeline.sample.recording.extract import handover_on, tenures_on
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.records import begins
from cls_pipeline.sample.world import Frames

from ..conftest import UNTIL, world_of
from .conftest import CLEAN, MOVE, Recorded, certainly, recorded, using

NEW = "alder_case_4"


def _frames(registry: Registry, **sizes: float) -> Frames:
    return recorded(registry, certainly(**sizes), *MOVE).frames[NEW]


def test_late_entries_are_missing_at_first_and_there_half_a_year_later(
    registry: Registry, clean_move: Recorded
) -> None:
    d, world = certainly(late_entries=0.2), world_of("york")
    there = using(registry, "york", (NEW, None, None))
    first = date(2026, 1, 31)
    ((place, _, family),) = tenures_on((first - date(1970, 1, 1)).days, there.senders["york"], there, world.span, d)
    by_then, later = (
        held(
            world,
            handover_on((day - date(1970, 1, 1)).days, place, family, there.senders["york"], there, world.span, d),
            d,
        )
        for day in (first, first + timedelta(days=180))
    )
    month = pl.col("request_date").is_between(date(2026, 1, 1), first)
    early, late = by_then["request"].filter(month), later["request"].filter(month)
    assert early.height / late.height == pytest.approx(0.8, abs=0.06)
    old = pl.col("request_date") < date(2025, 8, 1)
    assert by_then["request"].filter(old).height == later["request"].filter(old).height


def test_stages_are_unlinked(registry: Registry, clean_move: Recorded) -> None:
    assert clean_move.frames[NEW]["assessment"]["request_id"].null_count() < 20
    found = _frames(registry, unlinked_stages=0.5)["assessment"]
    assert found["request_id"].null_count() / found.height == pytest.approx(0.5, abs=0.05)


def test_start_and_end_change_places(registry: Registry) -> None:
    services = _frames(registry, start_after_end=0.1)["service"]
    turned = services.filter(pl.col("start_date") > pl.col("end_date"))
    assert 0.03 < turned.height / services.height < 0.11


def test_open_records_end_on_the_last_day_there_is(registry: Registry, clean_move: Recorded) -> None:
    services = _frames(registry, placeholder_ends=1.0)["service"]
    assert services["end_date"].null_count() == 0
    endless = services.filter(pl.col("end_date") == date(9999, 12, 31)).height
    assert endless == clean_move.frames[NEW]["service"]["end_date"].null_count() > 50


def test_other_swells_in_the_first_year_only(registry: Registry) -> None:
    requests = _frames(registry, other_swelling=0.3)["request"]
    other = requests.with_columns(other=pl.col("contact_venue").cast(pl.String) == "other")
    first_year = pl.col("request_date").is_between(date(2025, 4, 1), date(2026, 3, 31))
    assert other.filter(first_year)["other"].mean() == pytest.approx(0.3, abs=0.05)
    after = other.filter(pl.col("request_date") > date(2026, 3, 31))
    assert after["other"].mean() < 0.05


def test_what_a_version_had_no_field_for_its_successor_does_not_know(registry: Registry) -> None:
    versions = (("alder_case_4", None, "2025-03-31"), ("alder_case_5", "2025-04-01", None))
    frames = recorded(registry, CLEAN, *versions).frames["alder_case_5"]
    held = frames["review"].filter(pl.col("review_date").is_not_null())
    teams = frames["workforce"]
    before, after = pl.col("due_date") < date(2025, 4, 1), pl.col("month") >= date(2025, 4, 1)
    assert (held.filter(before)["goals_met"].count(), teams.filter(~after)["staff_fte"].count()) == (0, 0)
    assert held.filter(~before)["goals_met"].count() / held.filter(~before).height == pytest.approx(0.85, abs=0.05)
    assert teams.filter(after)["staff_fte"].null_count() == 0


EARLY, LATE = (date(2025, 4, 1), date(2025, 9, 30)), (date(2026, 5, 1), UNTIL)
NEVER_DIFFERS = 0.0


def test_a_new_form_merges_codes_from_a_day_on(registry: Registry) -> None:
    clean, found = _frames(registry), _frames(registry, codes_merged=1.0)
    assert _differing(clean, found, *EARLY) == NEVER_DIFFERS
    assert NEVER_DIFFERS < _differing(clean, found, *LATE) < 0.5


def test_until_a_new_form_codes_are_not_yet_split(registry: Registry) -> None:
    clean, found = _frames(registry), _frames(registry, codes_split=1.0)
    assert NEVER_DIFFERS < _differing(clean, found, *EARLY) < 0.5
    assert _differing(clean, found, *LATE) == NEVER_DIFFERS


def _differing(one: Frames, other: Frames, first: date, last: date) -> float:
    """The largest share of records begun between two days whose code differs, of all columns whose codes merge."""
    shares = []
    for pair in merged_codes():
        if pair.entity in one and pair.entity != "person":
            between = pl.Series(begins(pair.entity, one[pair.entity])).cast(pl.Date).is_between(first, last)
            codes = [frame[pair.entity].filter(between)[pair.column].cast(pl.String) for frame in (one, other)]
            shares.append(float((codes[0] != codes[1]).mean() or 0))
    return max(shares)
