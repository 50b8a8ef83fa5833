"""Keys stay from night to night, and come back when people are parted again."""

from __future__ import annotations

from datetime import date

import polars as pl
from frames import events, key_of, merges, people, person

from cls_pipeline.identity.link import link_people

EARLY, LATE = date(2012, 1, 1), date(2021, 4, 1)
OLD = person("old", "1", first_seen=EARLY)
NEW = person("new", "7", legacy="1", first_seen=LATE)
ALONE = person("new", "7", first_seen=LATE)


def night(
    *rows: dict[str, object], previous: pl.DataFrame | None = None, joined: pl.DataFrame | None = None
) -> pl.DataFrame:
    return link_people(people(*rows), events(), previous, joined).links


def test_the_key_is_that_of_the_record_seen_earliest() -> None:
    links = night(OLD, NEW)
    assert key_of(links, "new", "7") == key_of(night(OLD), "old", "1")


def test_the_key_outlives_a_new_system() -> None:
    first = night(OLD)
    assert key_of(night(OLD, NEW, previous=first), "new", "7") == key_of(first, "old", "1")


def test_the_key_outlives_an_older_system_that_comes_to_be_known_later() -> None:
    first = night(ALONE)
    assert key_of(night(OLD, NEW, previous=first), "old", "1") == key_of(first, "new", "7")


def test_the_key_outlives_a_corrected_first_day() -> None:
    first = night(OLD, NEW)
    later = night(OLD | {"first_seen": date(2022, 1, 1)}, NEW, previous=first)
    assert key_of(later, "old", "1") == key_of(first, "old", "1")


def test_two_people_who_turn_out_to_be_one_take_the_key_of_the_elder_record() -> None:
    first = night(OLD, ALONE)
    joined = night(OLD, NEW, previous=first)
    assert set(joined["person_key"]) == {key_of(first, "old", "1")}


def test_parted_again_each_has_the_old_key() -> None:
    first = night(OLD, ALONE)
    joined = night(OLD, NEW, previous=first)
    assert night(OLD, ALONE, previous=joined).equals(first)


def test_people_whom_the_site_merged_and_parted_have_their_old_keys() -> None:
    rows = [OLD, person("old", "2", first_seen=LATE)]
    first = night(*rows)
    merged = night(*rows, previous=first, joined=merges(("old", "2", "1")))
    assert merged["person_key"].n_unique() == 1
    assert night(*rows, previous=merged).equals(first)


def test_the_key_outlives_the_record_that_gave_it_and_is_given_back() -> None:
    first = night(OLD, NEW)
    without = night(NEW, previous=first)
    assert key_of(without, "new", "7") == key_of(first, "old", "1")
    apart = night(person("old", "1", first_seen=EARLY), ALONE, previous=without)
    assert key_of(apart, "old", "1") == key_of(first, "old", "1")
    assert key_of(apart, "new", "7") != key_of(apart, "old", "1")


def test_a_key_is_never_that_of_two_people() -> None:
    first = night(OLD, NEW)
    without = night(NEW, previous=first)
    again = night(OLD | {"sex": "male", "birth_month": date(1980, 1, 1)}, NEW, previous=without)
    assert again["person_key"].n_unique() == 2
