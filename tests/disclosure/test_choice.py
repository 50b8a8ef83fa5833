"""Small cases of what is withheld beside a small number, checked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from cls_pipeline.disclosure.choice import withheld_figures

from .tables import RELATIONS, as_figures


def withheld(rows: list[dict[str, object]], name: str, limit: int = 7) -> set[object]:
    """The column `name` of the figures that are withheld."""
    table = as_figures(pl.DataFrame(rows, infer_schema_length=None).with_columns(_numbers(rows)))
    return set(table.join(withheld_figures(table, RELATIONS, limit), on="row")[name])


def _numbers(rows: list[dict[str, object]]) -> list[pl.Expr]:
    return [pl.col(name).cast(pl.Float64) for name in ("numerator", "denominator") if name in rows[0]]


def band(value: str, number: float, **more: object) -> dict[str, object]:
    breakdown = "all" if value == "all" else "age_band"
    return {"metric_id": "m", "breakdown": breakdown, "breakdown_value": value, "numerator": number, **more}


def test_of_a_breakdown_the_smallest_other_part_goes_with_a_small_one() -> None:
    rows = [band("all", 105), band("18", 60), band("65", 40), band("85", 5)]
    assert withheld(rows, "breakdown_value") == {"85", "65"}


def test_two_small_parts_whose_sum_tells_both_take_a_third_with_them() -> None:
    rows = [band("all", 62), band("18", 60), band("65", 1), band("85", 1)]
    assert withheld(rows, "breakdown_value") == {"18", "65", "85"}


def test_a_small_rest_that_no_figure_tells_is_guarded_too() -> None:
    assert withheld([band("all", 105), band("18", 60), band("65", 40)], "breakdown_value") == {"65"}


def test_a_small_month_of_a_year_of_flows_takes_another_month_with_it() -> None:
    months = [
        {
            "metric_id": "m",
            "grain": "month",
            "period_start": date(2020 + (n > 8), (n + 3) % 12 + 1, 1),
            "numerator": 5 if n == 3 else 20 + n,
        }
        for n in range(12)
    ]
    year = {"metric_id": "m", "grain": "year", "period_start": date(2020, 4, 1)}
    rows = [*months, year | {"numerator": sum(int(str(month["numerator"])) for month in months)}]
    assert withheld(rows, "period_start") == {date(2020, 7, 1), date(2020, 4, 1)}


def test_what_few_people_cost_cannot_be_had_from_the_cost_of_all() -> None:
    rows = [
        band("all", 9000, denominator=93, unit="GBP per week"),
        band("home", 8000, denominator=80, unit="GBP per week"),
        band("day", 700, denominator=10, unit="GBP per week"),
        band("other", 300, denominator=3, unit="GBP per week"),
    ]
    assert withheld(rows, "breakdown_value") == {"other", "day"}


def test_figures_whose_counts_have_the_same_words_tell_one_count() -> None:
    rows = [
        {"metric_id": "a", "numerator": 5, "numerator_words": "people"},
        {"metric_id": "b", "numerator": 90, "denominator": 5, "numerator_words": None, "denominator_words": "people"},
    ]
    for row in rows:
        row.setdefault("denominator", None)
        row.setdefault("denominator_words", None)
    assert withheld(rows, "metric_id") == {"a", "b"}


def test_what_was_shown_before_protects_nothing_and_another_figure_is_withheld() -> None:
    rows = [band("all", 105), band("18", 60), band("65", 40), band("85", 5)]
    told = [row | {"was_told": row["breakdown_value"] == "65"} for row in rows]
    assert withheld(told, "breakdown_value") == {"85", "18"}


def test_nought_is_shown() -> None:
    rows = [band("all", 100), band("18", 60), band("65", 40), band("85", 0)]
    assert withheld(rows, "breakdown_value") == set()
