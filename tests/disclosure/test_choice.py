"""Small cases of what is withheld beside a small number, checked by hand."""

from __future__ import annotations

from datetime import date

import polars as pl

from cls_pipeline.disclosure.choice import withheld_figures
from cls_pipeline.disclosure.counts import IDENTITY

from .tables import RELATIONS, as_figures


def withheld(
    rows: list[dict[str, object]], name: str, limit: int = 7, same: list[tuple[str | None, ...]] | None = None
) -> set[object]:
    """The column `name` of the figures that are withheld."""
    table = as_figures(pl.DataFrame(rows, infer_schema_length=None).with_columns(_numbers(rows)))
    identities = pl.DataFrame(same or [], schema=IDENTITY, orient="row")
    return set(table.join(withheld_figures(table, RELATIONS, limit, identities), on="row")[name])


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


def month(metric: str, number: int, value: float) -> dict[str, object]:
    """A month of 2020, from January on."""
    return {"metric_id": metric, "grain": "month", "period_start": date(2020, number, 1), "numerator": value}


def quarter(metric: str, number: int, value: float) -> dict[str, object]:
    """A quarter of 2020, from January on."""
    return {"metric_id": metric, "grain": "quarter", "period_start": date(2020, 3 * number - 2, 1), "numerator": value}


STOCK = [
    ("stock", "same", "by_month", "numerator", None, None),
    ("stock", "same", "by_quarter", "numerator", None, None),
]


def test_a_small_month_of_a_flow_takes_another_with_it_where_another_metric_tells_the_quarter() -> None:
    rows = [month("by_month", n, value) for n, value in ((1, 5), (2, 20), (3, 30))] + [quarter("by_quarter", 1, 55)]
    assert withheld(rows, "period_start", same=STOCK) == {date(2020, 1, 1), date(2020, 2, 1)}


def test_a_stock_withheld_at_the_end_of_a_quarter_is_withheld_as_its_last_month_too() -> None:
    months = [month("by_month", n, value) for n, value in ((1, 40), (2, 41), (3, 42), (4, 45), (5, 46), (6, 47))]
    parts = [
        quarter("by_quarter", 1, value) | {"breakdown": "setting", "breakdown_value": name}
        for name, value in (("home", 38), ("care_home", 4))
    ]
    rows = [*months, quarter("by_quarter", 1, 42), quarter("by_quarter", 2, 47), *parts]
    told = [{"breakdown": "all", "breakdown_value": "all", **row} for row in rows]
    # All but the care home is shown: the whole would tell it, under either name.
    hidden = [row | {"was_told": row["breakdown_value"] == "home"} for row in told]
    figures = as_figures(
        pl.DataFrame(hidden, infer_schema_length=None).with_columns(pl.col("numerator").cast(pl.Float64))
    )
    left = figures.join(
        withheld_figures(figures, RELATIONS, 7, pl.DataFrame(STOCK, schema=IDENTITY, orient="row")), on="row"
    )
    assert set(left.select("metric_id", "grain", "breakdown_value").iter_rows()) >= {
        ("by_month", "month", "all"),
        ("by_quarter", "quarter", "all"),
    }


def test_what_a_share_leaves_out_is_withheld_with_the_unknown_part_of_a_breakdown() -> None:
    same = [
        ("unknown", "same", "m", "numerator", "age_band", "unknown"),
        ("unknown", "same", "known", "complement", "characteristic", "age_band"),
    ]
    share = {"metric_id": "known", "breakdown": "characteristic", "breakdown_value": "age_band", "unit": "percent"}
    rows = [
        band("all", 120, denominator=None, unit="people"),
        band("18", 60, denominator=None, unit="people"),
        band("65", 51, denominator=None, unit="people"),
        # Nine are unknown: not small by themselves, but withheld beside the share that had them.
        band("unknown", 9, denominator=None, unit="people", was_withheld=True, hid_numerator=True),
        {**share, "numerator": 111, "denominator": 120},
    ]
    told = [{"was_withheld": False, "hid_numerator": False, **row} for row in rows]
    assert {"unknown", "age_band"} <= withheld(told, "breakdown_value", same=same)


def test_figures_that_tell_one_another_are_withheld_as_one() -> None:
    def costs(value: str, pounds: float, people: float) -> list[dict[str, object]]:
        return [
            band(value, pounds * factor, denominator=people, unit="GBP per week", metric_id=metric)
            for metric, factor in (("cash", 1.0), ("real", 0.9))
        ]

    rows = [*costs("all", 9000, 93), *costs("home", 8000, 80), *costs("day", 700, 10), *costs("other", 300, 3)]
    together: list[tuple[str | None, ...]] = [("c", "together", m, None, None, None) for m in ("cash", "real")]
    found = withheld(
        [row | {"which": f"{row['metric_id']} {row['breakdown_value']}"} for row in rows], "which", 7, together
    )
    assert found == {"cash other", "cash day", "real other", "real day"}


def test_what_is_left_over_in_a_year_is_guarded_in_its_quarters_though_one_has_nothing_left() -> None:
    relations = pl.DataFrame(
        [("back", "whole", "in_365", "numerator"), ("back", "part", "in_182", "numerator")],
        schema=RELATIONS.schema,
        orient="row",
    )
    quarters = [(1, 12, 11), (2, 13, 10), (3, 14, 14), (4, 16, 12)]
    rows = [
        row
        for n, whole, part in quarters
        for row in (quarter("in_365", n, whole), quarter("in_182", n, part) | {"was_withheld": True})
    ]
    year = {"grain": "year", "period_start": date(2020, 1, 1)}
    rows += [year | {"metric_id": "in_365", "numerator": 55}, year | {"metric_id": "in_182", "numerator": 47}]
    figures = as_figures(
        pl.DataFrame([{"was_withheld": False, **row} for row in rows], infer_schema_length=None).with_columns(
            pl.col("numerator").cast(pl.Float64), period_start=pl.col("period_start").dt.offset_by("3mo")
        )
    )
    left = figures.join(withheld_figures(figures, relations, 7), on="row").filter(pl.col("grain") == "year")
    # The eight of the year are four numbers of one at least, or three: each would be known to within five.
    assert left.height > 0


def test_a_share_of_two_parts_of_a_breakdown_does_not_tell_the_small_one() -> None:
    same = [
        ("direct", "whole", "share", "numerator", "all", "all"),
        ("direct", "part", "people", "numerator", "delivery", "whole"),
        ("direct", "part", "people", "numerator", "delivery", "half"),
    ]
    numbers = {"all": 140, "whole": 30, "half": 5, "managed": 105}
    rows = [
        {
            "metric_id": "people",
            "breakdown": "all" if value == "all" else "delivery",
            "breakdown_value": value,
            "numerator": number,
            "denominator": None,
            "unit": "people",
        }
        for value, number in numbers.items()
    ]
    rows.append({**rows[0], "metric_id": "share", "numerator": 35, "denominator": 140, "unit": "percent"})
    named = [row | {"which": f"{row['metric_id']} {row['breakdown_value']}"} for row in rows]
    # Without the share the smallest other part is enough: 30 and 5 are 35 then, whatever they are.
    assert withheld(named[:-1], "which", same=same) == {"people half", "people whole"}
    assert withheld(named, "which", same=same) == {"people half", "people whole"}
    told = [row | {"was_told": row["which"] == "people whole"} for row in named]
    assert "share all" in withheld(told, "which", same=same)


def test_few_staff_are_nobody_who_is_supported_and_few_cases_are_withheld_whatever_the_staff() -> None:
    staff = {"unit": "cases per full-time equivalent", "denominator_words": "full-time equivalents in post"}
    assert withheld([band("all", 90, denominator=4.5, **staff)], "breakdown_value") == set()
    assert withheld([band("all", 6, denominator=9.5, **staff)], "breakdown_value") == {"all"}


def test_cases_of_a_team_that_are_withheld_are_not_told_by_the_teams_cases_per_worker() -> None:
    relations = pl.DataFrame(
        {
            "relation": ["staffed"] * 2,
            "role": ["whole", "part"],
            "metric_id": ["cases", "per_worker"],
            "field": ["numerator"] * 2,
        }
    )
    teams = [("all", 145), ("a", 80), ("b", 60), ("c", 5)]
    staff = {"unit": "cases per full-time equivalent", "denominator_words": "full-time equivalents in post"}
    rows = [band(team, cases, metric_id="cases", denominator=None, unit="cases") for team, cases in teams]
    rows += [band(team, cases, metric_id="per_worker", denominator=cases / 16, **staff) for team, cases in teams]
    table = as_figures(pl.DataFrame(rows, infer_schema_length=None).with_columns(_numbers(rows)))
    hidden = table.join(withheld_figures(table, relations, 7), on="row")
    assert sorted(hidden.select("metric_id", "breakdown_value").rows()) == [
        (metric, team) for metric in ("cases", "per_worker") for team in ("b", "c")
    ]


def test_goals_of_few_reviews_are_withheld_however_many_the_goals() -> None:
    share = {"breakdown": "all", "breakdown_value": "all", "unit": "percent"}
    of: list[tuple[str | None, ...]] = [
        ("reviews", "of", metric, field, None, None) for metric, field in (("goals", None), ("reviews", "numerator"))
    ]

    def hidden(reviews: int) -> set[object]:
        rows: list[dict[str, object]] = [
            {**share, "metric_id": "goals", "numerator": 20, "denominator": 35},
            {**share, "metric_id": "reviews", "numerator": reviews, "denominator": 60},
        ]
        return withheld(rows, "metric_id", same=of)

    assert (hidden(6), hidden(20)) == ({"goals", "reviews"}, set())
    # That few tell no goals is withheld, and says nothing of the others' goals.
    assert hidden(56) == {"reviews"}
