"""The figures of the literal programme, counted by hand."""

from __future__ import annotations

from cls_pipeline.settings import Settings

from .conftest import rows


def series(settings: Settings, site: str, metric: str, since: str = "2020-01-01") -> list[tuple[object, ...]]:
    """A site's figures from a month on: month, numerator, denominator, value, flags, system."""
    return rows(
        settings,
        "select strftime(period_start, '%Y-%m'), numerator, denominator, value, flags, system_id"
        f" from marts.metric_series where site_id = '{site}'"
        f" and metric_id = '{metric}' and period_start >= '{since}' order by period_start",
    )


def test_a_month_counts_once_what_either_system_holds_and_the_part_month_is_left_out(built: Settings) -> None:
    # January has the request that was carried over once, March those that only the new system tells of.
    assert series(built, "ashby", "requests_received") == [
        ("2020-01", 20, None, 20, [], "oldcase"),
        ("2020-02", 3, None, 3, [], "oldcase"),
        ("2020-03", 9, None, 9, [], "oldcase"),
        ("2020-04", 8, None, 8, ["break"], "newcase"),
    ]


def test_the_later_delivery_of_a_record_wins_where_a_system_sends_changes(built: Settings) -> None:
    assert series(built, "brook", "requests_received")[0] == ("2020-01", 12, None, 12, [], "changes")
    assert series(built, "brook", "requests_resolved_at_first_contact") == [("2020-01", 3, 3, 100, [], "changes")]


def test_requests_resolved_are_a_share_of_those_with_an_outcome(built: Settings) -> None:
    assert series(built, "ashby", "requests_resolved_at_first_contact") == [
        ("2020-01", 9, 20, 45, [], "oldcase"),
        ("2020-02", 3, 3, 100, [], "oldcase"),
        ("2020-03", 9, 9, 100, [], "oldcase"),
        ("2020-04", 0, 8, 0, ["break"], "newcase"),
    ]


def test_people_wait_until_they_are_assessed_in_whichever_system_or_lost_from_sight(built: Settings) -> None:
    # Of three one waits on, one is assessed in the new system and one is not known to it; eight more have asked.
    assert [row[:4] for row in series(built, "ashby", "people_waiting_for_assessment")] == [
        ("2020-02", 3, None, 3),
        ("2020-03", 3, None, 3),
        ("2020-04", 9, None, 9),
    ]


def test_a_wait_is_counted_from_the_request_in_the_old_system_to_the_assessment_in_the_new(built: Settings) -> None:
    assert series(built, "ashby", "median_days_request_to_assessment") == [
        ("2020-02", None, 8, 30, [], "oldcase"),
        ("2020-04", None, 1, 91, ["break"], "newcase"),
    ]


def test_long_term_support_counts_people_at_the_end_of_the_month(built: Settings) -> None:
    assert series(built, "ashby", "people_with_long_term_support") == [
        ("2020-01", 10, None, 10, [], "oldcase"),
        ("2020-02", 9, None, 9, [], "oldcase"),
        ("2020-03", 9, None, 9, [], "oldcase"),
        ("2020-04", 12, None, 12, ["break"], "newcase"),
    ]


def test_the_finance_system_speaks_for_cost_once_it_is_in_force_and_nothing_does_where_it_is_late(
    built: Settings,
) -> None:
    assert series(built, "brook", "weekly_cost_open_packages") == [
        ("2020-01", 1001.0, 10, 1001.0, [], "changes"),
        ("2020-02", 150.0, 10, 150.0, ["break"], "finance"),
    ]


def test_a_published_figure_stands_unchanged_under_the_site_whose_council_it_is(built: Settings) -> None:
    found = rows(
        built,
        "select definition_version, period_start::varchar, period_end::varchar, numerator, denominator, value_raw,"
        " value, flags, system_id from marts.metric_series"
        " where site_id = 'ashby' and metric_id = 'quality' order by all",
    )
    assert found == [
        (1, "2018-04-01", "2019-03-31", None, None, 18.123456789012345, 18.123456789012345, ["not_comparable"], "book"),
        (2, "2019-04-01", "2020-03-31", 3, 40, 19.5, 19.5, ["break"], "book"),
    ]


def test_suppressed_and_missing_figures_say_which_they_are_and_whether_the_council_sent_all(built: Settings) -> None:
    found = rows(
        built, "select period_start::varchar, value, flags from marts.metric_series where site_id = 'oth' order by all"
    )
    assert found == [("2019-04-01", None, ["suppressed"]), ("2020-04-01", None, ["partial", "missing"])]


def test_each_break_is_dated_and_caused(built: Settings) -> None:
    found = rows(
        built,
        "select site_id, metric_id, break_date::varchar, cause, verdict, split_part(note, ';', 1)"
        " from marts.series_break order by all",
    )
    cutover = ("2020-04-01", "source_system", "not measured", "Oldcase gives way to Newcase")
    assert found == [
        ("ashby", "median_days_request_to_assessment", *cutover),
        ("ashby", "people_waiting_for_assessment", *cutover),
        ("ashby", "people_with_long_term_support", *cutover),
        ("ashby", "quality", "2019-04-01", "definition", "not comparable", "Definition version 2 begins"),
        ("ashby", "requests_received", *cutover),
        ("ashby", "requests_resolved_at_first_contact", *cutover),
        ("ashby", "weekly_cost_open_packages", *cutover),
        (
            "brook",
            "weekly_cost_open_packages",
            "2020-02-01",
            "source_system",
            "not measured",
            "Changes gives way to Finance",
        ),
    ]


def test_only_councils_with_figures_stand_beside_the_sites(built: Settings) -> None:
    assert rows(built, "select site_id, kind from marts.dim_site order by all") == [
        ("ashby", "site"),
        ("brook", "site"),
        ("oth", "comparator"),
    ]
