"""The programme's effect: what it changes, where, and from when; and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.registry import Registry
from cls_pipeline.sample.effects import effect, read_effects
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import place_of, read_sites
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.world import World, make_twin, make_world

from .conftest import UNTIL, world_of

SITES = [site for site, _, _ in read_sites()]
few = settings(max_examples=8, deadline=None)
worlds = st.builds(world_of, st.sampled_from(SITES), st.integers(0, 10_000), st.integers(2, 6), st.just(0.01))
ENTITIES = ("request", "assessment", "service", "review", "cost_line")


def test_an_effect_grows_from_its_areas_start_to_the_stated_size() -> None:
    place = place_of("leeds", 7, 1, UNTIL)
    area = pl.Series([place.innovation_area] * 3)
    start = (place.joined - date(1970, 1, 1)).days
    reached = effect(place, "first_contact", np.array([start, start + 274, start + 10_000]), area)
    assert reached == pytest.approx([0, 0.05, 0.10], abs=0.001)
    assert not effect(replace(place, strength=0.0), "first_contact", np.array([start + 10_000] * 3), area).any()


def test_the_innovation_area_starts_first_and_some_sites_have_no_effect() -> None:
    places = [place_of(site, 7, 1, UNTIL) for site in SITES]
    for place in places:
        assert place.starts[place.areas.index(place.innovation_area)] == place.joined
        assert len(set(place.starts)) == len(place.areas)
    assert 3 <= sum(place.strength == 0 for place in places) <= 9


def test_where_there_is_no_effect_the_world_is_its_own_twin() -> None:
    world = world_of("western_isles")
    assert make_twin(world, 7) is world


@given(worlds, st.integers(0, 10_000))
@few
def test_nothing_differs_before_an_area_starts(world: World, seed: int) -> None:
    start = (world.place.joined - date(1970, 1, 1)).days
    world = make_world(world.place, world.span, seed)
    twin = make_twin(world, seed)
    for entity in ENTITIES:
        begins = "start" if "start" in world.frames[entity].columns else "day"
        ours, theirs = (one.frames[entity].filter(pl.col(begins) < start) for one in (world, twin))
        told = [name for name in ours.columns if "end" not in name and name not in ("cost_line_id", "review_id")]
        told = [name for name in told if not name.startswith("review") and name != "event_outcome"]
        assert ours.select(told).equals(theirs.select(told)) or entity == "review", entity
    assert (
        world.frames["person"].filter(pl.col("day") < start).equals(twin.frames["person"].filter(pl.col("day") < start))
    )


@pytest.fixture(scope="module")
def pair() -> tuple[World, World]:
    """A site that started at the beginning of the span, large enough to see each lever."""
    from cls_pipeline.sample.days import span_of

    place = place_of("leeds", 7, 0.4, UNTIL)
    place = replace(place, starts=tuple(date(2021, 1, 1) for _ in place.areas))
    world = make_world(place, span_of(3, UNTIL), 7)
    return world, make_twin(world, 7)


def test_each_planted_size_is_found_between_the_twins(pair: tuple[World, World]) -> None:
    effects = read_effects()

    def resolved(world: World) -> float:
        asked = world.frames["request"].filter(pl.col("day") >= world.span.first)
        told = asked["event_outcome"].cast(pl.String)
        return float(told.is_in(["nfa_information_advice", "nfa_referral_within_la"]).mean() or 0)

    def wait(world: World) -> float:
        linked = world.frames["assessment"].join(
            world.frames["request"].select("request_id", asked="day"), on="request_id"
        )
        return float((linked["day"] - linked["asked"]).median() or 0)

    def eligible(world: World) -> float:
        return float(world.frames["assessment"]["eligible"].mean() or 0)

    ours, twin = pair
    assert resolved(ours) - resolved(twin) == pytest.approx(effects["first_contact"].size, abs=0.012)
    assert wait(ours) / wait(twin) - 1 == pytest.approx(effects["waiting"].size, abs=0.04)
    assert eligible(twin) - eligible(ours) == pytest.approx(effects["signposting"].size, abs=0.012)


def test_what_the_same_service_costs_differs_by_the_planted_share(pair: tuple[World, World]) -> None:
    ours, twin = (
        one.frames["service"].filter(pl.col("start") >= one.span.first).select("key", "service_type", "base_price")
        for one in pair
    )
    both = ours.join(twin, on=["key", "service_type"], suffix="_twin")
    at_home = pl.col("service_type") == "long_term_community"
    ratio = both.filter(at_home)["base_price"].sum() / both.filter(at_home)["base_price_twin"].sum()
    assert ratio - 1 == pytest.approx(read_effects()["package_cost"].size, abs=0.001)
    assert both.filter(~at_home & (pl.col("base_price") != pl.col("base_price_twin"))).is_empty()


def test_care_home_placements_become_support_at_home(pair: tuple[World, World]) -> None:
    ours, twin = (one.frames["service"].filter(pl.col("start") >= one.span.first) for one in pair)
    both = ours.join(twin, on="key", suffix="_twin")
    homes = both.filter(pl.col("service_type_twin").is_in(["long_term_residential", "long_term_nursing"]))
    turned = homes.filter(pl.col("key") % 16 == 0)
    share = (turned["service_type"] == "long_term_community").mean()
    assert share == pytest.approx(-read_effects()["care_home"].size, abs=0.05)


def test_a_world_without_effect_has_more_to_pay_and_longer_waits(pair: tuple[World, World], registry: Registry) -> None:
    ours, twin = (
        monthly_truth(known_on(one, UNTIL), one.span.months, registry.code_lists).filter(
            pl.col("month") == one.span.months[-1]
        )
        for one in pair
    )
    both = ours.join(twin, on=["area", "metric_id", "month"], suffix="_twin")
    less = both.filter(pl.col("value") < pl.col("value_twin"))["metric_id"].to_list()
    assert {"people_waiting_for_assessment", "weekly_cost_open_packages", "people_with_long_term_support"} <= set(less)
