"""The monthly truth recounted the slow way: by looping over the events of small worlds, by month and by area."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from statistics import median
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.registry import CodeList, load_registry
from cls_pipeline.sample.days import month_end
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import read_sites
from cls_pipeline.sample.registers import delayed_discharges, signposting
from cls_pipeline.sample.tally import ALL, Calendar
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.truth_beyond import monthly_beyond
from cls_pipeline.sample.world import Frames, World
from cls_pipeline.settings import get_settings

from .conftest import UNTIL, world_of

SITES = [site for site, _, _ in read_sites()]
few = settings(max_examples=8, deadline=None)
Event = dict[str, Any]
#: A figure by area and month; nothing where there is none.
Figures = dict[tuple[str, date], float]


def _pair(site: str, seed: int, years: int) -> tuple[World, int]:
    return world_of(site, seed, years, 0.003), seed


seeded = st.builds(_pair, st.sampled_from(SITES), st.integers(0, 10_000), st.integers(2, 6))
worlds = seeded.map(lambda pair: pair[0])


@cache
def _lists() -> dict[str, CodeList]:
    return load_registry(get_settings().contracts_dir).code_lists


def _with(code_list: str, attribute: str, wanted: str) -> set[str]:
    return {code.code for code in _lists()[code_list].codes.values() if code.extra.get(attribute) == wanted}


def _counted(world: World, known: Frames, metric: str, column: str = "value") -> Figures:
    monthly = monthly_truth(known, world.span.months, _lists(), world.place.areas)
    found = monthly.filter(pl.col("metric_id") == metric).drop_nulls(column)
    return {(area, month): figure for area, month, figure in found.select("area", "month", column).iter_rows()}


def _events(known: Frames, entity: str) -> list[Event]:
    return known[entity].with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String)).to_dicts()


def _by_area(events: list[Event], areas: tuple[str, ...]) -> Iterator[tuple[str, list[Event]]]:
    yield ALL, events
    for area in areas:
        yield area, [event for event in events if event["area"] == area]


def _open(event: Event, day: date) -> bool:
    return event["start_date"] <= day and (event["end_date"] is None or event["end_date"] > day)


def _at_ends(world: World, events: list[Event], count: Callable[[list[Event], date], float]) -> Figures:
    """What `count` makes of the events at each month's end."""
    return {
        (area, month): count(mine, month_end(month))
        for area, mine in _by_area(events, world.place.areas)
        for month in world.span.months
    }


@given(worlds)
@few
def test_requests_of_a_month_are_those_dated_in_it(world: World) -> None:
    known = known_on(world, UNTIL)

    def received(events: list[Event], end: date) -> float:
        return sum(event["request_date"].replace(day=1) == end.replace(day=1) for event in events)

    assert _counted(world, known, "requests_received") == _at_ends(world, _events(known, "request"), received)


@given(worlds)
@few
def test_requests_resolved_are_those_with_such_an_outcome_dated_in_the_month(world: World) -> None:
    known = known_on(world, UNTIL)
    resolving = _with("event_outcome", "resolved_first_contact", "yes")

    def resolved(events: list[Event], end: date) -> float:
        mine = [event for event in events if event["request_date"].replace(day=1) == end.replace(day=1)]
        return sum(event["event_outcome"] in resolving for event in mine)

    counted = _counted(world, known, "requests_resolved_at_first_contact", "numerator")
    assert counted == _at_ends(world, _events(known, "request"), resolved)


@given(worlds)
@few
def test_people_with_long_term_support_are_those_with_a_service_open_at_the_months_end(world: World) -> None:
    known = known_on(world, UNTIL)
    lasting = _with("service_type", "group", "long_term")
    services = [event for event in _events(known, "service") if event["service_type"] in lasting]

    def supported(events: list[Event], end: date) -> float:
        return len({event["person_number"] for event in events if _open(event, end)})

    assert _counted(world, known, "people_with_long_term_support") == _at_ends(world, services, supported)


@given(worlds)
@few
def test_people_wait_whose_request_no_assessment_has_answered_by_the_months_end(world: World) -> None:
    known = known_on(world, UNTIL)
    due = _with("event_outcome", "group", "assessment")
    requests = [event for event in _events(known, "request") if event["event_outcome"] in due]
    assessed: dict[int, list[date]] = defaultdict(list)
    for event in _events(known, "assessment"):
        assessed[event["person_number"]].append(event["start_date"])

    def waiting(events: list[Event], end: date) -> float:
        return len(
            {
                event["person_number"]
                for event in events
                if event["request_date"] <= end
                and not any(event["request_date"] <= day <= end for day in assessed[event["person_number"]])
            }
        )

    assert _counted(world, known, "people_waiting_for_assessment") == _at_ends(world, requests, waiting)


@given(worlds)
@few
def test_days_to_an_assessment_run_from_the_latest_request_that_none_before_it_has_answered(world: World) -> None:
    known = known_on(world, UNTIL)
    due = _with("event_outcome", "group", "assessment")
    asked: dict[int, list[date]] = defaultdict(list)
    for event in _events(known, "request"):
        if event["event_outcome"] in due:
            asked[event["person_number"]].append(event["request_date"])
    before: dict[int, date] = defaultdict(lambda: date.min)
    waits: dict[tuple[str, date], list[int]] = defaultdict(list)
    for event in sorted(_events(known, "assessment"), key=lambda event: event["start_date"]):
        start, person = event["start_date"], event["person_number"]
        answered = [day for day in asked[person] if before[person] < day <= start]
        before[person] = start
        if answered and start.replace(day=1) in world.span.months:
            for area in (ALL, event["area"]):
                waits[area, start.replace(day=1)].append((start - max(answered)).days)
    medians = {key: median(days) for key, days in waits.items()}
    assert _counted(world, known, "median_days_request_to_assessment") == medians


@given(worlds)
@few
def test_weekly_cost_is_that_of_the_lines_open_at_the_months_end(world: World) -> None:
    known = known_on(world, UNTIL)
    frequencies = _lists()["cost_frequency"].codes
    area_of = dict(known["service"].select("service_id", pl.col("area").cast(pl.String)).iter_rows())
    lines = [line | {"area": area_of[line["service_id"]]} for line in _events(known, "cost_line")]

    def a_week(line: Event) -> float:
        factor = frequencies[line["cost_frequency"]].extra.get("weekly_factor")
        by_unit = line["cost_frequency"] in ("per_session", "hourly", "daily")
        times = float(factor) if factor else line["planned_units_per_week"] if by_unit else 0.0
        return float(line["unit_cost"] * times)

    begun = Counter(
        (line["person_number"], line["service_component"], line["start_date"])
        for line in lines
        if line["cost_frequency"] != "one_off"
    )

    def covers(line: Event, day: date) -> bool:
        """Open, or on its last day, unless another line for the same goes on from it."""
        is_last = line["end_date"] == day and line["start_date"] <= day
        others = begun[line["person_number"], line["service_component"], day] - (line["start_date"] == day)
        return _open(line, day) or (is_last and others <= 0)

    recounted = _at_ends(world, lines, lambda events, end: sum(a_week(line) for line in events if covers(line, end)))
    assert _counted(world, known, "weekly_cost_open_packages") == pytest.approx(recounted, abs=1e-4)


#: Figures that count events, each of which happened in one area; and those that count people, who may be in two.
EVENTS = {
    "requests_received": ("value",),
    "requests_resolved_at_first_contact": ("numerator", "denominator"),
    "median_days_request_to_assessment": ("denominator",),
    "assessments_started": ("value",),
    "assessments_signposted": ("value",),
    "requests_signposted": ("value",),
    "reviews_overdue": ("value",),
    "back_within_91_days_of_signposting": ("numerator", "denominator"),
    "long_term_support_within_365_days_of_signposting": ("numerator", "denominator"),
}
PEOPLE = ("people_waiting_for_assessment", "people_with_long_term_support")


@given(seeded)
@few
def test_areas_add_up_to_the_place_for_events_and_to_no_less_for_people(pair: tuple[World, int]) -> None:
    world, seed = pair
    known = known_on(world, UNTIL)
    calendar = Calendar(world.span.months, world.place.areas)
    delays = delayed_discharges(world.place, known, seed)
    monthly = pl.concat(
        [
            monthly_truth(known, calendar.months, _lists(), calendar.areas),
            monthly_beyond(known, signposting(known), delays, calendar, _lists()),
        ]
    )
    whole = pl.col("area") == ALL
    figures = ("numerator", "denominator", "value")
    parts = (
        monthly.filter(~whole)
        .group_by("metric_id", "month")
        .agg(*[pl.col(name).sum().alias(f"sum_{name}") for name in figures], most=pl.col("value").max())
    )
    both = monthly.filter(whole).join(parts, on=["metric_id", "month"])
    for metric, columns in EVENTS.items():
        for column in columns:
            counted = both.filter(pl.col("metric_id") == metric).drop_nulls(column)
            assert counted.height > 0, metric
            assert counted.filter(pl.col(column) != pl.col(f"sum_{column}")).is_empty(), (metric, column)
    people = both.filter(pl.col("metric_id").is_in(PEOPLE))
    assert people.height == len(PEOPLE) * len(world.span.months)
    within = pl.col("value").is_between(pl.col("most"), pl.col("sum_value"))
    assert people.filter(~within).is_empty()
