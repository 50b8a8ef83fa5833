"""What differs from the last delivery is told, and an alarm given where it is beyond what happens by itself."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from programme import alder

from cls_pipeline.comparing.changes import Comparison
from cls_pipeline.comparing.since_last import since_last
from cls_pipeline.comparing.summary import Summary, TableCounts
from cls_pipeline.registry import SystemProfile
from tests.comparing.held import outcomes, summary, table, told

LAST, NOW = date(2024, 4, 30), date(2024, 5, 31)


def profile(**changes: Any) -> SystemProfile:
    return SystemProfile.model_validate(alder(**changes))


def compared(last: TableCounts, now: TableCounts, **changes: Any) -> Comparison:
    return since_last(summary(now, day=NOW), [summary(last, day=LAST)], profile(**changes), 0.05)


def test_without_an_earlier_delivery_there_is_nothing_to_compare_with() -> None:
    comparison = since_last(summary(table()), [], profile(), 0.05)
    assert (comparison.against, comparison.changes) == ("", ())


def test_it_says_with_which_delivery_it_compares() -> None:
    assert compared(table(), table()).against == "the delivery of 30 April 2024"


@pytest.mark.parametrize(
    ("before", "now", "alarm"), [(200, 189, True), (200, 190, False), (200, 400, False), (99, 10, False)]
)
def test_rows_that_fall_by_more_than_the_threshold_are_an_alarm_unless_they_are_few(
    before: int, now: int, alarm: bool
) -> None:
    comparison = compared(table(before, months={}, people=None), table(now, months={}, people=None))
    assert told(comparison) == [("rows", "", before, now, alarm)]


def test_people_that_fall_while_rows_do_not_are_an_alarm() -> None:
    assert told(compared(table(), table(people=150))) == [("people", "", 200, 150, True)]


def test_the_threshold_is_the_senders_own() -> None:
    last, now = summary(table(200), day=LAST), summary(table(150), day=NOW)
    assert since_last(now, [last], profile(), 0.05).alarms
    assert not since_last(now, [last], profile(), 0.30).alarms


def test_a_month_before_the_last_deliverys_own_that_differs_is_restated_and_a_later_one_is_only_new() -> None:
    last = table(months={"2024-02": 100, "2024-03": 100, "2024-04": 40})
    now = table(months={"2024-02": 100, "2024-03": 99, "2024-04": 90, "2024-05": 30})
    comparison = compared(last, now)
    assert told(comparison) == [("months restated", "2024-03", 100, 99, False)]
    assert comparison.restated == {"contacts": {"2024-03": (100, 99)}}


def test_a_restated_month_that_lost_more_than_the_threshold_is_an_alarm() -> None:
    last, now = table(months={"2024-01": 100, "2024-02": 100}), table(months={"2024-01": 90, "2024-02": 110})
    assert told(compared(last, now)) == [
        ("month", "2024-01", 100, 90, True),
        ("months restated", "2 months, 2024-01 to 2024-02", 200, 200, False),
    ]


def test_of_a_period_only_months_in_both_spans_are_compared() -> None:
    last = table(months={"2023-05": 100, "2023-06": 100, "2024-03": 100})
    now = table(months={"2023-05": 20, "2023-06": 100, "2024-03": 100})
    assert told(compared(last, now, coverage="period", period_months=12)) == []
    assert [kind for kind, *_ in told(compared(last, now))] == ["month", "months restated"]


def test_a_period_holds_other_records_and_may_hold_fewer_by_chance() -> None:
    period: dict[str, Any] = {"coverage": "period", "period_months": 12}
    last, now = table(134, months={}, people=None), table(119, months={}, people=None)
    assert not compared(last, now, **period).alarms
    assert compared(last, now).alarms
    assert compared(last, table(60, months={}, people=None), **period).alarms


def test_a_column_that_went_is_an_alarm_and_one_that_came_is_told() -> None:
    comparison = compared(table(), table(columns=("ContactID", "Result")))
    assert told(comparison) == [("column", "Outcome", 1, 0, True), ("column", "Result", 0, 1, False)]


def test_a_table_that_is_left_out_is_an_alarm_and_one_that_could_not_be_read_is_not() -> None:
    last, now = summary(table(), day=LAST), summary(day=NOW)
    assert told(since_last(now, [last], profile(), 0.05)) == [("table", "", 200, 0, True)]
    unread = now.model_copy(update={"unread": ("contacts",)})
    assert told(since_last(unread, [last], profile(), 0.05)) == []


def test_where_a_header_is_not_as_expected_only_rows_and_columns_are_compared() -> None:
    header = TableCounts(table="contacts", entity="request", rows=200, columns=("ContactID",))
    assert told(compared(table(), header)) == [("column", "Outcome", 1, 0, True)]


def test_a_common_code_that_is_gone_and_one_that_is_new_are_alarms_by_the_senders_column() -> None:
    comparison = compared(outcomes(advice=150, support=50), outcomes(advice=150, other=50))
    assert told(comparison) == [("code gone", "support", 50, 0, True), ("code new", "other", 0, 50, True)]
    assert {change.column for change in comparison.changes} == {"Outcome"}


def test_a_rare_code_that_is_gone_is_no_alarm() -> None:
    assert not compared(outcomes(advice=1000, support=8), outcomes(advice=1008)).alarms


def test_values_that_are_no_longer_filled_in_are_an_alarm() -> None:
    comparison = compared(outcomes(advice=950, empty=50), outcomes(advice=700, empty=300))
    assert ("share", "(empty)", 50, 300, True) in told(comparison)


def test_a_share_that_moves_a_little_is_told_and_one_that_hardly_moves_is_not() -> None:
    last = outcomes(advice=500, support=500)
    assert {change[4] for change in told(compared(last, outcomes(advice=560, support=440)))} == {False}
    assert told(compared(last, outcomes(advice=510, support=490))) == []


def test_alarms_stand_first() -> None:
    comparison = compared(table(columns=("A", "B")), table(people=100, rows=210, columns=("A",)))
    assert [change.alarm for change in comparison.changes] == [True, True, False, False]


def nights(rows: list[int]) -> list[Summary]:
    return [summary(table(count), day=date(2024, 4, day)) for day, count in enumerate(rows, 1)]


def test_where_deliveries_add_up_the_median_of_recent_ones_is_compared_with() -> None:
    recent = nights([100, 90, 110, 105, 95, 100])
    usual = since_last(summary(table(80)), recent, profile(coverage="changes"), 0.05)
    assert usual.against == "the median of the last 6 deliveries"
    assert told(usual) == [("rows", "", 100, 80, False), ("people", "", 100, 80, False)]
    assert since_last(summary(table(30)), recent, profile(coverage="changes"), 0.05).alarms


def test_an_empty_night_is_no_alarm_where_there_was_one_before() -> None:
    recent = nights([100, 90, 110, 105, 95, 0])
    assert not since_last(summary(table(0)), recent, profile(coverage="changes"), 0.05).alarms


def test_publications_are_not_compared() -> None:
    before = [summary(table(200), day=LAST)]
    assert since_last(summary(table(1), day=NOW), before, profile(family="publication"), 0.05).against == ""
