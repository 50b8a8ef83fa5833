"""Suppressed, missing, not applicable: three things, told apart by the publisher and by us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from . import published

# By publisher: reader, and how many of its councils' figures (outcomes, bases, margins of error) stand how.
EXPECTED: dict[str, tuple[Callable[[Path], tuple[published.Figure, ...]], dict[str, int]]] = {
    "ascof": (published.ascof, {"published": 141_372, "missing": 42_782, "not_applicable": 14_466, "suppressed": 41}),
    "oflog": (published.oflog, {"published": 6_078, "missing": 298}),
    "phs": (published.scotland, {"published": 118_389, "missing": 233}),
}


@pytest.mark.parametrize("publisher", sorted(EXPECTED))
def test_each_reason_for_no_value_has_as_many_flags_as_figures(
    real_data: Path, release: duckdb.DuckDBPyConnection, publisher: str
) -> None:
    reader, expected = EXPECTED[publisher]
    assert Counter(f.status for f in reader(real_data) if f.kind == "outcome") == expected
    rows = release.execute(
        """
        select
            list_filter(flags, lambda flag: flag in ('missing', 'suppressed', 'not_applicable')),
            value is null,
            count(*)
        from marts.metric_series where metric_id like ? || '%' group by all
        """,
        [publisher],
    ).fetchall()
    assert all(len(reasons) <= 1 for reasons, _, _ in rows), "a figure has two reasons for not being there"
    assert all(bool(reasons) == empty for reasons, empty, _ in rows), (
        "a value without a reason, or a reason with a value"
    )
    assert {(reasons or ["published"])[0]: count for reasons, _, count in rows} == expected


@pytest.mark.parametrize(
    ("site", "metric", "start", "group", "reason"),
    [
        ("ios", "ascof_1a", "2017-04-01", "all", "missing"),  # ':'
        ("ios", "ascof_1a", "2015-04-01", "all", "missing"),  # one blank
        ("york", "oflog_asc7", "2020-04-01", "all", "missing"),  # empty
        ("ios", "ascof_1e", "2018-04-01", "male", "suppressed"),  # 'c'
        ("rut", "ascof_1f", "2020-04-01", "all", "suppressed"),  # '[c]'
        ("leeds", "ascof_1a", "2020-04-01", "all", "not_applicable"),  # '[x]'
        ("western_isles", "phs_tec_any", "2017-04-01", "all", "missing"),  # 'NA': a count stands without its rate
        ("leeds", "ascof_1a_base", "2015-04-01", "male", None),
    ],
)
def test_a_mark_gives_its_own_reason(
    release: duckdb.DuckDBPyConnection, site: str, metric: str, start: str, group: str, reason: str | None
) -> None:
    row = release.execute(
        """
        select flags, value is null from marts.metric_series
        where site_id = ? and metric_id = ? and period_start = ?::date and breakdown_value = ?
        """,
        [site, metric, start, group],
    ).fetchone()
    assert row == ([reason] if reason else [], reason is not None)


def test_what_was_not_submitted_marks_the_series_partial(release: duckdb.DuckDBPyConnection) -> None:
    """South Ayrshire submitted no self-directed support in 2019/20; the publication repeats the year before."""
    rows = release.execute(
        """
        select year(period_start), value, list_contains(flags, 'partial') from marts.metric_series
        where site_id = 'south_ayrshire' and metric_id = 'phs_sds_option_1' and period_start >= date '2018-04-01'
        order by period_start
        """
    ).fetchall()
    assert rows == [(2018, 1.0, False), (2019, 1.0, True), (2020, 1.0, True)]
