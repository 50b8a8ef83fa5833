"""The programme's effect: what it changes, where, and from when; and what it leaves alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.registry import CodeList, Registry, load_registry
from cls_pipeline.sample.effects import effect, read_effects
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import place_of, read_sites
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.world import World, make_twin, make_world
from cls_pipeline.settings import get_settings

from .conftest import UNTIL, world_of

SITES = [site for site, _, _ in read_sites()]
few = settings(max_examples=12, deadline=None)


def _pair_of(site: str, seed: int, years: int) -> tuple[World, World]:
    world = world_of(site, seed, years, 0.01)
    return world, make_twin(world, seed)


pairs = st.builds(_pair_of, st.sampled_from(SITES), st.integers(0, 10_000), st.integers(2, 6))


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


def test_the_registry_says_of_each_site_where_and_when_the_simulated_programme_begins() -> None:
    registry = load_registry(get_settings().contracts_dir)
    for site in SITES:
        place, programme = place_of(site, 7, 1, UNTIL), registry.senders[site].programme
        assert programme is not None
        assert programme.assignment == "illustrative"
        told = {area.name: (area.start, area.innovation) for area in programme.areas}
        assert told == {
            name: (start, name == place.innovation_area) for name, start in zip(place.areas, place.starts, strict=True)
        }


def test_where_there_is_no_effect_the_world_is_its_own_twin() -> None:
    world = world_of("western_isles")
    assert make_twin(world, 7) is world


@given(pairs)
@few
def test_nothing_differs_before_the_first_area_starts(pair: tuple[World, World]) -> None:
    world, _ = pair
    start = (world.place.joined - date(1970, 1, 1)).days
    for entity in ("request", "assessment", "service", "cost_line"):
        begins = "start" if "start" in world.frames[entity].columns else "day"
        # Lines are numbered by service, so a later service moves the numbers of earlier ones.
        ours, theirs = (
            one.frames[entity].filter(pl.col(begins) < start).drop("cost_line_id", strict=False) for one in pair
        )
        assert ours.equals(theirs), entity


@given(pairs)
@few
def test_true_figures_differ_only_from_the_month_in_which_the_place_starts(pair: tuple[World, World]) -> None:
    place = pair[0].place
    ours, theirs = (monthly_truth(known_on(one, UNTIL), one.span.months, _lists(), place.areas) for one in pair)
    both = ours.join(theirs, on=["area", "metric_id", "month"], suffix="_twin")
    assert both.height == ours.height
    differs = both.filter(~pl.col("value").eq_missing(pl.col("value_twin")))
    # An area that has not begun may differ too: somebody whom the programme reached elsewhere may move there.
    assert differs.filter(pl.col("month") < place.joined.replace(day=1)).is_empty()


@cache
def _lists() -> dict[str, CodeList]:
    return load_registry(get_settings().contracts_dir).code_lists


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
