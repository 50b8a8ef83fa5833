"""Joins hold transitively, and never against what a person can be."""

from __future__ import annotations

from datetime import date

import polars as pl
from frames import events, people, person, persons

from cls_pipeline.identity.link import link_people


def linked(*rows: dict[str, object]) -> pl.DataFrame:
    return link_people(people(*rows), events()).links


def after(numbering: str, person_id: str, legacy_numbering: str, legacy: str, **known: object) -> dict[str, object]:
    return person(numbering, person_id, legacy_numbering=legacy_numbering, legacy_person_id=legacy, **known)


def test_a_chain_of_systems_is_one_person() -> None:
    links = linked(person("a", "1"), after("b", "2", "a", "1"), after("c", "3", "b", "2"))
    assert persons(links) == {frozenset({"a/1", "b/2", "c/3"})}


def test_a_chain_does_not_join_two_national_ids() -> None:
    rows = [person("a", "1", national_id="n"), after("b", "2", "a", "1"), after("c", "3", "b", "2", national_id="m")]
    assert len(persons(linked(*rows))) == 2


def test_a_chain_does_not_join_two_people_of_one_system() -> None:
    rows = [person("a", "1"), after("b", "2", "a", "1"), after("c", "3", "a", "1"), after("b", "4", "c", "3")]
    found = persons(linked(*rows))
    assert not any({"b/2", "b/4"} <= group for group in found)


def test_a_chain_does_not_join_people_who_differ_in_birth_month_and_sex() -> None:
    unknown = {"birth_month": None, "sex": None}
    rows = [person("a", "1"), after("b", "2", "a", "1", **unknown)]
    rows.append(after("c", "3", "b", "2", birth_month=date(1962, 9, 1), sex="male"))
    assert not any({"a/1", "c/3"} <= group for group in persons(linked(*rows)))


def test_everybody_has_one_row_in_order_and_says_to_whom_they_are_joined() -> None:
    links = linked(person("new", "7", legacy="1", first_seen=date(2021, 4, 1)), person("old", "1"), person("old", "2"))
    told = links.select("numbering", "person_id", "method", "linked_to_numbering", "linked_to_person_id").rows()
    assert told == [
        ("new", "7", "legacy_id", "old", "1"),
        ("old", "1", "self", None, None),
        ("old", "2", "self", None, None),
    ]
