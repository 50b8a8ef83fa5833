"""Small numbers: what is withheld, and what is not."""

from __future__ import annotations

import duckdb
import pytest

from cls_pipeline.warehouse.disclosure import suppressed_series

SERIES = (
    "site_id varchar, area varchar, metric_id varchar, definition_version integer, grain varchar, period_start date,"
    " period_end date, breakdown varchar, breakdown_value varchar, numerator double, denominator double,"
    " value_raw double, value double, flags varchar[], system_id varchar"
)


def released(
    metric: str, numerator: float | None, denominator: float | None, flags: list[str], limit: int = 7
) -> tuple:  # type: ignore[type-arg]
    """What a release says of one figure with the value 5: numerator, denominator, both values, flags."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts")
        con.execute(
            "create table work.marts.dim_metric as select unnest(['people', 'share', 'printed']) as metric_id,"
            " 1 as definition_version, unnest(['people', 'percent', 'percent']) as unit,"
            " unnest(['records', 'records', 'published']) as source_kind"
        )
        con.execute(f"create table work.marts.metric_series ({SERIES})")
        con.execute(
            "insert into work.marts.metric_series (metric_id, definition_version, numerator, denominator, value_raw,"
            " value, flags) values (?, 1, ?, ?, 5, 5, ?)",
            [metric, numerator, denominator, flags],
        )
        found = con.execute(
            f"select numerator, denominator, value_raw, value, flags from ({suppressed_series(limit)})"
        ).fetchone()
    assert found is not None
    return found


WITHHELD = (None, None, None, None, ["suppressed"])


@pytest.mark.parametrize("people", [1, 7])
def test_counts_from_one_to_seven_are_withheld(people: int) -> None:
    assert released("people", people, None, []) == WITHHELD


@pytest.mark.parametrize("people", [0, 8])
def test_nought_and_counts_above_the_limit_stay(people: int) -> None:
    assert released("people", people, None, []) == (people, None, 5, 5, [])


def test_a_figure_of_few_people_is_withheld_by_its_denominator() -> None:
    assert released("people", None, 3, []) == WITHHELD


def test_a_percentage_is_withheld_where_those_it_leaves_out_are_few() -> None:
    assert released("share", 98, 100, []) == WITHHELD
    assert released("share", 100, 100, []) == (100, 100, 5, 5, [])


def test_other_flags_stay_beside_the_suppression() -> None:
    assert released("people", 3, None, ["break"])[-1] == ["break", "suppressed"]


def test_published_statistics_pass_unchanged() -> None:
    assert released("printed", 3, 4, []) == (3, 4, 5, 5, [])


def test_a_limit_of_nought_withholds_nothing() -> None:
    assert released("people", 1, None, [], limit=0) == (1, None, 5, 5, [])
