"""What is held against what at the programme's start, and when nothing is said."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest

from cls_pipeline.evidence.contribution import SCHEMA, contributions

STARTS = {"ash": date(2019, 4, 1), "brook": date(2023, 1, 1), "cole": date(2023, 4, 1), "dale": date(2019, 4, 1)}
NATIONS = dict.fromkeys(("ash", "brook", "cole"), "england") | {"dale": "wales"}
UNITS = {"share_by_area": "percent", "share": "percent", "days": "days", "waiting": "people"}
NOISE = np.random.default_rng(3).standard_normal(4000)


def months(number: int, first: int = 2016) -> list[date]:
    """So many first days of months from January of a year on."""
    return [date(first + at // 12, at % 12 + 1, 1) for at in range(number)]


def rows(
    site: str, metric: str, periods: list[date], values: Any, *, area: str = "all", people: int | None = 100
) -> list[dict[str, Any]]:
    grain = "month" if (periods[1] - periods[0]).days < 32 else "quarter" if len(periods) > 9 else "year"
    line = {"site_id": site, "area": area, "metric_id": metric, "grain": grain, "people": people}
    return [line | {"period_start": day, "value": float(value)} for day, value in zip(periods, values, strict=True)]


def judged(
    series: list[dict[str, Any]],
    *,
    breaks: list[tuple[str, str, date]] | None = None,
    comparability: str = "limited",
    published: bool = False,
    nations: dict[str, str] | None = None,
    starts: dict[str, date] | None = None,
) -> pl.DataFrame:
    """Contributions of a series; the second area of each site begins two years after the first."""
    areas = [
        (site, area, day.replace(year=day.year + later), later == 0)
        for site, day in (starts or STARTS).items()
        for area, later in (("north", 0), ("south", 2))
    ]
    metrics = sorted({row["metric_id"] for row in series})
    return contributions(
        pl.DataFrame(series, schema_overrides={"people": pl.Int64}),
        pl.DataFrame(areas, schema=["site_id", "area", "start_date", "is_innovation"], orient="row"),
        pl.DataFrame(
            breaks or [], schema={"site_id": pl.String, "metric_id": pl.String, "break_date": pl.Date}, orient="row"
        ),
        pl.DataFrame(list((nations or NATIONS).items()), schema=["site_id", "nation"], orient="row"),
        pl.DataFrame(
            {
                "metric_id": metrics,
                "unit": [UNITS[metric] for metric in metrics],
                "comparability": comparability,
                "is_published": published,
            }
        ),
    )  # fmt: skip


def quarters() -> list[date]:
    return months(24 * 3)[::3]


def of_areas(site: str = "ash", jump: float = 10.0, people: int = 100) -> list[dict[str, Any]]:
    """Both parts wander together, with a break in 2018; from April 2019 on the innovation area is so much higher."""
    both = 40 + NOISE[:24].cumsum() - 12 * np.array([day >= date(2018, 1, 1) for day in quarters()])
    own = both + 3 + jump * np.array([day >= date(2019, 4, 1) for day in quarters()]) + 0.1 * NOISE[100:124]
    return rows(site, "share_by_area", quarters(), own, area="north", people=people) + rows(
        site, "share_by_area", quarters(), both, area="rest", people=people
    )


def test_what_both_parts_of_a_site_share_is_not_taken_for_the_innovation_areas_change() -> None:
    [row] = judged(of_areas(), breaks=[("ash", "share_by_area", date(2018, 1, 1))]).rows(named=True)
    assert (row["design"], row["site_id"], row["area"], row["is_shown"]) == ("innovation_area", "ash", "north", True)
    assert row["low"] < 10 < row["high"]
    assert row["high"] - row["low"] < 0.5
    assert (row["unit"], row["points_before"], row["points_after"]) == ("percentage points", 12, 8)
    assert (row["period_from"], row["period_until"]) == (date(2016, 4, 1), date(2021, 1, 1))
    assert row["caveat"].startswith("Contribution, not attribution")
    assert row["caveat"].endswith("A break of the series within the span is taken to have moved both parts alike.")


def test_no_estimate_is_made_of_small_numbers() -> None:
    [row] = judged(of_areas(people=6)).rows(named=True)
    assert (row["is_shown"], row["estimate"], row["low"]) == (False, None, None)
    assert row["why_not"] == "Fewer than 50 people or cases on a side."


def test_of_too_few_points_it_is_said_how_many_there_are() -> None:
    [row] = judged([row for row in of_areas() if row["period_start"] >= date(2018, 7, 1)]).rows(named=True)
    assert row["why_not"] == "Too few points before the start: 3, where 5 are needed."
    [row] = judged([row for row in of_areas() if row["period_start"] < date(2019, 7, 1)]).rows(named=True)
    assert row["why_not"] == "Too few points after the start: 1, where 3 are needed."


def test_a_period_in_which_the_programme_began_belongs_to_neither_side() -> None:
    [row] = judged(of_areas(), starts={"ash": date(2019, 5, 17)}).rows(named=True)
    assert (row["points_before"], row["points_after"]) == (12, 7)


def in_time(site: str, fall: float = 0.0, seed: int = 0) -> list[dict[str, Any]]:
    """Days in months of seven years, with a trend and a season; a share of them less from the site's start on."""
    days = months(84)
    level = 30 * np.exp(
        0.003 * np.arange(84) + 0.1 * np.sin(np.arange(84) * np.pi / 6) + 0.02 * NOISE[seed : seed + 84]
    )
    return rows(site, "days", days, level * np.array([1 - fall * (day >= STARTS[site]) for day in days]))


def count_of_people(seed: int, weigh: bool) -> list[dict[str, Any]]:
    """People waiting in months of seven years: a slow trend, and chance that outlasts a month. Nothing changes."""
    scatter = np.convolve(NOISE[seed : seed + 83 + 6], 0.6 ** np.arange(6), "full")[5:89]
    waiting = np.round(40 * np.exp(0.008 * np.arange(84) + 0.12 * scatter))
    made = rows("ash", "waiting", months(84), waiting)
    return [row | {"people": int(row["value"]) if weigh else 100} for row in made]


@pytest.mark.parametrize("seed", range(0, 1000, 100))
def test_a_count_that_is_high_by_chance_weighs_no_more_than_one_that_is_low(seed: int) -> None:
    by_itself, alike = (only(judged(count_of_people(seed, weigh)), "before_after", "ash") for weigh in (True, False))
    assert [by_itself[name] for name in ("estimate", "low", "high")] == [
        alike[name] for name in ("estimate", "low", "high")
    ]


def only(found: pl.DataFrame, design: str, site: str) -> dict[str, Any]:
    [row] = found.filter(design=design, site_id=site).rows(named=True)
    return row


def test_before_and_after_have_the_trend_and_the_season_in_them() -> None:
    row = only(judged(in_time("ash", 0.2)), "before_after", "ash")
    assert row["low"] < -20 < row["high"] < -10
    assert (row["unit"], row["points_before"], row["points_after"]) == ("percent", 36, 24)


def test_a_break_that_no_link_carries_is_a_step_of_its_own_unless_it_is_too_near_the_start() -> None:
    series = in_time("ash", 0.2)
    for row in series:
        row["value"] *= 1.5 if row["period_start"] >= date(2018, 1, 1) else 1
    far, near = (
        only(judged(series, breaks=[("ash", "days", day)]), "before_after", "ash")
        for day in (date(2018, 1, 1), date(2019, 2, 1))
    )
    assert far["low"] < -20 < far["high"] < 0
    assert near["why_not"] == "A break of the series stands too near the start to be told from it."


def test_a_site_is_held_against_those_of_its_nation_that_begin_after_the_span() -> None:
    series = [row for number, site in enumerate(STARTS) for row in in_time(site, 0.2, 100 * number)]
    found = judged(series)
    assert only(found, "not_yet_begun", "ash")["compared_with"] == 2
    assert only(found, "not_yet_begun", "ash")["low"] < -20 < only(found, "not_yet_begun", "ash")["high"] < -15
    why = "Fewer than 2 sites of the nation had a figure throughout and had not begun."
    assert only(found, "not_yet_begun", "dale")["why_not"] == why
    broken = judged(series, breaks=[("cole", "days", date(2018, 1, 1))])
    assert only(broken, "not_yet_begun", "ash")["why_not"] == why


def test_published_figures_are_held_against_councils_outside_the_programme() -> None:
    years = [date(year, 4, 1) for year in range(2015, 2022)]
    others = {f"o{number:02}": "england" for number in range(12)} | {f"w{number}": "wales" for number in range(20)}
    series = rows("ash", "share", years, [50] * 4 + [60] * 3)
    for number, council in enumerate(others):
        series += rows(council, "share", years, [40] * 4 + [43 + NOISE[number]] * 3)
    found = judged(series, published=True, nations=NATIONS | others)
    row = only(found, "comparators", "ash")
    assert row["compared_with"] == 12
    assert row["low"] < 7 < row["high"]
    assert found["design"].unique().to_list() == ["comparators"]


@pytest.mark.parametrize(("comparability", "nations"), [("limited", []), ("none", []), ("full", [None])])
def test_sites_are_pooled_over_nations_only_where_the_measure_is_the_same(
    comparability: str, nations: list[None]
) -> None:
    starts = {site: date(2019, 4, 1) for site in ("ash", "brook", "dale")}
    series = [row for site in starts for row in of_areas(site)]
    pooled = judged(series, starts=starts, comparability=comparability).filter(site_id="programme")
    assert pooled["nation"].to_list() == nations


def test_the_programmes_mean_is_over_the_sites_of_a_nation() -> None:
    starts = {site: date(2019, 4, 1) for site in ("ash", "brook", "cole")}
    series = [row for site, jump in zip(starts, (8, 10, 12), strict=True) for row in of_areas(site, jump)]
    [row] = judged(series, starts=starts).filter(site_id="programme").rows(named=True)
    assert (row["nation"], row["compared_with"], row["points_before"]) == ("england", 3, 36)
    assert row["estimate"] == pytest.approx(10, abs=0.2)
    # Student's of two, times the standard deviation of 2 over the root of three.
    assert row["high"] - row["estimate"] == pytest.approx(4.3027 * 2 / 3**0.5, abs=0.3)


def test_without_anything_there_are_no_rows_and_all_columns() -> None:
    found = judged(of_areas()).clear()
    assert found.schema == pl.Schema(SCHEMA)
    assert judged([row for row in of_areas() if row["area"] == "rest"]).rows() == []
