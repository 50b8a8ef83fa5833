"""A number joins two records unless the records themselves speak against it."""

from __future__ import annotations

from datetime import date

import pytest
from frames import events, merges, method_of, people, person, persons

from cls_pipeline.identity.link import Linked, link_people

DAY = date(2020, 3, 4)
OTHER_MONTH = date(1962, 9, 1)
ONE = {frozenset({"old/1", "new/7"})}
TWO = {frozenset({"old/1"}), frozenset({"new/7"})}


def linked(*rows: dict[str, object], **more: object) -> Linked:
    return link_people(people(*rows), events(), **more)  # type: ignore[arg-type]


def reasons(result: Linked) -> list[str]:
    return result.refused["reason"].to_list()


def test_a_shared_national_id_makes_one_person() -> None:
    result = linked(person("old", "1", national_id="n"), person("new", "7", national_id="n"))
    assert persons(result.links) == ONE
    assert sorted(result.links["method"]) == ["national_id", "self"]


def test_a_legacy_id_makes_one_person() -> None:
    result = linked(person("old", "1"), person("new", "7", legacy="1"))
    assert persons(result.links) == ONE
    assert sorted(result.links["method"]) == ["legacy_id", "self"]


def test_both_ids_are_told_as_both_and_are_surer_than_one() -> None:
    both = linked(person("old", "1", national_id="n"), person("new", "7", national_id="n", legacy="1"))
    one = linked(person("old", "1"), person("new", "7", legacy="1"))
    assert sorted(both.links["method"]) == ["both", "self"]
    assert both.links["confidence"].min() > one.links["confidence"].min()  # type: ignore[operator]


def test_equal_local_numbers_of_two_systems_are_nothing_in_common() -> None:
    assert persons(linked(person("old", "1"), person("new", "1")).links) == {frozenset({"old/1"}), frozenset({"new/1"})}


def test_a_legacy_id_is_a_number_of_its_own_numbering_only() -> None:
    rows = [person("old", "1"), person("older", "1"), person("new", "7", legacy="1")]
    assert frozenset({"old/1", "new/7"}) in persons(linked(*rows).links)


@pytest.mark.parametrize("number", [{"national_id": "n"}, {"legacy": "1"}])
def test_a_number_is_refused_where_birth_month_and_sex_both_differ(number: dict[str, str]) -> None:
    old = person("old", "1", national_id="n" if "national_id" in number else None)
    result = linked(old, person("new", "7", birth_month=OTHER_MONTH, sex="male", **number))
    assert persons(result.links) == TWO
    assert reasons(result) == ["birth month and sex differ"]


def test_a_legacy_id_is_refused_where_national_ids_differ() -> None:
    result = linked(person("old", "1", national_id="n"), person("new", "7", national_id="m", legacy="1"))
    assert persons(result.links) == TWO
    assert reasons(result) == ["national ids differ"]


def test_a_legacy_id_is_refused_where_the_birth_month_differs_and_nothing_else_speaks_for_it() -> None:
    result = linked(person("old", "1"), person("new", "7", legacy="1", birth_month=OTHER_MONTH))
    assert persons(result.links) == TWO
    assert reasons(result) == ["birth month differs and nothing else speaks for it"]


def test_a_shared_event_outweighs_a_mistaken_birth_month() -> None:
    rows = people(person("old", "1"), person("new", "7", legacy="1", birth_month=OTHER_MONTH))
    held = events(("old", "1", "review", DAY, "planned"), ("new", "7", "review", DAY, "planned"))
    assert persons(link_people(rows, held).links) == ONE


@pytest.mark.parametrize("unknown", [{"birth_month": None}, {"birth_month": date(1900, 1, 1)}, {"sex": "unknown"}])
def test_what_is_not_known_does_not_contradict(unknown: dict[str, object]) -> None:
    assert persons(linked(person("old", "1"), person("new", "7", legacy="1", **unknown)).links) == ONE


def test_where_the_legacy_id_says_one_person_and_the_national_id_another_the_national_id_holds() -> None:
    old = [person("old", "1", national_id="n"), person("old", "2")]
    result = linked(*old, person("new", "7", national_id="n", legacy="2"))
    assert persons(result.links) == {frozenset({"old/1", "new/7"}), frozenset({"old/2"})}
    assert reasons(result) == ["another person of the same numbering is already linked on stronger evidence"]


def test_a_national_id_that_many_share_joins_nobody_and_is_told() -> None:
    rows = [person("old", str(number), national_id="n") for number in range(4)]
    result = linked(*rows, person("new", "7", national_id="n"))
    assert len(persons(result.links)) == 5
    assert set(reasons(result)) == {"4 people of one numbering share this national id; more than 3 are not believed"}


def test_two_records_of_one_system_with_one_national_id_are_one_person() -> None:
    rows = [
        person("new", "7", national_id="n"),
        person("new", "8", national_id="n"),
        person("old", "1", national_id="n"),
    ]
    assert persons(linked(*rows).links) == {frozenset({"old/1", "new/7", "new/8"})}


def test_of_two_people_who_claim_one_legacy_id_alike_neither_is_believed() -> None:
    rows = [
        person("old", "1", birth_month=None),
        person("new", "7", legacy="1"),
        person("new", "8", legacy="1", sex=None),
    ]
    rows[1]["birth_month"], rows[2]["birth_month"] = OTHER_MONTH, date(1950, 2, 1)
    result = linked(*rows)
    assert len(persons(result.links)) == 3
    assert reasons(result) == ["claimed by two people alike"] * 2


def test_of_two_people_who_claim_one_legacy_id_the_one_who_fits_is_believed() -> None:
    rows = [
        person("old", "1"),
        person("new", "7", legacy="1"),
        person("new", "8", legacy="1", birth_month=None, sex=None),
    ]
    assert frozenset({"old/1", "new/7"}) in persons(linked(*rows).links)


def test_what_the_site_merged_is_one_person_whatever_the_records_say() -> None:
    rows = people(person("old", "1"), person("old", "2", birth_month=OTHER_MONTH, sex="male"))
    links = link_people(rows, events(), merges=merges(("old", "2", "1"))).links
    assert persons(links) == {frozenset({"old/1", "old/2"})}
    assert method_of(links, "old", "2") == "merge"


def test_a_legacy_id_of_a_number_that_was_merged_away_means_the_number_that_is_left() -> None:
    result = linked(person("old", "1"), person("new", "7", legacy="2"), merges=merges(("old", "2", "1")))
    assert persons(result.links) == ONE
