"""The truth hangs together, event by event, whatever the site, the seed and the years."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.sample.assessments import make_assessments
from cls_pipeline.sample.days import NEVER
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import read_sites
from cls_pipeline.sample.prices import april, price_year
from cls_pipeline.sample.requests import make_requests
from cls_pipeline.sample.reviews import FIRST_DUE
from cls_pipeline.sample.scores import QUESTIONNAIRES
from cls_pipeline.sample.support import KEYS_A_REQUEST, MOVED, ORIGINS
from cls_pipeline.sample.world import World

from .conftest import UNTIL, world_of

SITES = [site for site, _, _ in read_sites()]
few = settings(max_examples=12, deadline=None)


def _world_and_seed(site: str, seed: int, years: int) -> tuple[World, int]:
    return world_of(site, seed, years, 0.01), seed


seeded = st.builds(_world_and_seed, st.sampled_from(SITES), st.integers(0, 10_000), st.integers(2, 6))
worlds = seeded.map(lambda pair: pair[0])


def _asked(world: World, seed: int) -> pl.DataFrame:
    """Every request behind the world's events, those of the warm-up too, which no record of the span holds any more."""
    requests = make_requests(world.place, world.everybody, world.span, seed)
    return requests.select("key", asked="day", asked_by="person_number", asked_in="area")


def _origin() -> pl.Expr:
    """Where a service comes from: a number of ORIGINS. A later one beside or after it has the origin of the first."""
    return pl.col("key") % MOVED


# Services, assessments and what came before them.


@given(seeded)
@few
def test_every_assessment_follows_its_request_linked_or_not(pair: tuple[World, int]) -> None:
    world, seed = pair
    assessed = world.frames["assessment"].join(_asked(world, seed), on="key", how="left")
    assert assessed["asked"].null_count() == 0
    assert assessed.filter(pl.col("person_number") != pl.col("asked_by")).is_empty()
    assert assessed.filter(pl.col("area").cast(pl.String) != pl.col("asked_in").cast(pl.String)).is_empty()
    assert assessed.filter((pl.col("day") < pl.col("asked")) | (pl.col("end_day") < pl.col("day"))).is_empty()


@given(seeded)
@few
def test_every_service_follows_a_request_of_its_person_unless_it_was_there_at_the_start(
    pair: tuple[World, int],
) -> None:
    world, seed = pair
    services = world.frames["service"].with_columns(origin=_origin(), key=pl.col("key") // KEYS_A_REQUEST)
    there = pl.col("origin") == ORIGINS["stock"]
    begun = services.filter(~there).join(_asked(world, seed), on="key", how="left")
    assert begun["asked"].null_count() == 0
    assert begun.filter(pl.col("person_number") != pl.col("asked_by")).is_empty()
    assert begun.filter(pl.col("start") < pl.col("asked")).is_empty()
    at_start = world.everybody.filter("supported_at_start")["person_number"]
    assert services.filter(there)["person_number"].is_in(at_start.implode()).all()


@given(worlds)
@few
def test_support_after_an_assessment_waits_for_its_end_and_for_eligible_needs(world: World) -> None:
    services = world.frames["service"].filter(_origin() == ORIGINS["assessment"])
    services = services.with_columns(key=pl.col("key") // KEYS_A_REQUEST)
    assessed = world.frames["assessment"].select("key", "end_day", "eligible")
    both = services.join(assessed, on="key")
    assert both.filter((pl.col("start") <= pl.col("end_day")) | ~pl.col("eligible")).is_empty()
    # The others were assessed before the span: the record has dropped those assessments.
    earlier = services.join(assessed, on="key", how="anti")
    asked = world.frames["request"].filter(pl.col("day") >= world.span.first)["key"]
    assert earlier.filter(pl.col("key").is_in(asked.implode())).is_empty()


# Costs.


@given(worlds)
@few
def test_cost_lines_cover_every_service_from_the_first_price_year_on(world: World) -> None:
    years = price_year(np.array([world.span.first, world.span.last]))
    first, last = april(int(years[0])), april(int(years[1]) + 1)
    once = pl.col("cost_frequency").cast(pl.String) == "one_off"
    priced = world.frames["service"].filter((pl.col("start") >= first) | ((pl.col("end") > first) & ~once))
    lines = (
        world.frames["cost_line"]
        .group_by("service_id")
        .agg(begins=pl.col("start").min(), ends=pl.col("end").max(), paid=(pl.col("end") - pl.col("start")).sum())
    )
    assert set(lines["service_id"]) == set(priced["service_id"])
    both = priced.filter(~once).join(lines, on="service_id")
    start, end = pl.max_horizontal("start", pl.lit(first)), pl.min_horizontal("end", pl.lit(last))
    assert both.filter((pl.col("begins") != start) | (pl.col("ends") != end)).is_empty()
    # Not a day twice and none left out.
    assert both.filter(pl.col("paid") != end - start).is_empty()


# Death.

#: When each event happens. What may come after a death: a story that is told of somebody, and nothing in the frames.
HAPPENS = {
    "request": ("day",),
    "assessment": ("day", "end_day"),
    "service": ("start", "end"),
    "review": ("due_date", "day"),
    "cost_line": ("start", "end"),
    "outcome_score": ("day",),
}


@given(worlds)
@few
def test_nothing_happens_to_anybody_after_death(world: World) -> None:
    lives = world.everybody.select("person_number", "dies")
    for entity, whens in HAPPENS.items():
        events = world.frames[entity].join(lives, on="person_number")
        for when in whens:
            day = pl.col(when).cast(pl.Int32)
            assert events.filter((day > pl.col("dies")) & (day < NEVER)).is_empty(), (entity, when)
    moves = world.everybody.filter(pl.col("moves") < NEVER)
    assert moves.filter(pl.col("moves") >= pl.col("dies")).is_empty()


def test_an_assessment_ends_with_the_life_of_the_person(fife: World) -> None:
    requests = make_requests(fife.place, fife.everybody, fife.span, 7)
    as_is = make_assessments(fife.place, fife.everybody, requests, fife.span, 7)
    # Everybody dies on the day after their last assessment starts.
    last = as_is.group_by("person_number").agg(dies=pl.col("day").max() + 1)
    people = fife.everybody.drop("dies").join(last, on="person_number", how="left", maintain_order="left")
    cut = make_assessments(fife.place, people, requests, fife.span, 7).join(last, on="person_number")
    assert cut["day"].to_list() == as_is["day"].to_list()
    assert cut.filter(pl.col("end_day") > pl.col("dies")).is_empty()
    assert cut.filter(pl.col("end_date").cast(pl.Int32) != pl.col("end_day")).is_empty()


# Reviews and scores.


@given(worlds)
@few
def test_every_review_is_of_long_term_support_within_its_dates(world: World) -> None:
    reviews = world.frames["review"].with_columns(due=pl.col("due_date").cast(pl.Int32))
    assert reviews.filter((pl.col("due") < world.span.first) | (pl.col("due") > world.span.last)).is_empty()
    lasting = world.frames["service"].filter(pl.col("service_type").str.starts_with("long_term"))
    both = reviews.join(lasting.select("person_number", "area", "start", "end"), on=["person_number", "area"])
    is_due = (pl.col("due") >= pl.col("start") + FIRST_DUE) & (pl.col("due") <= pl.col("end"))
    is_done = (pl.col("day") > pl.col("start")) & (pl.col("day") <= pl.col("end"))
    reviewed = both.filter(is_due & (is_done | (pl.col("day") == NEVER)))
    assert reviewed["review_id"].n_unique() == reviews.height


@given(worlds)
@few
def test_every_answer_is_within_the_range_of_its_questionnaire(world: World) -> None:
    answers = world.frames["outcome_score"].with_columns(pl.col("instrument").cast(pl.String))
    assert set(answers["instrument"]) <= set(QUESTIONNAIRES)
    for name, form in QUESTIONNAIRES.items():
        given_to = answers.filter(pl.col("instrument") == name)
        allowed = [float(answer) for answer in range(form.low, form.high + 1)]
        assert given_to["score"].is_in(allowed).all(), name


@given(worlds)
@few
def test_a_form_is_filled_in_whole_and_once_at_an_assessment_or_a_review(world: World) -> None:
    answers = world.frames["outcome_score"].with_columns(pl.col("instrument", "item").cast(pl.String))
    forms = answers.group_by("person_number", "day", "instrument").agg(pl.col("item").sort())
    for name, items in forms.select("instrument", "item").unique().iter_rows():
        assert items == sorted(QUESTIONNAIRES[name].items), name
    met = pl.concat(world.frames[name].select("person_number", "day") for name in ("assessment", "review"))
    assert forms.join(met, on=["person_number", "day"], how="anti").is_empty()


# Areas.


@given(worlds)
@few
def test_every_area_is_one_of_the_place(world: World) -> None:
    with_area = {name: frame for name, frame in known_on(world, UNTIL).items() if "area" in frame.columns}
    assert set(with_area) == {"person", "request", "assessment", "service", "review", "hub_session", "workforce"}
    for name, frame in with_area.items():
        assert set(frame["area"].cast(pl.String)) <= set(world.place.areas), name
