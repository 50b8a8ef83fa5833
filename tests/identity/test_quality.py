"""Precision and recall on invented towns whose truth is known. Seeds differ from those on which rates were chosen."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest
from scoring import Score, pairs, score
from town import Made, Town, make_town

from cls_pipeline.identity.link import link_people

SEEDS = (101, 102, 103)


def links_of(made: Made) -> pl.DataFrame:
    return link_people(made.people, made.events).links


def with_shared_number(made: Made) -> pl.DataFrame:
    """True pairs that share a national id, or of which one carries a legacy id."""
    true, numbers = (
        pairs(made.truth, "person"),
        made.people.select("numbering", "person_id", "national_id", "legacy_person_id"),
    )
    both = true.join(numbers, left_on=["n_a", "p_a"], right_on=["numbering", "person_id"])
    both = both.join(numbers, left_on=["n_b", "p_b"], right_on=["numbering", "person_id"], suffix="_b")
    national = (pl.col("national_id") == pl.col("national_id_b")) & (pl.col("national_id") != "placeholder")
    legacy = pl.col("legacy_person_id").is_not_null() | pl.col("legacy_person_id_b").is_not_null()
    return both.filter(national.fill_null(False) | legacy).select(true.columns)


def with_shared_event(made: Made) -> pl.DataFrame:
    """True pairs of which both systems hold an event of the same day and code."""
    true, held = pairs(made.truth, "person"), made.events
    ours = true.join(held, left_on=["n_a", "p_a"], right_on=["numbering", "person_id"])
    keys = ["entity", "event_date", "code"]
    met = ours.join(held, left_on=["n_b", "p_b", *keys], right_on=["numbering", "person_id", *keys], how="semi")
    return met.select(true.columns).unique()


def total(scores: list[Score]) -> Score:
    return Score(sum(s.true for s in scores), sum(s.linked for s in scores), sum(s.right for s in scores))


@pytest.mark.parametrize("history", ["all", "open"])
def test_people_with_a_shared_number_are_linked(history: str) -> None:
    towns = [make_town(Town(seed=seed, history=history)) for seed in SEEDS]  # type: ignore[arg-type]
    found = [(made, links_of(made)) for made in towns]
    assert total([score(links, made.truth) for made, links in found]).precision >= 0.999
    recall = total([score(links, made.truth, with_shared_number(made)) for made, links in found]).recall
    assert recall >= 0.99


@pytest.mark.parametrize(
    "town",
    [
        Town(history="all"),
        Town(history="open"),
        Town(history="all", recoded=True),
        Town(history="none", parallel_days=90, people=6000),
    ],
    ids=["all was migrated", "open cases were migrated", "codes were merged", "ran in parallel"],
)
def test_people_without_a_shared_number_are_linked_by_shared_events(town: Town) -> None:
    found = []
    for seed in SEEDS[:2]:
        made = make_town(replace(town, seed=seed, national_known=0.0, legacy_known=0.0))
        links = links_of(made)
        found.append((score(links, made.truth), score(links, made.truth, with_shared_event(made))))
    assert total([everyone for everyone, _ in found]).precision >= 0.99
    assert total([met for _, met in found]).recall >= 0.85


@pytest.mark.parametrize("column", ["sex", "postcode_district", "ethnicity"])
def test_a_column_that_the_new_system_lost_does_not_stop_linking(column: str) -> None:
    made = make_town(Town(seed=101, people=2000, national_known=0.0, legacy_known=0.0))
    old = pl.col("numbering") == "old"
    lost = made.people.with_columns(pl.when(old).then(pl.col(column)).alias(column))
    found = score(link_people(lost, made.events).links, made.truth)
    assert found.precision >= 0.99
    assert found.recall >= 0.85


def test_where_the_systems_have_no_event_in_common_only_the_rare_are_linked_and_rarely_wrongly() -> None:
    made = make_town(Town(seed=101, people=9000, history="none", national_known=0.0, legacy_known=0.0, districts=60))
    links = links_of(made)
    assert set(links["method"]) <= {"self", "demographic", "twice"}
    assert score(links, made.truth).precision >= 0.9


def test_strangers_in_two_systems_are_not_linked() -> None:
    made = make_town(Town(seed=101, people=6000, history="open", national_known=0.0, legacy_known=0.0))
    numbers = made.people.join(made.truth, on=["numbering", "person_id"])
    keep = (pl.col("numbering") == "old") == (pl.col("person") % 2 == 0)
    apart = numbers.filter(keep).drop("person")
    links = link_people(apart, made.events).links
    assert score(links, made.truth).linked == 0


def test_where_half_of_the_partners_are_missing_those_who_are_left_are_not_linked_to_others() -> None:
    made = make_town(Town(seed=101, people=6000, national_known=0.0, legacy_known=0.0))
    numbers = made.people.join(made.truth, on=["numbering", "person_id"])
    kept = numbers.filter((pl.col("numbering") == "new") | (pl.col("person") % 2 == 0)).drop("person")
    truth = made.truth.join(kept, on=["numbering", "person_id"], how="semi")
    found = score(link_people(kept, made.events).links, truth)
    assert found.precision >= 0.99
    assert found.recall >= 0.85


def test_the_same_town_gives_the_same_links_on_the_next_night_and_in_any_order() -> None:
    made = make_town(Town(seed=101, people=1500, history="open", national_known=0.5, legacy_known=0.5))
    first = link_people(made.people, made.events)
    again = link_people(made.people.reverse(), made.events.reverse(), first.links)
    assert again.links.equals(first.links)
    assert again.refused.equals(first.refused)


def test_a_link_on_likeness_is_undone_when_numbers_contradict_it() -> None:
    made = make_town(Town(seed=101, people=1500, national_known=0.0, legacy_known=0.0))
    first = link_people(made.people, made.events).links
    linked = first.filter(method="probabilistic").row(0, named=True)
    here = (pl.col("numbering") == linked["numbering"]) & (pl.col("person_id") == linked["person_id"])
    there = pl.col("numbering") == linked["linked_to_numbering"]
    there &= pl.col("person_id") == linked["linked_to_person_id"]
    number = pl.when(here).then(pl.lit("n")).when(there).then(pl.lit("m"))
    known = made.people.with_columns(national_id=number)
    result = link_people(known, made.events, first)
    assert result.links.filter(here)["method"].to_list() == ["self"]
    assert result.refused["reason"].to_list() == ["national ids differ"]
