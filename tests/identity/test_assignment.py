"""A person has one partner in the other numbering, clearly the best, or none."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.identity.assignment import LINKED, STAYS, assign

SCHEMA = {"a": pl.UInt32, "b": pl.UInt32, "odds": pl.Float64}


def chosen(
    *scored: tuple[int, int, float], before: tuple[tuple[int, int], ...] = (), alone: float = 1.0
) -> list[tuple[int, int]]:
    last = pl.DataFrame(list(before), schema={"a": pl.UInt32, "b": pl.UInt32}, orient="row")
    return assign(pl.DataFrame(list(scored), schema=SCHEMA, orient="row"), alone, last).select("a", "b").rows()


def test_a_likely_pair_without_rival_is_linked() -> None:
    assert chosen((1, 11, 100.0)) == [(1, 11)]


def test_an_unlikely_pair_is_not_linked() -> None:
    assert chosen((1, 11, 5.0)) == []


def test_where_nearly_everybody_has_a_partner_less_is_enough() -> None:
    assert chosen((1, 11, 5.0), alone=0.1) == [(1, 11)]


def test_of_two_likely_partners_neither_is_taken() -> None:
    assert chosen((1, 11, 1e6), (1, 12, 1e6)) == []
    assert chosen((1, 11, 1e6), (2, 11, 1e6)) == []


def test_a_partner_far_ahead_of_the_second_is_taken() -> None:
    assert chosen((1, 11, 1e6), (1, 12, 1e3)) == [(1, 11)]


def test_a_pair_linked_last_night_stays_on_less() -> None:
    odds = (LINKED + STAYS) / 2 / (1 - (LINKED + STAYS) / 2)
    assert chosen((1, 11, odds)) == []
    assert chosen((1, 11, odds), before=((1, 11),)) == [(1, 11)]


def test_odds_beyond_any_number_are_still_odds() -> None:
    assert chosen((1, 11, float("inf")), (2, 12, 1.0)) == [(1, 11)]


@given(st.dictionaries(st.tuples(st.integers(0, 5), st.integers(10, 15)), st.floats(0, 1e9), max_size=30))
def test_nobody_is_linked_twice(scored: dict[tuple[int, int], float]) -> None:
    found = chosen(*((a, b, odds) for (a, b), odds in scored.items()), before=tuple(scored)[::2])
    assert len({a for a, _ in found}) == len({b for _, b in found}) == len(found)
