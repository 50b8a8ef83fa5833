"""Rounded counts: what they show, and that nothing shown beside tells the exact ones.

Attacks go through every pair of counts up to some sixty, so what a reader sees is compared for all that he may take for
true.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from math import floor
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from pydantic import ValidationError

from cls_pipeline.disclosure.rounding import RECORDS, UNROUNDED, rounding_in_words
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.database import MARTS
from cls_pipeline.warehouse.disclosure import FAILING_ROWS, released

BASE, LIMIT = 5, 7
#: A metric of each kind: its unit.
UNITS = {
    "people": "people",
    "share": "percent",
    "steps": "steps per person",
    "reach": "people per 100,000",
    "cost": "GBP",
    "unit_cost": "GBP per person",
    "change": "GBP per person and week",
    "days": "days",
    "score": "points of the measure",
    "hubs": "hubs",
    "printed": "percent",
    "load": "cases per full-time equivalent",
}
COUNTS = [0, *range(LIMIT + 1, 61)]
Row = dict[str, Any]
#: The number of a figure, what was shown of it at first, and what that was rounded to.
Before = tuple[int, float, int]


@contextmanager
def work(figures: list[Row], shown_before: Sequence[Before] = ()) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of figures, none of them withheld, numbered by `site_id`; of some it is known what was shown first."""
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts")
        kinds = [("published" if metric == "printed" else "records", metric, unit) for metric, unit in UNITS.items()]
        metrics = pl.DataFrame(kinds, ["source_kind", "metric_id", "unit"], orient="row").with_columns(
            definition_version=pl.lit(1, pl.Int32),
            denominator=pl.when(pl.col("metric_id") == "load").then(pl.lit("full-time equivalents in post")),
        )
        given = {
            "area": pl.lit("all"),
            "definition_version": pl.lit(1, pl.Int32),
            "grain": pl.lit("year"),
            "period_start": pl.lit("2020-04-01").str.to_date(),
            "period_end": pl.lit("2021-03-31").str.to_date(),
            "breakdown": pl.lit("instrument"),
            "breakdown_value": pl.lit("long scale"),
            "numerator": pl.lit(None, pl.Float64),
            "denominator": pl.lit(None, pl.Float64),
            "value": pl.col("value_raw"),
            "flags": pl.lit([], pl.List(pl.String)),
            "restated_by": pl.lit(None, pl.Float64),
            "system_id": pl.lit("x"),
        }
        series = pl.DataFrame(figures, infer_schema_length=None).with_columns(
            pl.int_range(pl.len()).cast(pl.String).alias("site_id")
        )
        series = series.with_columns(how.alias(name) for name, how in given.items() if name not in series.columns)
        scales = pl.DataFrame({"measure": ["long scale", "short scale"], "lowest": [0.0, 0.0], "highest": [24.0, 1.0]})
        for name, frame in {"dim_metric": metrics, "metric_series": series, "dim_instrument": scales}.items():
            con.register("given", frame.to_arrow())
            con.execute(f"create table work.marts.{name} as from given")
        keys = "site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value"
        con.execute(f"create table withheld as select {keys} from work.marts.metric_series where false")
        con.execute(
            f"create table first_shown as select {keys}, 0.0::double as shown_value, 0 as rounded_to"
            " from work.marts.metric_series where false"
        )
        for site, value, base in shown_before:
            con.execute(
                f"insert into first_shown select {keys}, ?, ? from work.marts.metric_series where site_id = ?",
                [value, base, str(site)],
            )
        yield con


def told(figures: list[Row], base: int = BASE, shown_before: Sequence[Before] = ()) -> list[Row]:
    """What a release shows of figures, in their order."""
    with work(figures, shown_before) as con:
        found = con.sql(f"from ({released('metric_series', LIMIT, base)}) order by site_id::integer").pl()
    return found.to_dicts()


def rounded(count: float, base: int = BASE) -> int:
    return base * floor(count / base + 0.5)


def ratios(metric: str, times: float) -> list[Row]:
    """Every figure of a metric that is the ratio of two counts."""
    return [
        {"metric_id": metric, "numerator": float(n), "denominator": float(d), "value_raw": times * n / d}
        for d in COUNTS[1:]
        for n in COUNTS
        if metric != "share" or n == d or d - n > LIMIT
    ]


@pytest.mark.parametrize("base", [1, 2, 3, 5, 8])
def test_a_count_is_shown_as_the_nearest_multiple_and_only_nought_as_nought(base: int) -> None:
    figures = [{"metric_id": "people", "numerator": float(n), "value_raw": float(n)} for n in COUNTS]
    shown = told(figures, base)
    assert [row["numerator"] for row in shown] == [rounded(n, base) for n in COUNTS]
    assert [(row["value_raw"], row["value"]) for row in shown] == [(row["numerator"],) * 2 for row in shown]
    assert [n for n, row in zip(COUNTS, shown, strict=True) if row["value"] == 0] == [0]


@pytest.mark.parametrize(("metric", "times"), [("share", 100.0), ("steps", 1.0), ("reach", 100_000.0)])
def test_a_ratio_of_counts_is_that_of_the_rounded_ones_to_the_last_digit(metric: str, times: float) -> None:
    figures = ratios(metric, times)
    for exact, row in zip(figures, told(figures), strict=True):
        n, d = rounded(exact["numerator"]), rounded(exact["denominator"])
        assert (row["numerator"], row["denominator"], row["value"]) == (n, d, times * n / d)


def test_a_share_leaves_nobody_out_only_where_nobody_is_left_out() -> None:
    figures = ratios("share", 100.0)
    for exact, row in zip(figures, told(figures), strict=True):
        assert (row["value"] == 100) == (exact["numerator"] == exact["denominator"])
        assert (row["value"] == 0) == (exact["numerator"] == 0)


def test_an_estimated_share_is_a_share_of_rounded_people() -> None:
    figures = [
        {"metric_id": "share", "numerator": 20.0, "denominator": float(d), "value_raw": 100 * estimate / d}
        for d in range(58, 63)
        for estimate in (23.9, 24.7)
    ]
    assert {(row["denominator"], row["value"]) for row in told(figures)} == {(60, 100 * 25 / 60)}


def test_cost_a_person_is_money_by_rounded_people_so_that_the_three_tell_no_more_than_two() -> None:
    kinds = {"cost": lambda d: 1234.56, "unit_cost": lambda d: 1234.56 / d}
    for metric, value in kinds.items():
        figures = [
            {"metric_id": metric, "numerator": 1234.56, "denominator": float(d), "value_raw": value(d)}
            for d in range(28, 33)
        ]
        expected = 1234.56 if metric == "cost" else 1234.56 / 30
        assert {(row["numerator"], row["denominator"], row["value"]) for row in told(figures)} == {
            (1234.56, 30, expected)
        }


def test_a_change_in_cost_is_that_of_two_sums_shown_by_rounded_people() -> None:
    figures = [
        {"metric_id": "change", "denominator": float(d), "value_raw": (4000.10 - 3700.35) / d} for d in range(28, 33)
    ]
    assert {(row["denominator"], row["value"]) for row in told(figures)} == {(30, 299.75 / 30)}


@pytest.mark.parametrize(("scale", "step"), [("long scale", 1), ("short scale", Fraction(1, 1000))])
def test_a_mean_score_fits_every_count_that_is_rounded_to_the_one_shown(scale: str, step: Fraction | int) -> None:
    # Sums around the middle of a scale, of whole points or of thousandths.
    sums = [(d, at) for d in range(8, 43) for at in range(9 * d, 12 * d)]
    figures = [
        {"metric_id": "score", "denominator": float(d), "value_raw": float(at * step) / d, "breakdown_value": scale}
        for d, at in sums
    ]
    fits: dict[tuple[float, float], set[int]] = {}
    for (d, _), row in zip(sums, told(figures), strict=True):
        fits.setdefault((row["denominator"], round(row["value"] / float(step), 6)), set()).add(d)
    inner = {shown: counts for shown, counts in fits.items() if 9.5 < shown[1] < 11.5}
    assert len(inner) > 50
    for (shown, _), counts in inner.items():
        assert counts == {d for d in range(8, 43) if rounded(d) == shown}


def test_a_mean_score_is_told_closer_than_a_tenth_where_it_is_of_thirty_people() -> None:
    (row,) = told([{"metric_id": "score", "denominator": 31.0, "value_raw": 11.3871}])
    assert row["denominator"] == 30 and abs(row["value"] - 11.3871) < 0.02


@pytest.mark.parametrize(("days", "whole"), [(12.0, 12), (12.5, 13), (12.3, 12)])
def test_days_are_told_whole_for_halves_and_tenths_tell_how_many_people_there_are(days: float, whole: int) -> None:
    (row,) = told([{"metric_id": "days", "denominator": 31.0, "value_raw": days}])
    assert (row["denominator"], row["value_raw"], row["value"]) == (30, whole, whole)


def test_cases_for_each_of_the_staff_are_rounded_cases_by_staff_as_they_are() -> None:
    figures = [
        {"metric_id": "load", "numerator": float(n), "denominator": 3.6, "value_raw": n / 3.6} for n in range(28, 33)
    ]
    assert {(row["numerator"], row["denominator"], row["value"]) for row in told(figures)} == {(30, 3.6, 30 / 3.6)}


def test_what_has_no_count_beside_it_and_what_is_published_stay() -> None:
    figures = [
        {"metric_id": "hubs", "value_raw": 13.0},
        {"metric_id": "printed", "numerator": 13.0, "denominator": 33.0, "value_raw": 39.4, "restated_by": 0.1},
    ]
    shown = told(figures)
    assert [(row["numerator"], row["denominator"], row["value"]) for row in shown] == [
        (None, None, 13),
        (13, 33, 39.4),
    ]
    assert shown[1]["restated_by"] == 0.1


def test_a_linked_count_is_the_rounded_one_by_its_factor_and_rounded() -> None:
    figures = [
        {"metric_id": "people", "numerator": float(n), "value_raw": float(n), "value": n * 1.8, "flags": ["linked"]}
        for n in range(28, 33)
    ]
    assert {(row["value_raw"], row["value"]) for row in told(figures)} == {(30, 55)}


def test_a_linked_share_is_one_of_rounded_people_and_no_more_than_all() -> None:
    figures = [
        {"metric_id": "share", "numerator": 33.0, "denominator": 41.0, "value_raw": 3300 / 41, "value": value}
        for value in (60.0, 99.9)
    ]
    assert [row["value"] for row in told(figures)] == [100 * 25 / 40, 100]


def test_a_restatement_is_the_difference_of_what_is_shown() -> None:
    figures = [
        {"metric_id": "people", "numerator": n, "value_raw": n, "flags": flags, "restated_by": by}
        # Shown as 30 at first: the exact count has changed and seems the same; has changed; and is the same again.
        for n, flags, by in ((32.0, ["restated"], 3.0), (33.0, ["restated"], 4.0), (29.0, [], None))
    ]
    shown = told(figures, shown_before=[(0, 30.0, BASE), (1, 30.0, BASE), (2, 30.0, BASE)])
    assert [(row["restated_by"], row["flags"]) for row in shown] == [(None, []), (5, ["restated"]), (None, [])]


def test_a_share_that_seems_to_have_changed_says_so_though_it_has_not() -> None:
    # A half of 26 is shown as 15 of 25, a half of 24 as 10 of 25.
    (row,) = told(
        [{"metric_id": "share", "numerator": 12.0, "denominator": 24.0, "value_raw": 50.0}],
        shown_before=[(0, 60.0, BASE)],
    )
    assert (row["value"], row["restated_by"], row["flags"]) == (40, -20, ["restated"])


def test_of_a_figure_that_was_first_rounded_otherwise_it_is_said_that_it_was_restated_and_not_by_how_much() -> None:
    figures = [{"metric_id": "people", "numerator": 32.0, "value_raw": 32.0, "flags": ["restated"], "restated_by": 3.0}]
    (row,) = told(figures, shown_before=[(0, 29.0, 1)])
    assert (row["restated_by"], row["flags"]) == (None, ["restated"])


@pytest.mark.parametrize(("failed", "judged", "shown"), [(13, 40, (15, 0.375)), (48, 48, (50, 1)), (0, 40, (0, 0))])
def test_the_rows_of_a_fault_are_rounded_and_its_share_with_them(
    failed: int, judged: int, shown: tuple[int, float]
) -> None:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts")
        for mart, column in FAILING_ROWS.items():
            con.execute(f"create table work.marts.{mart} as select {failed} as {column}, {failed} / {judged} as share")
            assert con.execute(released(mart, LIMIT, BASE)).fetchall() == [shown]


def test_corrections_are_rounded_and_few_stay_withheld() -> None:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts")
        con.execute("create table work.marts.correction as select unnest([0, 7, 8, 12]) as corrections")
        assert con.execute(released("correction", LIMIT, BASE)).fetchall() == [(0,), (None,), (10,), (10,)]


def test_a_fault_that_is_withheld_shows_no_share() -> None:
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts")
        con.execute("create table work.marts.contract_fault as select 3 as rows, 1.0 as share")
        assert con.execute(released("contract_fault", LIMIT, BASE)).fetchall() == [(None, None)]


def test_of_every_mart_it_is_said_whether_it_is_rounded() -> None:
    decided = [*UNROUNDED, *RECORDS, "metric_series", "series_break"]
    assert sorted(decided) == sorted(MARTS)


def test_what_is_withheld_where_it_is_small_is_rounded_where_it_is_not() -> None:
    assert FAILING_ROWS.items() <= RECORDS.items()


@pytest.mark.parametrize("mart", MARTS)
def test_without_rounding_nothing_is_read_otherwise(mart: str) -> None:
    assert "round(" not in released(mart, LIMIT, 1)


def test_a_step_in_which_shown_counts_would_vanish_is_refused(tmp_path: Path) -> None:
    assert Settings(home=tmp_path, small_number=7, round_counts_to=8).round_counts_to == 8
    with pytest.raises(ValidationError, match="set CLS_SMALL_NUMBER to that, or round to 8 or less"):
        Settings(home=tmp_path, small_number=7, round_counts_to=9)


def test_a_reader_is_told_of_rounding_and_of_nothing_where_there_is_none() -> None:
    assert "rounded to the nearest 5" in rounding_in_words(5)
    assert (rounding_in_words(1), rounding_in_words(None)) == ("", "")
