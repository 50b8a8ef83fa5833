"""Events in common are counted by kind and day, a bulk of them says nothing, and so do strangers' coincidences."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from frames import events, people, person

from cls_pipeline.identity.dated import coincidences, prepare_events
from cls_pipeline.identity.records import prepare

DAY = date(2020, 3, 4)
EVENT = ("request", DAY, "c1")


def shared(ours: list[tuple[str, date, str]], theirs: list[tuple[str, date, str]], **known: object) -> list[int]:
    """The level that one pair reaches, if any."""
    who = prepare(people(person("old", "1"), person("new", "7", **known)))
    rows = [("old", "1", *event) for event in ours] + [("new", "7", *event) for event in theirs]
    dated = prepare_events(events(*rows), who)
    left, right = (who.filter(numbering=name) for name in ("old", "new"))
    return coincidences(left, right, dated).pairs["shared"].to_list()


def later(days: int, code: str = "c1", entity: str = "request") -> tuple[str, date, str]:
    return (entity, DAY + timedelta(days=days), code)


@pytest.mark.parametrize(
    ("theirs", "level"),
    [
        ([EVENT], [2]),
        ([later(3)], [1]),
        ([later(-3)], [1]),
        ([later(4)], []),
        ([later(0, code="c2")], [1]),
        ([later(1, code="c2")], []),
        ([later(0, entity="review")], []),
        ([EVENT, later(1)], [2]),
    ],
)
def test_one_event_is_shared_on_its_day_less_surely_on_days_around_or_under_another_code(
    theirs: list[tuple[str, date, str]], level: list[int]
) -> None:
    assert shared([EVENT], theirs) == level


def test_more_events_in_common_reach_a_higher_level() -> None:
    many = [EVENT, later(20), later(60), later(200)]
    assert [shared(many[:n], many[:n]) for n in (1, 2, 3, 4)] == [[2], [3], [4], [4]]


def test_in_years_before_parallel_running_only_the_very_day_counts() -> None:
    since = later(1000)
    assert shared([EVENT, since], [later(2), since]) == [2]


def test_deaths_far_apart_rule_a_pair_out() -> None:
    who = prepare(people(person("old", "1", death_date=DAY), person("new", "7", death_date=date(2022, 1, 1))))
    dated = prepare_events(events(("old", "1", *EVENT), ("new", "7", *EVENT)), who)
    assert coincidences(who.filter(numbering="old"), who.filter(numbering="new"), dated).pairs.is_empty()


def test_a_bulk_of_starts_on_one_day_is_left_out() -> None:
    size = 300
    who = prepare(people(*(person("old", str(n)) for n in range(size))))
    usual = [("old", str(n), "service", DAY + timedelta(days=n), "c1") for n in range(size)]
    bulk = [("old", str(n), "service", date(2022, 4, 1), "c1") for n in range(size)]
    assert prepare_events(events(*usual, *bulk), who).height == size


def test_the_coincidences_of_strangers_are_counted() -> None:
    old = [person("old", str(n), sex="female", birth_month=date(1940, 1, 1)) for n in range(10)]
    new = [person("new", str(n), sex="male", birth_month=date(1950, 1, 1)) for n in range(10)]
    who = prepare(people(*old, *new))
    rows = [("old", str(n), *later(n)) for n in range(10)] + [("new", str(n), *later(1000 * n)) for n in range(10)]
    chance = coincidences(
        who.filter(numbering="old"), who.filter(numbering="new"), prepare_events(events(*rows), who)
    ).chance
    assert chance[2] == pytest.approx(1.5 / 100, rel=1e-4)
    assert sum(chance) == pytest.approx(1)
