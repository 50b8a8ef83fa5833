"""What each effect of a cutover does to the records of the new system, or to the old one's last extract."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.days import number
from cls_pipeline.sample.recording.extract import handover_on
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.records import COPY
from cls_pipeline.sample.recording.tenures import CASE, tenures

from ..conftest import world_of
from .conftest import GO_LIVE, MOVE, Recorded, Use, before, certainly, open_on, recorded, using

OLD, NEW = "birch_social_7", "alder_case_4"


def _new(registry: Registry, *systems: Use, **sizes: float) -> dict[str, pl.DataFrame]:
    return recorded(registry, certainly(**sizes), *(systems or MOVE)).frames[NEW]


def _of_before(frames: dict[str, pl.DataFrame], entity: str, column: str = "start_date") -> pl.DataFrame:
    return before(frames[entity], column=column)


def test_a_crosswalk_has_about_its_share_of_gaps(registry: Registry, clean_move: Recorded) -> None:
    people = _new(registry, crosswalk_gaps=0.2)["person"]
    whole = clean_move.frames[NEW]["person"]
    lost = whole["legacy_person_id"].is_not_null() & people["legacy_person_id"].is_null()
    assert lost.sum() / whole["legacy_person_id"].count() == pytest.approx(0.2, abs=0.04)


def test_a_wrong_old_number_is_somebody_elses(registry: Registry, clean_move: Recorded) -> None:
    people = _new(registry, crosswalk_errors=0.05)["person"]
    whole = clean_move.frames[NEW]["person"]
    wrong = people.filter(people["legacy_person_id"] != whole["legacy_person_id"])
    assert 0 < wrong.height < people.height * 0.1
    assert wrong["legacy_person_id"].is_in(clean_move.frames[OLD]["person"]["person_id"].implode()).all()


def test_only_open_cases_move(registry: Registry, clean_move: Recorded) -> None:
    frames = _new(registry, open_cases_only=1.0)
    services = _of_before(frames, "service")
    assert (
        services.height
        == open_on(clean_move.frames[NEW]["service"].filter(_begun_before_go_live()))
        .filter(pl.col("end_date").is_null() | (pl.col("end_date") >= GO_LIVE))
        .height
    )
    assert services.filter(pl.col("end_date") < GO_LIVE).is_empty()
    assert _of_before(frames, "assessment").filter(pl.col("end_date") < GO_LIVE).is_empty()
    waiting = _of_before(frames, "request", "request_date")
    assert 0 < waiting.height < _of_before(clean_move.frames[NEW], "request", "request_date").height * 0.1
    carried = set(services["person_number"]) | set(waiting["person_number"])
    assert set(frames["person"].filter(pl.col("legacy_person_id").is_not_null())["person_number"]) >= carried


def _begun_before_go_live() -> pl.Expr:
    return pl.col("start_date") < GO_LIVE


def test_partial_history_leaves_what_closed_long_ago_behind(registry: Registry, clean_move: Recorded) -> None:
    frames = _new(registry, partial_history=1.0)
    year_before = date(2024, 4, 1)
    assert frames["request"]["request_date"].min() >= year_before
    assert frames["service"].filter(pl.col("end_date") < date(2024, 3, 31)).is_empty()
    since = clean_move.frames[NEW]["request"].filter(pl.col("request_date") >= year_before)
    assert frames["request"].height == since.height


def test_a_share_of_closed_records_is_lost_and_nothing_open(registry: Registry, clean_move: Recorded) -> None:
    frames, whole = _new(registry, closed_cases_lost=0.3), clean_move.frames[NEW]
    gone = whole["service"].join(frames["service"], on="service_id", how="anti")
    assert gone.filter(pl.col("end_date").is_null() | (pl.col("end_date") >= GO_LIVE)).is_empty()
    closed = whole["service"].filter(pl.col("end_date") < GO_LIVE)
    assert gone.height / closed.height == pytest.approx(0.3, abs=0.05)


def test_open_services_restart_on_go_live_day(registry: Registry, clean_move: Recorded) -> None:
    services, whole = _new(registry, services_restarted=1.0)["service"], clean_move.frames[NEW]["service"]
    both = whole.join(services, on="service_id", suffix="_found")
    moved = both.filter(pl.col("start_date") != pl.col("start_date_found"))
    was_open = both.filter(_begun_before_go_live() & (pl.col("end_date").is_null() | (pl.col("end_date") >= GO_LIVE)))
    assert moved.height == was_open.height > 50
    assert set(moved["start_date_found"]) == {GO_LIVE}


def test_the_old_system_ends_all_that_is_open_on_its_last_day(registry: Registry, clean_move: Recorded) -> None:
    services = recorded(registry, certainly(bulk_closures=1.0), *MOVE).frames[OLD]["service"]
    assert services["end_date"].null_count() == 0
    still = clean_move.frames[OLD]["service"]["end_date"].null_count()
    assert services.filter(pl.col("end_date") == date(2025, 3, 31)).height >= still > 50


def test_characteristics_of_carried_people_are_blanked(registry: Registry, clean_move: Recorded) -> None:
    people, whole = _new(registry, attributes_blanked=1.0)["person"], clean_move.frames[NEW]["person"]
    blanked = [name for name in people.columns if people[name].null_count() > whole[name].null_count()]
    assert 1 <= len(blanked) <= 2
    carried = pl.col("legacy_person_id").is_not_null()
    assert people.filter(carried)[blanked[0]].null_count() == people.filter(carried).height
    assert people.filter(~carried)[blanked[0]].null_count() == whole.filter(~carried)[blanked[0]].null_count()


def test_a_share_of_carried_records_arrives_twice_under_two_numbers(registry: Registry) -> None:
    requests = _new(registry, duplicate_records=0.1)["request"]
    same = [name for name in requests.columns if name != "request_id"]
    copies = requests.height - requests.select(same).unique().height
    assert copies / before(requests, column="request_date").height == pytest.approx(0.09, abs=0.02)
    assert requests["request_id"].is_unique().all()
    assert requests["request_id"].cast(pl.Int64).max() > COPY


def test_some_carried_services_start_in_1900(registry: Registry) -> None:
    services = _new(registry, placeholder_starts=0.1)["service"]
    placed = services.filter(pl.col("start_date") == date(1900, 1, 1))
    assert placed.height > 10
    assert placed.filter(pl.col("start") >= number(GO_LIVE)).is_empty()


def test_weekly_prices_become_four_weekly_ones_of_the_same_money(registry: Registry, clean_move: Recorded) -> None:
    services, whole = _new(registry, new_frequency=1.0)["service"], clean_move.frames[NEW]["service"]
    was, now = (set(one["cost_frequency"].cast(pl.String)) for one in (whole, services))
    assert "weekly" in was and "weekly" not in now
    both = whole.join(services, on="service_id", suffix="_found").filter(
        pl.col("cost_frequency").cast(pl.String) == "weekly"
    )
    assert ((both["unit_cost"] * 4 - both["unit_cost_found"]).abs() < 0.006).all()


PARALLEL: tuple[Use, ...] = (("birch_social_7", None, "2025-06-30"), ("alder_case_4", "2025-04-01", None))
GAP: tuple[Use, ...] = (("birch_social_7", None, "2025-03-31"), ("alder_case_4", "2025-05-01", None))


def test_in_parallel_running_the_old_system_has_a_share_of_the_new_records(registry: Registry) -> None:
    made = recorded(registry, certainly(parallel_running=0.6), *PARALLEL)
    weeks = pl.col("request_date").is_between(GO_LIVE, date(2025, 6, 30))
    old, new = (made.frames[name]["request"].filter(weeks) for name in (OLD, NEW))
    assert old.height / new.height == pytest.approx(0.6, abs=0.06)
    assert set(old["person_number"]) <= set(new["person_number"])


def test_without_parallel_running_the_old_system_stops_the_day_before(registry: Registry) -> None:
    made = recorded(registry, certainly(parallel_running=0.0), *PARALLEL)
    assert made.handovers[OLD].as_of == date(2025, 3, 31)


def test_what_is_keyed_twice_may_differ_by_days(registry: Registry) -> None:
    made = recorded(registry, certainly(parallel_running=1.0, keyed_twice_differently=0.5), *PARALLEL)
    key = ["person_number", "key"]
    both = made.frames[OLD]["request"].join(made.frames[NEW]["request"], on=key, suffix="_new")
    later = both.filter(pl.col("request_date") >= GO_LIVE)
    days = (later["request_date"] - later["request_date_new"]).dt.total_days()
    assert days.max() <= 3 and days.min() == 0
    assert (days > 0).mean() == pytest.approx(0.5, abs=0.08)


def test_the_rest_of_those_weeks_is_entered_within_half_a_year(registry: Registry) -> None:
    d, world, there = certainly(gap_of_weeks=0.001, late_back_fill=0.6), world_of("york"), using(registry, "york", *GAP)
    sender, weeks = there.senders["york"], pl.col("request_date").is_between(GO_LIVE, date(2025, 4, 30))
    at_once, later = (
        held(
            world,
            handover_on(number(day), 1, tenures(sender, there, CASE, world.span, d), sender, there, world.span, d),
            d,
        )
        for day in (date(2025, 5, 10), date(2025, 11, 30))
    )
    assert at_once["request"].filter(weeks).height / later["request"].filter(weeks).height == pytest.approx(
        0.4, abs=0.12
    )


def test_a_share_of_what_closed_in_weeks_without_a_system_is_lost(registry: Registry) -> None:
    weeks = pl.col("request_date").is_between(GO_LIVE, date(2025, 4, 30))
    whole = recorded(registry, certainly(), *GAP).frames[NEW]["request"].filter(weeks)
    lost = recorded(registry, certainly(gap_of_weeks=0.3), *GAP).frames[NEW]["request"].filter(weeks)
    assert lost.height / whole.height == pytest.approx(0.7, abs=0.1)
    assert recorded(registry, certainly(), *GAP).frames[OLD]["request"].filter(weeks).is_empty()
