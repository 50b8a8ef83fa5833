"""Councils outside the programme load as comparators, under their code in the council register."""

from __future__ import annotations

from pathlib import Path

import duckdb

from . import published
from .published import SITES


def test_councils_outside_the_programme_are_comparators_and_sites_are_not(release: duckdb.DuckDBPyConnection) -> None:
    kinds = dict(
        release.execute(
            """
            select kind, count(distinct site_id) from marts.metric_series
            inner join marts.dim_site using (site_id) group by kind
            """
        ).fetchall()
    )
    # 152 councils of England to 2018-19 (8 of them sites), 1 new in 2019 and 2 in 2021; 32 of Scotland (5 sites).
    assert kinds == {"site": 13, "comparator": 152 - 8 + 1 + 2 + 32 - 5}


def test_as_many_places_have_a_figure_as_the_files_name(real_data: Path, release: duckdb.DuckDBPyConnection) -> None:
    """A council under two codes is one place; counting ASCOF 2D of one year needs no table of successors."""
    named = {f.place for f in published.ascof(real_data) if f.metric == "ascof_2d" and f.start.year == 2018}
    found = release.execute(
        """
        select count(distinct site_id) from marts.metric_series
        where metric_id = 'ascof_2d' and period_start = date '2018-04-01'
        """
    ).fetchone()
    assert found == (len(named),) == (152,)


def test_comparators_have_the_same_figures_as_published(real_data: Path, release: duckdb.DuckDBPyConnection) -> None:
    """The sum over all councils is compared, so that no table of codes is needed: floats added in one order."""
    sites = set(SITES.values())
    said = sorted(
        f.value
        for f in published.ascof(real_data)
        if f.place not in sites and f.metric == "ascof_2a2" and f.kind == "outcome" and f.value is not None
    )
    found = release.execute(
        """
        select value from marts.metric_series inner join marts.dim_site using (site_id)
        where metric_id = 'ascof_2a2' and kind = 'comparator' and value is not null order by value
        """
    ).fetchall()
    assert [row[0] for row in found] == said


def test_no_region_country_or_council_type_is_a_place(release: duckdb.DuckDBPyConnection) -> None:
    places = {row[0] for row in release.execute("select distinct site_id from marts.metric_series").fetchall()}
    known = {row[0] for row in release.execute("select site_id from marts.dim_site").fetchall()}
    assert places <= known
    assert not places & {"gla", "england", "scotland", "na"}


def test_the_unconfirmed_sites_have_no_published_figures(release: duckdb.DuckDBPyConnection) -> None:
    found = release.execute(
        """
        select count(*) from marts.metric_series inner join marts.dim_site using (site_id) where not is_confirmed
        """
    ).fetchone()
    assert found == (0,)
