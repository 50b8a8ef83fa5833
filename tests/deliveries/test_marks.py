"""Marks find a record again, whatever else its row holds, and lose no row whose record cannot be told."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.deliveries.marks import count, joined, of_rows, record_marks, untold, without

keys = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3) | st.none()), max_size=30)


def marks(rows: list[tuple[str, int | None]]) -> bytes:
    return record_marks(pl.DataFrame(rows, schema={"part": pl.String, "number": pl.Int64}, orient="row"))


@given(keys, keys)
def test_what_is_left_are_the_rows_whose_records_are_not_held(
    ours: list[tuple[str, int]], held: list[tuple[str, int]]
) -> None:
    left = [row for row in ours if row not in held or None in row]
    assert without(marks(ours), marks(held)) == marks(left)


@given(keys)
def test_a_delivery_holds_all_of_its_records_that_can_be_told(rows: list[tuple[str, int]]) -> None:
    assert count(without(marks(rows), marks(rows))) == sum(None in row for row in rows)
    assert without(marks(rows), marks(rows), untold_too=True) == b""


@given(keys)
def test_every_row_has_one_mark(rows: list[tuple[str, int]]) -> None:
    made = marks(rows)
    assert count(made) == len(rows)
    assert of_rows(made, range(len(rows))) == made
    assert count(joined([made, untold(2)])) == len(rows) + 2


@pytest.mark.parametrize(("one", "other"), [(("ab", 1), ("a", 1)), (("a", 11), ("a1", 1)), (("a", 1), ("a", 2))])
def test_two_records_have_two_marks(one: tuple[str, int], other: tuple[str, int]) -> None:
    assert marks([one]) != marks([other])


def test_a_mark_is_the_same_in_every_version_of_the_program() -> None:
    assert marks([("a", 1)]).hex() == "8181c16b4ad83cc1"
