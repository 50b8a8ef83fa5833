"""A change of definition is linked by its own dated factor, measured where both definitions were published."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path
from statistics import mean, stdev

import duckdb
import pytest

from cls_pipeline.settings import PROJECT_ROOT

from . import published

#: Half a 95 per cent interval in standard deviations.
HALF_WIDTH = 1.96


def ratios(real_data: Path) -> list[float]:
    """Quality of life of 2016-17 by the refined method over that by the first, for every council that has both."""
    first = {
        f.place: f.value
        for f in published.ascof(real_data)
        if (f.metric, f.start.year, f.group, f.kind) == ("ascof_1j", 2016, "all", "outcome") and f.value
    }
    refined = {
        f.place: f.value
        for f in published.oflog(real_data)
        if (f.metric, f.start.year) == ("oflog_asc2", 2016) and f.value
    }
    return [refined[place] / first[place] for place in sorted(first.keys() & refined.keys())]


def test_the_factor_of_1j_is_what_the_publishers_two_tables_of_2016_17_give(real_data: Path) -> None:
    with (PROJECT_ROOT / "dbt_project" / "seeds" / "definition_link.csv").open(encoding="utf-8") as handle:
        link = next(row for row in csv.DictReader(handle) if row["metric_id"] == "ascof_1j")
    found = ratios(real_data)
    half = HALF_WIDTH * stdev(found)
    assert len(found) == 151
    assert [float(link[name]) for name in ("factor", "factor_low", "factor_high")] == [
        pytest.approx(value, abs=5e-5) for value in (mean(found), mean(found) - half, mean(found) + half)
    ]


def test_a_linked_definition_keeps_what_was_published_beside_its_value(
    real_data: Path, release: duckdb.DuckDBPyConnection
) -> None:
    said = {
        f.start.year: f.value
        for f in published.ascof(real_data)
        if (f.place, f.metric, f.group, f.kind) == ("leeds", "ascof_1j", "all", "outcome")
    }
    rows = release.execute(
        """
        select definition_version, value_raw, round(value / value_raw, 6), flags from marts.metric_series
        where site_id = 'leeds' and metric_id = 'ascof_1j' and breakdown = 'all' and value is not null
        order by period_start limit 2
        """
    ).fetchall()
    assert rows == [(1, said[2016], 1.0037, ["linked", "estimated"]), (2, said[2017], 1.0, ["break"])]


def test_the_break_says_how_large_it_is_and_how_that_is_known(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        """
        select break_date, how_known, round(size, 4), round(size_low, 4), round(size_high, 4), overlap_months, verdict
        from marts.series_break where site_id = 'leeds' and metric_id = 'ascof_1j'
        """
    ).fetchall()
    assert rows == [(date(2017, 4, 1), "declared definition", 0.0037, -0.016, 0.0233, 12, "linked")]


def test_a_definition_without_a_factor_is_not_linked(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        """
        select definition_version, value = value_raw, flags from marts.metric_series
        where site_id = 'leeds' and metric_id = 'ascof_2a1' and breakdown = 'all' order by period_start limit 2
        """
    ).fetchall()
    assert rows == [(1, True, ["not_comparable"]), (2, True, ["break"])]
