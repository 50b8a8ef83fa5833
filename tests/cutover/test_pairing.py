"""Which record is which: the surest first, one to one, never across people."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.cutover.pairing import FAR_DAYS, MOVED, NEAR, NEAR_DAYS, SAME, pair

DAY = date(2024, 5, 6)
NONE_ODD = pl.Series("day", [], dtype=pl.Date)
Row = tuple[str | None, date | None, str | None]


def side(*rows: Row) -> pl.DataFrame:
    schema = {"person_key": pl.String, "day": pl.Date, "code": pl.String}
    return pl.DataFrame(list(rows), schema=schema, orient="row").with_row_index("record")


def after(days: int) -> date:
    return DAY + timedelta(days=days)


def found(old: pl.DataFrame, new: pl.DataFrame, odd: pl.Series = NONE_ODD) -> set[tuple[int, int, str]]:
    return set(pair(old, new, odd).rows())


def test_the_same_day_of_the_same_person_is_one_event_whatever_the_code() -> None:
    assert found(side(("ann", DAY, "a")), side(("ann", DAY, "b"))) == {(0, 0, SAME)}


def test_of_two_on_one_day_the_same_code_is_taken() -> None:
    new = side(("ann", DAY, "b"), ("ann", DAY, "a"))
    assert found(side(("ann", DAY, "a"), ("ann", DAY, "b")), new) == {(0, 1, SAME), (1, 0, SAME)}


def test_a_day_within_three_is_near_and_the_fourth_is_not() -> None:
    assert found(side(("ann", DAY, "a")), side(("ann", after(3), "b"))) == {(0, 0, NEAR)}
    assert found(side(("ann", DAY, "a")), side(("ann", after(4), "b"))) == set()


def test_of_two_near_ones_the_same_code_is_taken_though_it_is_further() -> None:
    assert found(side(("ann", DAY, "a")), side(("ann", after(1), "b"), ("ann", after(3), "a"))) == {(0, 1, NEAR)}


def test_the_same_code_within_half_a_year_stands_on_another_day() -> None:
    assert found(side(("ann", DAY, "a")), side(("ann", after(FAR_DAYS), "a"))) == {(0, 0, MOVED)}
    assert found(side(("ann", DAY, "a")), side(("ann", after(FAR_DAYS + 1), "a"))) == set()
    assert found(side(("ann", DAY, "a")), side(("ann", after(60), "b"))) == set()
    assert found(side(("ann", DAY, None)), side(("ann", after(60), None))) == set()


def test_years_may_lie_between_where_a_day_is_no_true_one() -> None:
    old, new = side(("ann", DAY, "a")), side(("ann", after(900), "a"))
    assert found(old, new, pl.Series("day", [after(900)])) == {(0, 0, MOVED)}


def test_two_records_that_are_one_day_apart_are_two_events_of_one() -> None:
    assert found(side(("ann", DAY, "a")), side(("ann", DAY, "a"), ("ann", after(1), "a"))) == {(0, 0, SAME)}


def test_nobody_is_paired_with_somebody_else_or_with_nobody() -> None:
    assert found(side(("ann", DAY, "a")), side(("bob", DAY, "a"))) == set()
    assert found(side((None, DAY, "a")), side((None, DAY, "a"))) == set()
    assert found(side(("ann", None, "a")), side(("ann", None, "a"))) == set()


ROWS = st.lists(
    st.tuples(
        st.sampled_from(["ann", "bob", None]),
        st.one_of(st.none(), st.integers(0, 400).map(after)),
        st.sampled_from(["a", "b", None]),
    ),
    max_size=12,
)


@given(old=ROWS, new=ROWS)
@settings(deadline=None)
def test_pairs_are_one_to_one_of_one_person_and_as_far_apart_as_they_say(old: list[Row], new: list[Row]) -> None:
    pairs = pair(side(*old), side(*new), NONE_ODD)
    assert pairs["old"].is_unique().all() and pairs["new"].is_unique().all()
    for one, other, how in pairs.rows():
        (who, day, code), (whom, other_day, other_code) = old[one], new[other]
        assert who == whom is not None and day is not None and other_day is not None
        apart = abs((day - other_day).days)
        if how == SAME:
            assert apart == 0
        else:
            assert 0 < apart <= (NEAR_DAYS if how == NEAR else FAR_DAYS)
        if how == MOVED:
            assert code == other_code is not None


@given(rows=ROWS)
@settings(deadline=None)
def test_a_side_beside_itself_is_found_whole_on_the_same_days(rows: list[Row]) -> None:
    known = [row for row in rows if row[0] is not None and row[1] is not None]
    pairs = pair(side(*known), side(*known), NONE_ODD)
    assert (pairs.height, set(pairs["how"])) == (len(known), {SAME} if known else set())
