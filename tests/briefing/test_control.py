"""Control charts on a site's page: the release's own limits, and words that say which months stand out and why."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cls_pipeline.briefing.control import Control
from cls_pipeline.briefing.control_words import state, told
from cls_pipeline.briefing.reading import read
from tests.briefing.test_pages import data, words


@pytest.fixture(scope="module")
def charts(released: Path) -> dict[tuple[str, str | None], Control]:
    """The charts of open cases, by site and team."""
    held = read(released).control
    return {(site, c.team): c for site in held for c in held[site] if c.metric.metric_id == "cases"}


def test_embedded_points_and_limits_are_the_releases_to_the_last_digit(released: Path, briefing: Path) -> None:
    embedded = data(briefing, "control--ash")
    found = {
        (chart["name"], chart["team"] or "all", embedded["periods"][i]): (
            chart["value"][i],
            phase["mean"],
            phase["low"],
            phase["high"],
            chart["signals"][i],
            chart["meaning"][i],
        )
        for chart in embedded["charts"].values()
        for phase in chart["phases"]
        for i in range(phase["from"], phase["until"] + 1)
        if chart["value"][i] is not None
    }
    with closing(duckdb.connect(str(released), read_only=True)) as con:
        rows: list[tuple[Any, ...]] = con.execute(
            "select name, breakdown_value, strftime(period_start, '%Y-%m-%d'), value, mean, lower_limit, upper_limit,"
            " array_to_string(signals, ' '), meaning from marts.control_point"
            " join marts.dim_metric using (metric_id, definition_version) where site_id = 'ash'"
        ).fetchall()
    assert len(rows) == 180
    assert found == {row[:3]: row[3:] for row in rows}


def test_a_run_above_the_mean_is_told_with_its_months_its_rule_and_what_it_means(
    charts: dict[tuple[str, str | None], Control],
) -> None:
    chart = charts["ash", "Team 01"]
    assert state(chart) == "better: above the upper limit since January 2025"
    assert told(chart, 0) == (
        "June 2025: 60 cases; mean 45, limits 41 to 49 since January 2023. 30 of 30 months stand out. Most do, so its"
        " level moves over time and the limits suit it badly. January 2025 to June 2025: above the upper limit"
        " (better). January 2023 to December 2024: below the mean, seven months or more in a row and 16 of 24 beyond"
        " the limit (worse)."
    )


def test_a_team_that_varies_as_ever_has_nothing_unusual(charts: dict[tuple[str, str | None], Control]) -> None:
    chart = charts["ash", "Team 02"]
    assert state(chart) == "nothing unusual"
    assert told(chart, 0).endswith("None of 30 months stands out.")


def test_a_declared_break_parts_the_chart_and_is_named(charts: dict[tuple[str, str | None], Control]) -> None:
    chart = charts["dee", "Team 02"]
    assert [(phase.points[0].start, phase.begun) for phase in chart.phases] == [
        (date(2023, 1, 1), ""),
        (date(2024, 7, 1), "Old gives way to New"),
    ]
    assert told(chart, 0).endswith("Limits anew from July 2024: Old gives way to New.")


def test_a_page_shows_each_team_in_its_newest_month(briefing: Path) -> None:
    text = words(briefing, "site-ash.html")
    assert "June 2025, each team against its own past Team Open cases, cases" in text
    assert "Team 01 60 better Team 02 40 nothing unusual" in text


def test_a_page_says_that_a_signal_is_no_answer(briefing: Path) -> None:
    assert "A signal is a reason to ask why, not an answer" in words(briefing, "site-ash.html")


def test_a_site_without_teams_has_no_section_of_them(briefing: Path) -> None:
    assert "Its teams" not in words(briefing, "site-birch.html")


def test_a_withheld_month_has_no_point(briefing: Path) -> None:
    embedded = data(briefing, "control--birch")
    (chart,) = [chart for chart in embedded["charts"].values() if chart["name"] == "People helped"]
    assert "2024-03-01" not in json.dumps(embedded["periods"])
    assert len(embedded["periods"]) == len(chart["value"]) == 28
