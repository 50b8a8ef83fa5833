"""What the truth knows beyond any record: after signposting, delayed discharge, carers, stories; and their figures."""

from __future__ import annotations

from datetime import date
from functools import cache

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.registry import CodeList, load_registry
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import read_sites
from cls_pipeline.sample.registers import registers, signposting
from cls_pipeline.sample.tally import Calendar
from cls_pipeline.sample.truth_beyond import monthly_beyond
from cls_pipeline.sample.world import World
from cls_pipeline.settings import get_settings

from .conftest import UNTIL, world_of

SITES = [site for site, _, _ in read_sites()]
worlds = st.builds(world_of, st.sampled_from(SITES), st.integers(0, 10_000), st.integers(1, 4), st.just(0.02))
few = settings(max_examples=8, deadline=None)


def D(text: str) -> date:
    return date.fromisoformat(text)


def test_after_signposting_the_next_request_and_the_next_lasting_support_are_known() -> None:
    requests = pl.DataFrame(
        [
            (1, 1, "nfa_information_advice", D("2025-01-10"), "north"),
            (2, 1, "progress_assessment", D("2025-02-01"), "north"),
            (3, 2, "nfa_information_advice", D("2025-03-01"), "north"),
        ],
        schema=["request_id", "person_number", "event_outcome", "request_date", "area"],
        orient="row",
    ).with_columns(day=pl.col("request_date").cast(pl.Int32))
    services = pl.DataFrame(
        [(1, "st_max", D("2025-02-02")), (1, "long_term_community", D("2025-03-03")), (2, "st_max", D("2025-04-01"))],
        schema=["person_number", "service_type", "start_date"],
        orient="row",
    ).with_columns(start=pl.col("start_date").cast(pl.Int32))
    found = signposting({"request": requests, "service": services})
    assert found.select("request_id", "next_request", "long_term_support").rows() == [
        (1, D("2025-02-01"), D("2025-03-03")),
        (3, None, None),
    ]


@given(worlds)
@few
def test_registers_tell_of_people_and_requests_that_are_known(world: World) -> None:
    known = known_on(world, UNTIL)
    kept = registers(world, known, 7)
    requests = known["request"].select("request_id", "person_number")
    for name in ("signposting", "delayed_discharge"):
        assert kept[name].join(requests, on=["request_id", "person_number"], how="anti").is_empty()
    told = kept["signposting"]
    assert told.filter(pl.col("next_request") <= pl.col("request_date")).is_empty()
    assert told.filter(pl.col("long_term_support") < pl.col("request_date")).is_empty()
    assert kept["delayed_discharge"].filter(pl.col("discharge_date") <= pl.col("ready_date")).is_empty()
    assert kept["story"].filter(pl.col("story_date") <= world.place.joined).is_empty()
    assert kept["story"]["person_number"].is_in(known["request"]["person_number"].implode()).all()


@given(worlds)
@few
def test_support_for_a_carer_ends_with_the_life_of_who_is_cared_for(world: World) -> None:
    people = world.everybody.filter(pl.col("cares_for") > 0).select("person_number", "cares_for", "cared_dies")
    cared = world.everybody.select("person_number", "dies", "client_type", "has_unpaid_carer")
    linked = people.join(cared, left_on="cares_for", right_on="person_number")
    assert linked.height == people.height
    assert set(linked["client_type"].cast(pl.String)) <= {"service_user"}
    assert set(linked["has_unpaid_carer"].cast(pl.String)) <= {"yes"}
    services = world.frames["service"].filter(pl.col("service_type") == "carer_direct").join(people, on="person_number")
    assert services.filter(pl.col("end") > pl.col("cared_dies")).is_empty()


@given(worlds)
@few
def test_further_figures_add_up_from_the_events(world: World) -> None:
    known = known_on(world, UNTIL)
    kept = registers(world, known, 7)
    calendar = Calendar(world.span.months, world.place.areas)
    counted = monthly_beyond(known, kept["signposting"], kept["delayed_discharge"], calendar, _lists())
    whole = counted.filter(pl.col("area") == "all")

    def total(metric: str) -> float:
        return float(whole.filter(pl.col("metric_id") == metric)["value"].sum())

    since = pl.col("start_date") >= world.span.start
    homes = known["service"].filter(since, pl.col("service_type").is_in(["long_term_residential", "long_term_nursing"]))
    assert total("admissions_to_care_homes") == homes.height
    assert total("assessments_started") == known["assessment"].height
    delays = kept["delayed_discharge"].with_columns(pl.max_horizontal("ready_date", pl.lit(world.span.start)))
    until = pl.min_horizontal("discharge_date", pl.lit(UNTIL).dt.offset_by("1d"))
    days = delays.select((until - pl.max_horizontal("ready_date", pl.lit(world.span.start))).dt.total_days())
    assert total("delayed_discharge_bed_days") == days.to_series().clip(lower_bound=0).sum()


def test_people_move_between_areas_and_their_requests_with_them(fife: World) -> None:
    people = fife.everybody.select("person_number", "moves", first="area", then="area_after")
    asked = fife.frames["request"].join(people, on="person_number")
    moved = asked.filter(pl.col("moves") <= pl.col("day"))
    assert moved.height > 20
    assert (moved["area"].cast(pl.String) == moved["then"].cast(pl.String)).all()
    stayed = asked.filter(pl.col("moves") > pl.col("day"))
    assert (stayed["area"].cast(pl.String) == stayed["first"].cast(pl.String)).all()


def test_some_sites_change_their_questionnaire_on_a_day() -> None:
    places = [world_of(site, scale=0.002).place for site in SITES]
    changing = [place for place in places if place.instrument_changed]
    assert 4 <= len(changing) <= 20
    place = next(place for place in changing if place.instrument_changed and place.instrument_changed > D("2024-06-01"))
    scores = world_of(place.site, scale=0.05).frames["outcome_score"]
    used = scores.filter(pl.col("instrument").cast(pl.String) == place.instrument)
    after = scores.filter(pl.col("instrument").cast(pl.String) == place.next_instrument)
    assert used["score_date"].max() < place.instrument_changed <= after["score_date"].min()


@cache
def _lists() -> dict[str, CodeList]:
    return load_registry(get_settings().contracts_dir).code_lists
