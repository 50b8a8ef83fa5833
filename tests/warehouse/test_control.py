"""Control limits of a release are drawn through what it shows, anew at declared breaks only."""

from __future__ import annotations

from contextlib import closing
from datetime import date

import duckdb
import pytest

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.control import CONTROL_COLUMNS, write_control_points

from .bare import publish

Series = list[float | None]


def drawn(
    values: Series, breaks: list[tuple[date, str]], grain: str = "month", breakdown: str = "all"
) -> list[tuple[object, ...]]:
    """Month, segment, mean and lower limit of one site's, or one team's, figure from January 2020 on."""
    with closing(duckdb.connect()) as con:
        con.execute("attach ':memory:' as release_file; create schema release_file.marts; use release_file.marts")
        con.execute(
            "create table metric_series (site_id varchar, metric_id varchar, definition_version integer,"
            " period_start date, value double, grain varchar, area varchar, breakdown varchar,"
            " breakdown_value varchar)"
        )
        con.execute("create table dim_metric as select 'requests' as metric_id, 'higher' as direction")
        con.execute(
            "create table series_break (site_id varchar, metric_id varchar, break_date date, how_known varchar)"
        )
        for at, value in enumerate(values):
            con.execute(
                "insert into metric_series values"
                " ('s', 'requests', 1, date '2020-01-01' + to_months(?), ?, ?, 'all', ?, 'all')",
                [at, value, grain, breakdown],
            )
        for day, how_known in breaks:
            con.execute("insert into series_break values ('s', 'requests', ?, ?)", [day, how_known])
        write_control_points(con)
        found = con.execute("describe control_point").fetchall()
        assert {(name, kind.lower()) for name, kind, *_ in found} == {
            (name, kind) for name, (kind, _) in CONTROL_COLUMNS.items()
        }
        return con.execute("select period_start, segment, mean, lower_limit from control_point order by 1").fetchall()


def test_limits_are_the_mean_and_the_mean_moving_range() -> None:
    assert drawn([10, 12, 10, 12], []) == [
        (date(2020, month, 1), 1, 11.0, pytest.approx(11 - 2.66 * 2)) for month in range(1, 5)
    ]


def test_a_withheld_figure_gives_no_point_and_moves_no_limit() -> None:
    shown = drawn([10, None, 12, 10], [])
    assert [row[0] for row in shown] == [date(2020, 1, 1), date(2020, 3, 1), date(2020, 4, 1)]
    assert {row[1:] for row in shown} == {row[1:] for row in drawn([10, 12, 10], [])}


@pytest.mark.parametrize(
    ("day", "how_known", "segments"),
    [
        (date(2020, 3, 1), "declared cutover", [1, 1, 2, 2]),
        (date(2020, 3, 20), "declared definition", [1, 1, 2, 2]),
        (date(2020, 3, 1), "detected", [1, 1, 1, 1]),
    ],
)
def test_limits_are_drawn_anew_at_declared_breaks_only(day: date, how_known: str, segments: list[int]) -> None:
    assert [row[1] for row in drawn([10, 12, 20, 22], [(day, how_known)])] == segments


def test_years_and_quarters_have_no_limits() -> None:
    assert drawn([10, 12, 10, 12], [], grain="quarter") == []


def test_teams_have_limits_of_their_own_and_other_parts_none() -> None:
    assert drawn([10, 12, 10], [], breakdown="team") == drawn([10, 12, 10], [])
    assert drawn([10, 12, 10], [], breakdown="age_band") == []


def test_a_release_has_a_point_for_every_monthly_figure_that_it_shows(copied: Settings) -> None:
    with closing(duckdb.connect(str(publish(copied).path), read_only=True)) as con:
        shown = (
            "select site_id, metric_id, period_start, value from marts.metric_series where grain = 'month'"
            " and area = 'all' and breakdown = 'all' and value is not null order by all"
        )
        points = "select site_id, metric_id, period_start, value from marts.control_point order by all"
        assert con.execute(points).fetchall() == con.execute(shown).fetchall() != []
