"""A council is one series across changes of its code; a measure is one series unless its definition changed."""

from __future__ import annotations

from datetime import date

import duckdb
import pytest


def starts(release: duckdb.DuckDBPyConnection, site: str, metric: str) -> list[date]:
    """The periods of a site's series, all people, in order."""
    rows = release.execute(
        """
        select period_start from marts.metric_series
        where site_id = ? and metric_id = ? and breakdown = 'all' order by period_start
        """,
        [site, metric],
    ).fetchall()
    return [row[0] for row in rows]


def april(*years: int) -> list[date]:
    return [date(year, 4, 1) for year in years]


def test_somerset_is_one_series_under_both_its_codes(release: duckdb.DuckDBPyConnection) -> None:
    assert starts(release, "somerset", "oflog_asc5") == april(*range(2015, 2023))
    found = release.execute(
        "select unnest(gss_codes, recursive := true) from marts.dim_site where site_id = 'somerset' order by all"
    ).fetchall()
    assert found == [("E06000066", date(2023, 4, 1), None), ("E10000027", None, date(2023, 3, 31))]


def test_fife_is_one_series_though_publishers_use_code_and_name(release: duckdb.DuckDBPyConnection) -> None:
    months = starts(release, "fife", "phs_delayed_bed_days_all")
    assert months[0] == date(2016, 7, 1) and len(months) == 110 and len(set(months)) == 110
    assert starts(release, "fife", "phs_sds_option_1") == april(*range(2014, 2021))


def test_dorset_is_one_series_across_its_change_of_code_in_2019(release: duckdb.DuckDBPyConnection) -> None:
    assert starts(release, "dst", "oflog_asc5") == april(*range(2015, 2023))
    assert starts(release, "dst", "ascof_2d") == april(2014, 2015, 2016, 2017, 2018, 2020)


def test_western_isles_is_one_site_whichever_of_its_names_is_used(release: duckdb.DuckDBPyConnection) -> None:
    assert starts(release, "western_isles", "phs_people_supported") == april(2017, 2018, 2019, 2020)
    assert starts(release, "western_isles", "phs_tec_any") == april(*range(2015, 2021))


@pytest.mark.parametrize("code", ["som", "smt", "dor", "fif", "els", "bkm", "nyk"])
def test_no_series_stands_under_a_code_that_another_name_took_over(
    release: duckdb.DuckDBPyConnection, code: str
) -> None:
    found = release.execute("select count(*) from marts.metric_series where site_id = ?", [code]).fetchone()
    assert found == (0,)


def test_councils_that_were_merged_or_divided_stay_apart(release: duckdb.DuckDBPyConnection) -> None:
    assert starts(release, "bpc", "oflog_asc5") == april(*range(2019, 2023))
    assert starts(release, "pol", "oflog_asc5") == starts(release, "bmh", "oflog_asc5") == april(*range(2015, 2019))


def test_1c1a_is_one_definition_from_2014_on(release: duckdb.DuckDBPyConnection) -> None:
    rows = release.execute(
        """
        select distinct period_start, definition_version from marts.metric_series
        where metric_id = 'ascof_1c1a' and site_id = 'leeds' order by period_start
        """
    ).fetchall()
    assert rows == [(day, 1) for day in april(2014, 2015, 2016, 2017, 2018, 2020)]
    breaks = release.execute("select count(*) from marts.series_break where metric_id like 'ascof_1c%'").fetchone()
    assert breaks == (0,)


@pytest.mark.parametrize(
    ("metric", "begins"),
    [
        ("ascof_1j", date(2017, 4, 1)),
        ("ascof_2a1", date(2015, 4, 1)),
        ("ascof_2a2", date(2015, 4, 1)),
        ("ascof_2c2", date(2017, 4, 1)),
    ],
)
def test_a_second_definition_stands_apart_with_a_break(
    release: duckdb.DuckDBPyConnection, metric: str, begins: date
) -> None:
    rows = release.execute(
        """
        select period_start, definition_version, list_contains(flags, 'break') from marts.metric_series
        where metric_id = ? and site_id = 'leeds' and breakdown = 'all' order by period_start
        """,
        [metric],
    ).fetchall()
    assert {version for day, version, _ in rows if day < begins} == {1}
    assert {version for day, version, _ in rows if day >= begins} == {2}
    assert [day for day, _, broken in rows if broken] == [begins]
    breaks = release.execute(
        "select break_date, cause from marts.series_break where metric_id = ? and site_id = 'leeds'", [metric]
    ).fetchall()
    assert breaks == [(begins, "definition")]


def test_every_metric_of_the_release_has_its_definition(release: duckdb.DuckDBPyConnection) -> None:
    undefined = release.execute(
        """
        select distinct metric_id, definition_version from marts.metric_series
        anti join marts.dim_metric using (metric_id, definition_version)
        """
    ).fetchall()
    assert undefined == []
