"""Copies, bulk starts and days that are none, on literal records."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest

from cls_pipeline.conform.write import empty_frame
from cls_pipeline.cutover.events import bulk_days, events_table, match_events
from cls_pipeline.cutover.people import People, match_people
from cls_pipeline.cutover.sides import Side
from cls_pipeline.registry import Registry

DAY = date(2024, 5, 6)
BULK = date(2024, 6, 1)


def starts(day: date, people: int, since: int = 0) -> pl.DataFrame:
    return pl.DataFrame({"person_key": [f"p{n + since}" for n in range(people)], "day": [day] * people})


def usual(days: int, people: int = 2) -> pl.DataFrame:
    return pl.concat([starts(date(2024, 5, number + 1), people) for number in range(days)])


@pytest.mark.parametrize(
    ("before", "on_it", "is_bulk"),
    [(0, 21, True), (0, 20, False), (11, 21, False), (10, 21, True)],
)
def test_a_bulk_day_has_more_than_twenty_people_and_twice_as_many_as_before(
    before: int, on_it: int, is_bulk: bool
) -> None:
    old, new = (pl.concat([usual(20), starts(BULK, people)]) for people in (before, on_it))
    assert bulk_days(old, new).rows() == ([(BULK, on_it, before)] if is_bulk else [])


def test_a_busy_site_has_no_bulk_days_for_being_busy() -> None:
    assert bulk_days(usual(20, 30).clear(), usual(20, 30)).is_empty()


def test_a_placeholder_is_no_bulk_day() -> None:
    assert bulk_days(usual(20), pl.concat([usual(20), starts(date(1900, 1, 1), 50)])).is_empty()


def side(registry: Registry, as_of: date, *requests: dict[str, Any]) -> Side:
    """A side of a system in which two people have the same numbers as on the other."""
    frame = pl.DataFrame(
        [{"request_id": str(number)} | request for number, request in enumerate(requests)],
        schema_overrides={"route_of_access": pl.String, "event_outcome": pl.String},
    )
    whole = pl.concat([empty_frame(registry.contracts["request"]), frame], how="diagonal_relaxed")
    return Side(registry.systems["alder_case_4"], "alder_case_4", as_of, {"request": whole})


def request(person: str, day: date, outcome: str = "nfa_other", route: str = "community_other") -> dict[str, Any]:
    return {"person_id": person, "request_date": day, "event_outcome": outcome, "route_of_access": route}


def counted(registry: Registry, old: Side, new: Side) -> dict[str, Any]:
    people: People = match_people(old, new)
    events = match_events("request", old, new, people, registry)
    return events_table([events], people, old.as_of).row(0, named=True)


def test_each_record_is_counted_once_as_what_it_is(registry: Registry) -> None:
    april, may, june = date(2024, 4, 1), date(2024, 5, 1), date(2024, 6, 1)
    old = side(
        registry, may,
        request("ann", april), request("ann", date(2024, 2, 1)), request("bob", april),
        request("cat", april), request("ann", date(2020, 1, 1), route="prison"),
    )  # fmt: skip
    new = side(
        registry, june,
        request("ann", april), request("ann", date(2024, 2, 3)), request("bob", date(2024, 4, 20)),
        request("bob", date(2022, 1, 1), route="self_funder"), request("bob", june, route="prison"),
        request("ann", april),
    )  # fmt: skip
    assert counted(registry, old, new) == {
        "entity": "request", "old": 5, "same_day": 1, "near": 1, "moved": 1, "missing": 2, "missing_known": 1,
        "new": 1, "later": 1, "twice_old": 0, "twice_new": 1, "placeholders_old": 0, "placeholders_new": 0,
    }  # fmt: skip


def test_a_true_day_that_became_a_placeholder_is_the_same_event_on_another_day(registry: Registry) -> None:
    old, new = (side(registry, DAY, request("ann", day)) for day in (date(2019, 3, 4), date(1900, 1, 1)))
    found = counted(registry, old, new)
    assert (found["moved"], found["missing"], found["placeholders_new"]) == (1, 0, 1)


def test_what_came_after_a_trial_export_older_than_the_delivery_is_not_missed(registry: Registry) -> None:
    old = side(registry, date(2024, 6, 1), request("ann", DAY), request("ann", date(2024, 5, 20)))
    new = side(registry, date(2024, 5, 15), request("ann", DAY))
    found = counted(registry, old, new)
    assert (found["old"], found["missing"]) == (1, 0)
