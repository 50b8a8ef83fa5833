"""Every published value of the programme's sites stands in the release as it was published."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import pytest

from . import published
from .published import SITES, Figure

Row = tuple[str, str, int, date, str]


@pytest.fixture(scope="module")
def series(release: duckdb.DuckDBPyConnection) -> dict[Row, dict[str, float | None]]:
    """The sites' rows of metric_series: what each holds as outcome, numerator and denominator."""
    rows = release.execute(
        """
        select site_id, metric_id, definition_version, period_start, breakdown_value, value_raw, numerator, denominator
        from marts.metric_series
        """
    ).fetchall()
    found = {row[:5]: dict(zip(("outcome", "numerator", "denominator"), row[5:], strict=True)) for row in rows}
    assert len(found) == len(rows), "two rows of metric_series stand for the same figure"
    return found


def unlike(
    figures: tuple[Figure, ...], series: dict[Row, dict[str, float | None]]
) -> list[tuple[Figure, float | None]]:
    """The sites' figures that metric_series lacks or shows otherwise; floats are compared exactly."""
    sites = set(SITES.values())
    own = [f for f in figures if f.place in sites]
    assert own, "the files hold no figure of a site"
    return [
        (f, series.get(f.series_row, {}).get(f.kind))
        for f in own
        if series.get(f.series_row, {f.kind: -1})[f.kind] != f.value
    ]


def test_every_ascof_figure_of_the_sites_is_unchanged(
    real_data: Path, series: dict[Row, dict[str, float | None]]
) -> None:
    assert unlike(published.ascof(real_data), series) == []


def test_every_oflog_figure_of_the_sites_is_unchanged(
    real_data: Path, series: dict[Row, dict[str, float | None]]
) -> None:
    assert unlike(published.oflog(real_data), series) == []


def test_every_scottish_figure_of_the_sites_is_unchanged(
    real_data: Path, series: dict[Row, dict[str, float | None]]
) -> None:
    assert unlike(published.scotland(real_data), series) == []


def test_figures_of_all_kinds_were_compared(real_data: Path) -> None:
    """The comparisons above would pass on nothing; this says on how much."""
    sites = set(SITES.values())
    own = [f for f in published.ascof(real_data) if f.place in sites and f.value is not None]
    kinds = {f.kind for f in own} | {f.metric.rsplit("_", 1)[-1] for f in own if f.metric.endswith(("_base", "_error"))}
    assert {"outcome", "numerator", "denominator", "base", "error"} <= kinds
    assert {f.place for f in own} == {
        "somerset",
        "torbay",
        "doncaster",
        "croydon",
        "bradford",
        "york",
        "leeds",
        "thurrock",
    }
    assert {f.place for f in published.scotland(real_data) if f.place in sites} == {
        "scottish_borders", "east_renfrewshire", "south_ayrshire", "western_isles", "fife",
    }  # fmt: skip


def test_nothing_but_the_published_figures_is_in_the_release(
    real_data: Path, series: dict[Row, dict[str, float | None]]
) -> None:
    sites = set(SITES.values())
    said = {f.series_row for read in (published.ascof, published.oflog, published.scotland) for f in read(real_data)}
    assert {row for row in series if row[0] in sites} == {row for row in said if row[0] in sites}


def test_oflog_asc5_equals_ascof_2d_in_608_council_years(release: duckdb.DuckDBPyConnection) -> None:
    pairs = release.execute(
        """
        select count(*) filter (where oflog.value_raw is not distinct from ascof.value_raw), count(*)
        from marts.metric_series as oflog
        inner join marts.metric_series as ascof using (site_id, area, grain, period_start, breakdown, breakdown_value)
        where oflog.metric_id = 'oflog_asc5' and ascof.metric_id = 'ascof_2d' and oflog.value_raw is not null
            and period_start between date '2015-04-01' and date '2018-04-01'
        """
    ).fetchone()
    assert pairs == (608, 608)
