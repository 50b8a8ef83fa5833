"""Without a shared event only likeness links, and only where chance would give next to nothing."""

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


def test_a_single_rare_person_proves_nothing() -> None:
    one, other = town(150)[0], town(150)[150]
    rest = [rare("old", number) for number in range(1, 75)] + [rare("new", number) for number in range(75, 150)]
    assert set(linked([one, other, *rest])["method"]) == {"self"}


def test_somebody_of_whom_there_are_two_is_not_linked() -> None:
    twin = rare("new", 3) | {"person_id": "twin"}
    found = persons(linked([*town(150), twin]))
    assert frozenset({"old/3"}) in found
    assert frozenset({"old/4", "new/4"}) in found


def test_of_two_who_are_alike_the_one_of_another_ethnic_group_is_not_taken() -> None:
    groups = ("white_british", "asian_indian")
    rows = [row | {"ethnicity": groups[number % 2]} for number, row in enumerate(town(150))]
    other = rare("new", 3, ethnicity=groups[0]) | {"person_id": "other"}
    assert frozenset({"old/3", "new/3"}) in persons(linked([*rows, other]))


def test_people_with_two_national_numbers_are_no_rivals() -> None:
    rows = town(150)
    rows[3]["national_id"] = "n"
    other = rare("new", 3, national_id="m") | {"person_id": "other"}
    assert frozenset({"old/3", "new/3"}) in persons(linked([*rows, other]))


def test_somebody_recorded_after_the_death_is_not_taken() -> None:
    rows = town(150)
    rows[3]["death_date"] = date(2018, 5, 4)
    seen = [(str(row["numbering"]), str(row["person_id"]), date(2019, 1, 1)) for row in rows if row["person_id"] == "3"]
    known = people(*rows).with_columns(
        last_seen=pl.when((pl.col("numbering") == seen[1][0]) & (pl.col("person_id") == "3")).then(seen[1][2])
    )
    assert frozenset({"old/3"}) in persons(link_people(known, events()).links)


def test_somebody_entered_again_of_whom_nothing_is_on_record_is_the_one_like_them() -> None:
    rows = [rare("old", number) for number in range(150)]
    again = [rare("old", number, first_seen=None) | {"person_id": f"again {number}"} for number in range(20)]
    links = linked([*rows, *again])
    assert {frozenset({f"old/{n}", f"old/again {n}"}) for n in range(20)} <= persons(links)
    assert set(links["method"]) == {"self", "twice"}


def test_somebody_like_another_of_whom_something_is_on_record_stays_another() -> None:
    rows = [rare("old", number) for number in range(150)]
    alike = [rare("old", number) | {"person_id": f"alike {number}"} for number in range(20)]
    assert set(linked([*rows, *alike])["method"]) == {"self"}


def test_no_more_links_are_wrong_than_their_confidence_says() -> None:
    """Half of the new people are the old ones, in a town in which chance gives rivals."""
    drawn = random.Random(7)
    kinds = [(date(1920 + drawn.randrange(60), 1 + drawn.randrange(12), 1), drawn.randrange(40)) for _ in range(2400)]
    rows = [
        person(numbering, str(number), birth_month=kinds[number][0], postcode_district=f"XA{kinds[number][1]}")
        for numbering, first in (("old", 0), ("new", 800))
        for number in range(first, first + 1600)
    ]
    links = linked(rows).filter(method="demographic")
    wrong = links.filter(pl.col("person_id") != pl.col("linked_to_person_id")).height
    expected = (1 - links["confidence"]).sum()
    assert links.height >= 200
    assert wrong <= expected + 3 * expected**0.5


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
