"""What holds of links whatever people come."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import polars as pl
from frames import USUAL, events, people
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.identity.link import Linked, link_people

Rows = list[dict[str, object]]

few = st.sampled_from
rows = st.fixed_dictionaries(
    {
        "numbering": few(["a", "b", "c"]),
        "person_id": few(["1", "2", "3", "4"]),
        "national_id": few([None, None, "m", "n"]),
        "legacy_numbering": few(["a", "b"]),
        "legacy_person_id": few([None, "1", "2", "3"]),
        "birth_month": few([None, date(1940, 1, 1), date(1940, 1, 1), date(1950, 6, 1)]),
        "sex": few([None, "female", "female", "male"]),
        "first_seen": few([None, date(2012, 1, 1), date(2020, 1, 1)]),
    }
)
frames = st.lists(rows, min_size=1, max_size=12, unique_by=lambda row: (row["numbering"], row["person_id"]))
quick = settings(max_examples=25, deadline=None)


def link(made: Rows, previous: pl.DataFrame | None = None) -> Linked:
    return link_people(people(*(USUAL | row for row in made)), events(), previous)


def groups(links: pl.DataFrame) -> list[list[tuple[str, str]]]:
    named = links.with_columns(pl.concat_list("numbering", "person_id").alias("record"))
    return [[tuple(r) for r in group] for group in named.group_by("person_key").agg("record")["record"].to_list()]


@quick
@given(frames)
def test_everybody_has_one_row(made: Rows) -> None:
    links = link(made).links
    assert links.select("numbering", "person_id").rows() == sorted((r["numbering"], r["person_id"]) for r in made)


@quick
@given(frames)
def test_a_person_has_one_record_in_a_numbering_or_one_national_id(made: Rows) -> None:
    national = {(r["numbering"], r["person_id"]): r["national_id"] for r in made}
    for group in groups(link(made).links):
        for one, other in combinations(group, 2):
            assert one[0] != other[0] or (national[one] is not None and national[one] == national[other])


@quick
@given(frames)
def test_a_person_has_one_national_id_at_most(made: Rows) -> None:
    national = {(r["numbering"], r["person_id"]): r["national_id"] for r in made}
    for group in groups(link(made).links):
        assert len({national[record] for record in group} - {None}) <= 1


@quick
@given(frames)
def test_a_person_does_not_differ_from_itself_in_birth_month_and_sex(made: Rows) -> None:
    about = {(r["numbering"], r["person_id"]): (r["birth_month"], r["sex"]) for r in made}
    for group in groups(link(made).links):
        for one, other in combinations(group, 2):
            values = [*about[one], *about[other]]
            assert None in values or values[0] == values[2] or values[1] == values[3]


@quick
@given(frames)
def test_every_record_hangs_on_one_of_the_same_person_or_gives_the_key(made: Rows) -> None:
    links = link(made).links
    key = {row[:2]: row[2] for row in links.select("numbering", "person_id", "person_key").rows()}
    for row in links.iter_rows(named=True):
        to = (row["linked_to_numbering"], row["linked_to_person_id"])
        assert row["method"] == "self" if to == (None, None) else key[to] == row["person_key"]
    assert links.filter(method="self").height == links["person_key"].n_unique()


@quick
@given(frames)
def test_the_same_input_gives_the_same_links_on_the_next_night(made: Rows) -> None:
    first = link(made)
    again = link(made, first.links)
    assert again.links.equals(first.links)
    assert again.refused.equals(first.refused)


@quick
@given(frames.flatmap(lambda made: st.tuples(st.just(made), st.permutations(made))))
def test_the_order_of_rows_does_not_matter(both: tuple[Rows, Rows]) -> None:
    assert link(both[0]).links.equals(link(both[1]).links)


@quick
@given(frames, st.integers(0, 12))
def test_a_key_outlives_whoever_comes_later(made: Rows, known: int) -> None:
    first = link(made[:known]).links if made[:known] else None
    later = link(made, first).links
    before = dict(zip(_ids(first), first["person_key"], strict=True)) if first is not None else {}
    after = dict(zip(_ids(later), later["person_key"], strict=True))
    for group in groups(later):
        old = [record for record in group if record in before]
        whole = all(record in group for record in before if any(before[record] == before[other] for other in old))
        if old and whole:
            assert after[old[0]] in {before[record] for record in old}


@quick
@given(frames, frames)
def test_no_key_is_given_to_two_persons_over_nights(one: Rows, other: Rows) -> None:
    links = link(one, link(other, link(one).links).links).links
    assert links.filter(method="self").height == links["person_key"].n_unique()


@quick
@given(frames)
def test_after_an_evening_apart_everybody_has_their_keys_back(made: Rows) -> None:
    first = link(made).links
    apart = [row | {"national_id": None, "legacy_person_id": None} for row in made]
    assert link(made, link(apart, first).links).links.equals(first)


def _ids(links: pl.DataFrame) -> list[tuple[str, str]]:
    return links.select("numbering", "person_id").rows()
