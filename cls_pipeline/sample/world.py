"""The true world of one place: everything that happened, before any system records it.

Subjects have their modules; here they are put together and cut to what a record can hold. What was known on a day is
in `known.py`, what systems make of it in `record.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import polars as pl

from cls_pipeline.sample.assessments import make_assessments
from cls_pipeline.sample.chance import stream
from cls_pipeline.sample.cost_lines import make_cost_lines
from cls_pipeline.sample.days import Span
from cls_pipeline.sample.hubs import make_hub_sessions
from cls_pipeline.sample.people import make_people
from cls_pipeline.sample.places import Place, without_programme
from cls_pipeline.sample.requests import TO_ASSESSMENT, make_requests
from cls_pipeline.sample.reviews import make_reviews
from cls_pipeline.sample.scores import make_scores
from cls_pipeline.sample.support import make_support
from cls_pipeline.sample.workforce import make_workforce

ENTITIES = (
    "person",
    "request",
    "assessment",
    "service",
    "review",
    "cost_line",
    "outcome_score",
    "hub_session",
    "workforce",
)


#: Frames by entity.
Frames: TypeAlias = dict[str, pl.DataFrame]


@dataclass(frozen=True)
class World:
    """A place and its true events: one frame per entity, in the contract's columns with our codes.

    `person_number` stands for the person in every frame; ids are numbers of the world's own. Frames also hold day
    numbers (`day`, `start`, `end`) beside the dates, and events may end after the span. `everybody` also has the
    people whom no record knows.
    """

    place: Place
    span: Span
    frames: Frames
    everybody: pl.DataFrame


def make_world(place: Place, span: Span, seed: int) -> World:
    """The world of a place; the same for a seed whatever other places there are."""
    people = make_people(place, span, stream(seed, place.site, "people"))
    frames = _events(place, people, span, seed)
    frames |= {
        "outcome_score": make_scores(
            place, frames["assessment"], frames["review"], span, stream(seed, place.site, "scores")
        ),
        "hub_session": make_hub_sessions(place, span, stream(seed, place.site, "hubs")),
        "workforce": make_workforce(place, span, stream(seed, place.site, "workforce")),
    }
    return World(place, span, {"person": _known_people(people, frames), **frames}, people)


def make_twin(world: World, seed: int) -> World:
    """The same people with the same luck, had the programme no effect: requests and what follows from them.

    Where the programme has no effect, the twin is the world itself.
    """
    if not world.place.strength:
        return world
    place = without_programme(world.place)
    frames = _events(place, world.everybody, world.span, seed)
    return World(place, world.span, {"person": _known_people(world.everybody, frames), **frames}, world.everybody)


def _events(place: Place, people: pl.DataFrame, span: Span, seed: int) -> Frames:
    requests = make_requests(place, people, span, seed)
    assessments = make_assessments(place, people, requests, span, seed)
    services = make_support(place, people, requests, assessments, span, seed)
    requests, assessments = _recorded_since_start(requests, assessments, span)
    services = services.filter(pl.col("end") >= span.first)
    return {
        "request": requests,
        "assessment": assessments,
        "service": services,
        "review": make_reviews(place, services, span, seed),
        "cost_line": make_cost_lines(place, services, span, seed),
    }


def _recorded_since_start(
    requests: pl.DataFrame, assessments: pl.DataFrame, span: Span
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Drop what was over before the span: keep requests of the span, and earlier ones whose assessment is still due."""
    earlier = requests.filter(
        (pl.col("day") < span.first) & pl.col("event_outcome").cast(pl.String).is_in(TO_ASSESSMENT)
    )
    done = assessments.filter(pl.col("day") < span.first).select("person_number", assessed="day")
    answered = (
        earlier.select("request_id", "person_number", "day")
        .join(done, on="person_number")
        .filter(pl.col("assessed") >= pl.col("day"))
    )
    waiting = earlier.join(answered, on="request_id", how="anti")["request_id"]
    kept = requests.filter((pl.col("day") >= span.first) | pl.col("request_id").is_in(waiting.implode()))
    linked = pl.when(pl.col("request_id").is_in(kept["request_id"].implode())).then("request_id")
    return kept, assessments.filter(pl.col("day") >= span.first).with_columns(request_id=linked)


def _known_people(people: pl.DataFrame, frames: Frames) -> pl.DataFrame:
    """People of whom some event is on record, each with the day since which the record knows them."""
    first = pl.concat(
        frame.select("person_number", seen="start" if "start" in frame.columns else "day")
        for name, frame in frames.items()
        if name in ("request", "assessment", "service")
    )
    first = first.group_by("person_number").agg(pl.col("seen").min())
    return people.join(first, on="person_number", how="inner", maintain_order="left").rename({"seen": "day"})
