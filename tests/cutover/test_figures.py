"""The figures of the programme on literal events, and the months that both sides hold."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.cutover.events import Events
from cls_pipeline.cutover.figures import figures_table, median_days, months_of_both, waiting
from cls_pipeline.cutover.pairing import PAIRS
from cls_pipeline.registry import Registry

LEADS = ["progress_assessment"]


def requests(*rows: tuple[str, date, str | None]) -> pl.DataFrame:
    return pl.DataFrame(
        list(rows), schema={"person_key": pl.String, "day": pl.Date, "event_outcome": pl.String}, orient="row"
    )


def assessments(*rows: tuple[str, date]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema={"person_key": pl.String, "day": pl.Date}, orient="row")


def june(day: int) -> date:
    return date(2024, 6, day)


def both(old: pl.DataFrame, new: pl.DataFrame, entity: str = "request") -> Events:
    none = pl.DataFrame(schema={"day": pl.Date, "new": pl.UInt32, "old": pl.UInt32})
    return Events(entity, old, new, 0, 0, pl.DataFrame(schema=PAIRS), none)


def test_somebody_waits_from_a_request_that_leads_to_an_assessment_until_one_starts() -> None:
    asked = requests(
        ("waits", june(3), "progress_assessment"),
        ("asked for advice", june(3), "nfa_information_advice"),
        ("was assessed", june(3), "progress_assessment"),
        ("was assessed at once", june(3), "progress_assessment"),
        ("asks again", june(3), "progress_assessment"),
        ("asks again", june(20), "progress_assessment"),
        ("asks later", date(2024, 7, 2), "progress_assessment"),
    )
    done = assessments(
        ("waits", june(1)), ("was assessed", june(9)), ("was assessed at once", june(3)), ("asks again", june(9)),
        ("waits", date(2024, 7, 1)),
    )  # fmt: skip
    assert sorted(waiting(asked, done, june(30), LEADS)["person_key"]) == ["asks again", "waits"]


def test_an_assessment_answers_the_latest_request_that_no_earlier_one_answered() -> None:
    asked = requests(
        ("ann", june(1), "progress_assessment"), ("ann", june(5), "progress_assessment"),
        ("bob", june(1), "progress_assessment"), ("cat", june(2), "nfa_other"),
    )  # fmt: skip
    done = assessments(
        ("ann", june(11)), ("ann", june(25)), ("ann", june(11)),  # the second answers nothing, the third is the first
        ("bob", june(3)), ("cat", june(20)), ("ann", date(2024, 7, 3)),
    )  # fmt: skip
    assert median_days(asked, done, june(1), LEADS) == 4.0  # of 6 and 2
    assert median_days(asked, done, date(2024, 7, 1), LEADS) is None


def test_months_are_those_that_both_hold_whole_until_the_last_day_of_which_both_can_tell() -> None:
    old = requests(("ann", date(2023, 1, 2), None), ("ann", date(1900, 1, 1), None))
    new = requests(("ann", date(2024, 3, 7), None))
    assert months_of_both([both(old, new)], june(30)) == [date(2024, month, 1) for month in (3, 4, 5, 6)]
    assert months_of_both([both(old, new)], june(29)) == [date(2024, month, 1) for month in (3, 4, 5)]
    later = requests(("ann", date(2024, 3, 8), None))
    assert months_of_both([both(old, later)], june(29)) == [date(2024, 4, 1), date(2024, 5, 1)]
    assert months_of_both([both(old, requests())], june(30)) == []


def test_no_more_than_six_months_are_told() -> None:
    held = requests(("ann", date(2020, 1, 1), None))
    assert months_of_both([both(held, held)], june(30))[0] == date(2024, 1, 1)


def test_a_figure_that_differs_by_more_than_three_per_cent_is_marked(registry: Registry) -> None:
    old = requests(
        ("first", date(2024, 5, 1), None), *[("ann", june(day), "nfa_information_advice") for day in range(1, 29)]
    )
    one_less = old.filter(pl.col("day") != june(28))
    table = figures_table({"request": both(old, one_less)}, june(30), june(30), registry)
    row = table.row(
        by_predicate=(pl.col("metric_id") == "requests_received") & (pl.col("period") == "2024-06"), named=True
    )
    assert (row["old"], row["new"], row["change"], row["moves"]) == (28.0, 27.0, pytest.approx(-1 / 28), True)
    resolved = table.filter(pl.col("metric_id") == "requests_resolved_at_first_contact", pl.col("period") == "2024-06")
    assert resolved.select("old", "new", "moves").row(0) == (100.0, 100.0, False)


def test_a_figure_that_only_one_side_has_is_marked_without_a_change(registry: Registry) -> None:
    old = requests(("first", date(2024, 5, 1), None), ("ann", june(3), "nfa_other"))
    new = requests(("first", date(2024, 5, 1), None), ("ann", june(3), None))
    table = figures_table({"request": both(old, new)}, june(30), june(30), registry)
    resolved = table.filter(pl.col("metric_id") == "requests_resolved_at_first_contact", pl.col("period") == "2024-06")
    assert resolved.select("old", "new", "change", "moves").row(0) == (0.0, None, None, True)
