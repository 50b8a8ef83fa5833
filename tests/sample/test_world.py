"""What must hold in any world, whatever the seed."""

from __future__ import annotations

from functools import cache

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import read_sites
from cls_pipeline.sample.world import World
from cls_pipeline.settings import get_settings

from .conftest import UNTIL, world_of

SITES = [site for site, _, _ in read_sites()]
worlds = st.builds(world_of, st.sampled_from(SITES), st.integers(0, 10_000), st.integers(1, 4), st.just(0.01))
few = settings(max_examples=12, deadline=None)


@given(worlds)
@few
def test_nobody_is_supported_before_a_first_request_unless_already_so_at_the_start(world: World) -> None:
    first = world.frames["request"].group_by("person_number").agg(asked=pl.col("day").min())
    people = world.frames["person"].filter(~pl.col("supported_at_start")).select("person_number", "arrived")
    services = world.frames["service"].join(people, on="person_number")
    assert services.filter(pl.col("start") < pl.col("arrived")).is_empty()
    later = services.filter(pl.col("arrived") >= world.span.first).join(first, on="person_number", how="left")
    assert later.filter(pl.col("asked").is_null() | (pl.col("start") < pl.col("asked"))).is_empty()


@given(worlds)
@few
def test_no_cost_line_is_without_its_service_or_outside_its_dates(world: World) -> None:
    services = world.frames["service"].select("service_id", begins="start", ends="end")
    lines = world.frames["cost_line"].join(services, on="service_id", how="left")
    assert lines.filter(pl.col("begins").is_null()).is_empty()
    assert lines.filter((pl.col("start") < pl.col("begins")) | (pl.col("end") > pl.col("ends"))).is_empty()


@given(worlds)
@few
def test_a_service_has_exactly_one_open_cost_line_on_every_day(world: World) -> None:
    lines = world.frames["cost_line"].sort("service_id", "start")
    joined = lines.with_columns(successor=pl.col("start").shift(-1).over("service_id")).drop_nulls("successor")
    assert joined.filter(pl.col("end") != pl.col("successor")).is_empty()
    open_services = world.frames["service"].filter(pl.col("end") > world.span.last)
    open_lines = lines.filter(pl.col("end") > world.span.last)
    assert open_lines["service_id"].sort().to_list() == open_services["service_id"].sort().to_list()


@given(worlds)
@few
def test_an_assessment_follows_a_request_of_the_same_person(world: World) -> None:
    requests = world.frames["request"].select("request_id", "person_number", asked="day")
    linked = world.frames["assessment"].drop_nulls("request_id").join(requests, on="request_id", how="left")
    assert linked.filter(pl.col("person_number") != pl.col("person_number_right")).is_empty()
    assert linked.filter(pl.col("asked").is_null() | (pl.col("day") < pl.col("asked"))).is_empty()


@given(worlds)
@few
def test_everybody_in_an_event_is_a_known_person_once(world: World) -> None:
    people = world.frames["person"]["person_number"]
    assert people.is_unique().all()
    for entity, frame in world.frames.items():
        if "person_number" in frame.columns:
            assert frame["person_number"].is_in(people.implode()).all(), entity


@given(worlds)
@few
def test_keys_are_unique_and_codes_are_of_their_lists(world: World) -> None:
    registry = _registry()
    for entity, frame in known_on(world, UNTIL).items():
        for column in registry.contracts[entity].columns.values():
            if column.code_list and column.name in frame.columns:
                used = set(frame[column.name].cast(pl.String).drop_nulls())
                assert used <= set(registry.code_lists[column.code_list].codes), (entity, column.name)
        keys = [name for name in registry.contracts[entity].key if name in frame.columns]
        if keys:
            assert frame.select(keys).is_unique().all(), entity


def test_a_code_is_used_only_while_its_list_has_it(fife: World) -> None:
    outcomes = _registry().code_lists["event_outcome"].codes
    ended = {code.code: code.valid_until for code in outcomes.values() if code.valid_until}
    begun = {code.code: code.valid_from for code in outcomes.values() if code.valid_from}
    for code, day in fife.frames["request"].select("event_outcome", "request_date").unique().iter_rows():
        assert day <= ended.get(code, day) and day >= begun.get(code, day)


def test_support_is_already_open_when_the_span_begins(fife: World) -> None:
    services = fife.frames["service"]
    assert services.filter((pl.col("start") < fife.span.first) & (pl.col("end") > fife.span.first)).height > 100


def test_a_site_does_not_depend_on_the_seed_of_another_or_on_the_order(fife: World) -> None:
    world_of("leeds")
    again = world_of("fife")
    for entity, frame in fife.frames.items():
        assert frame.equals(again.frames[entity]), entity


def test_another_seed_makes_another_world(fife: World) -> None:
    assert not fife.frames["request"].equals(world_of("fife", seed=8).frames["request"])


def test_size_follows_scale() -> None:
    small, large = (world_of("leeds", scale=scale).frames["request"].height for scale in (0.02, 0.2))
    assert 9 < large / small < 11


@cache
def _registry() -> Registry:
    return load_registry(get_settings().contracts_dir)
