"""Counts by month and area on stretches small enough to count by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.sample.days import month_end
from cls_pipeline.sample.tally import Calendar, covered_until

CALENDAR = Calendar([date(2025, 1, 1), date(2025, 2, 1), date(2025, 3, 1)], ("north", "south"))
STRETCHES = pl.DataFrame(
    [
        (1, date(2024, 12, 1), date(2025, 1, 31), "north"),
        (1, date(2025, 1, 31), None, "south"),
        (2, date(2025, 1, 5), date(2025, 3, 31), "south"),
        (2, date(2025, 2, 1), date(2025, 2, 20), "south"),
        (2, date(2025, 2, 1), None, "north"),
        (3, date(2025, 3, 31), date(2025, 3, 31), "north"),
    ],
    schema=["person_number", "start", "end", "area"],
    orient="row",
)


def test_people_are_counted_once_in_the_place_and_once_in_each_area() -> None:
    assert CALENDAR.people_open_at_ends(STRETCHES, "start", "end").tolist() == [[2, 2, 2], [0, 1, 1], [2, 2, 1]]


def test_what_is_open_is_counted_by_weight() -> None:
    weight = np.array([1.0, 10.0, 100.0, 1000.0, 0.5, 7.0])
    assert CALENDAR.open_at_ends(STRETCHES, "start", "end", weight).tolist() == [
        [110, 110.5, 10.5],
        [0, 0.5, 0.5],
        [110, 110, 10],
    ]


def test_events_outside_the_months_or_without_a_date_are_not_counted() -> None:
    assert CALENDAR.counts(STRETCHES, "start").tolist() == [[2, 2, 1], [0, 1, 1], [2, 1, 0]]
    assert CALENDAR.counts(STRETCHES, "end").tolist() == [[1, 1, 2], [1, 0, 1], [0, 1, 1]]


days = st.dates(date(2024, 11, 1), date(2025, 4, 30))
stretches = st.lists(
    st.tuples(st.integers(1, 4), days, st.none() | days, st.sampled_from(["north", "south"])), min_size=1
)


@given(stretches)
def test_people_open_at_an_end_are_those_with_any_stretch_open(rows: list[tuple[int, date, date | None, str]]) -> None:
    kinds = {"person_number": pl.Int64, "start": pl.Date, "end": pl.Date, "area": pl.String}
    counted = CALENDAR.people_open_at_ends(pl.DataFrame(rows, schema=kinds, orient="row"), "start", "end")
    for column, month in enumerate(CALENDAR.months):
        day = month_end(month)
        open_then = {(who, area) for who, start, end, area in rows if start <= day and (end is None or end > day)}
        expected = [{who for who, _ in open_then}, *({w for w, a in open_then if a == area} for area in CALENDAR.areas)]
        assert counted[:, column].tolist() == [len(people) for people in expected]


def test_a_line_covers_its_last_day_unless_the_next_one_for_the_same_begins_on_it() -> None:
    lines = pl.DataFrame(
        [
            (1, "home", "weekly", date(2024, 4, 1), date(2025, 3, 31), date(2025, 4, 1)),
            (1, "meals", "weekly", date(2024, 4, 1), date(2025, 4, 1), date(2025, 4, 1)),
            (1, "meals", "weekly", date(2025, 4, 1), None, None),
            (1, "day", "weekly", date(2024, 4, 1), date(2025, 4, 2), date(2025, 4, 3)),
            (1, "day", "one_off", date(2025, 4, 2), date(2025, 4, 2), date(2025, 4, 3)),
            (2, "meals", "weekly", date(2025, 4, 1), date(2025, 4, 1), date(2025, 4, 2)),
        ],
        schema=["person_number", "service_component", "cost_frequency", "start_date", "end_date", "covered_until"],
        orient="row",
    )
    assert covered_until(lines).to_list() == lines["covered_until"].to_list()
