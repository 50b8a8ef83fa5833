"""What dates an event of a person, from literal records."""

from __future__ import annotations

from datetime import date

import polars as pl
from frames import events

from cls_pipeline.identity.happened import events_of, spans_of

DAY, END = date(2020, 3, 4), date(2020, 9, 1)
LINE = {"person_id": "7", "service_component": "home_support", "start_date": DAY, "end_date": END}


def test_a_line_that_pays_for_a_service_tells_of_the_service() -> None:
    told = events_of([("new", "cost_line", pl.DataFrame([LINE]))]).rows()
    assert told == [
        ("new", "7", "service", DAY, "home_support"),
        ("new", "7", "service end", END, "home_support"),
    ]


def test_a_service_and_the_line_that_pays_for_it_tell_the_same_event_once() -> None:
    told = events_of([("new", "service", pl.DataFrame([LINE])), ("new", "cost_line", pl.DataFrame([LINE]))])
    assert told.height == 2


def test_what_has_no_day_or_no_person_is_no_event() -> None:
    lines = [LINE | {"end_date": None}, LINE | {"person_id": None}]
    assert events_of([("new", "cost_line", pl.DataFrame(lines))])["entity"].to_list() == ["service"]


def test_to_die_is_no_record() -> None:
    told = events(("new", "1", "death", END, ""), ("new", "2", "death", END, ""), ("new", "2", "request", DAY, ""))
    assert spans_of(told).rows() == [("new", "2", DAY, DAY)]
