"""Without a shared event only rarity links, and only where chance would give next to nothing."""

from __future__ import annotations

import random
from datetime import date

import polars as pl
from frames import events, people, person, persons

from cls_pipeline.identity.link import link_people


def rare(numbering: str, number: int, **known: object) -> dict[str, object]:
    """Somebody with a birth month and district that nobody else has in the numbering."""
    born = date(1930 + number * 7 % 60, 1 + number % 12, 1)
    return person(numbering, f"{number}", birth_month=born, postcode_district=f"XA{number}", **known)


def town(size: int) -> list[dict[str, object]]:
    return [rare(numbering, number) for numbering in ("old", "new") for number in range(size)]


def linked(rows: list[dict[str, object]], previous: pl.DataFrame | None = None) -> pl.DataFrame:
    return link_people(people(*rows), events(), previous).links


def test_rare_people_are_linked_where_chance_would_give_none() -> None:
    links = linked(town(150))
    assert persons(links) == {frozenset({f"old/{n}", f"new/{n}"}) for n in range(150)}
    assert set(links["method"]) == {"demographic", "self"}


def test_a_few_rare_people_prove_nothing() -> None:
    assert set(linked(town(50))["method"]) == {"self"}


def test_somebody_of_whom_there_are_two_is_not_linked() -> None:
    twin = rare("new", 3) | {"person_id": "twin"}
    found = persons(linked([*town(150), twin]))
    assert frozenset({"old/3"}) in found
    assert frozenset({"old/4", "new/4"}) in found


def test_people_of_two_ethnic_groups_are_not_linked() -> None:
    rows = town(150)
    rows[0]["ethnicity"] = "asian_indian"
    assert frozenset({"old/0"}) in persons(linked(rows))


def test_people_are_not_linked_where_as_many_fit_by_chance() -> None:
    months = [date(1920 + month // 12, 1 + month % 12, 1) for month in range(900)]
    drawn = random.Random(1)
    rows = [
        person(numbering, str(number), birth_month=born)
        for numbering in ("old", "new")
        for number, born in enumerate(drawn.sample(months, 500))
    ]
    assert set(linked(rows)["method"]) == {"self"}


def test_such_a_link_is_undone_when_a_number_contradicts_it() -> None:
    first = linked(town(150))
    rows = town(150)
    rows[3]["national_id"], rows[153]["national_id"] = "n", "m"
    assert frozenset({"old/3"}) in persons(linked(rows, first))
