"""Attacks on what is withheld: by linear programming, and by plain subtraction."""

from __future__ import annotations

from itertools import product
from math import floor

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cls_pipeline.disclosure.choice import withheld_figures
from cls_pipeline.disclosure.counts import IDENTITY

from .attacker import Attacker
from .tables import FATES, RELATIONS, Kind, as_figures, counted, figures, people, places
from .whole_release import attack as attack_whole

LIMIT = 7


def shown(kinds: dict[Kind, int], *, crossed: bool) -> set[tuple[str, str, str]]:
    """Area, band and metric of each figure that a release shows."""
    table = figures(kinds, crossed=crossed)
    left = table.join(withheld_figures(table, RELATIONS, LIMIT), on="row", how="anti")
    return set(left.select("area", "breakdown_value", "metric_id").iter_rows())


def attack(kinds: dict[Kind, int], *, crossed: bool) -> list[str]:
    """Each small count that the attacker knows to within less than 1 to 7, in words."""
    seen = shown(kinds, crossed=crossed)
    attacker = Attacker(["/".join(kind) for kind in kinds])
    small = []
    for area, band in places(kinds, crossed=crossed):
        for metric, name, count, value in counted(kinds, area, band):
            if (area, band, metric) in seen:
                attacker.sees(count, value)
            else:
                attacker.guesses(count, value)
            if 0 < value <= LIMIT:
                small.append((f"{area} {band} {metric} {name} {value}", count))
    ranges = {words: attacker.range_of(count) for words, count in small}
    return [f"{words}: {low} to {high}" for words, (low, high) in ranges.items() if high - low < LIMIT - 1 - 1e-6]


@settings(max_examples=60, deadline=None)
@given(people())
def test_linear_programming_finds_no_small_count_of_bands_and_areas(kinds: dict[Kind, int]) -> None:
    assert attack(kinds, crossed=False) == []


# The two bands that are withheld can be had as one, here and in all: what is in neither area is the difference.
CIRCLE = {
    **dict.fromkeys(product(("x", "y", "elsewhere"), ("18", "65", "85"), FATES), 0),
    **{("x", "18", "none"): 1, ("x", "65", "none"): 8, ("x", "85", "resolved"): 8, ("y", "85", "none"): 1},
    **{("elsewhere", "65", "other"): 1, ("elsewhere", "85", "none"): 8},
}


@settings(max_examples=60, deadline=None)
@given(people())
@example(CIRCLE)
def test_linear_programming_finds_no_small_count_of_bands_within_areas(kinds: dict[Kind, int]) -> None:
    assert attack(kinds, crossed=True) == []


@settings(max_examples=10, deadline=None)
@given(people(), st.sampled_from([2, 3, 5, 8]))
def test_rounded_counts_narrow_no_hidden_count_more_than_exact_ones(kinds: dict[Kind, int], base: int) -> None:
    seen = shown(kinds, crossed=False)
    exact, rounded = (Attacker(["/".join(kind) for kind in kinds]) for _ in range(2))
    hidden = []
    for area, band in places(kinds, crossed=False):
        for metric, name, count, value in counted(kinds, area, band):
            if (area, band, metric) not in seen:
                exact.guesses(count, value)
                rounded.guesses(count, value)
                hidden += [count] if value > 0 else []
            else:
                exact.sees(count, value)
                # Those whom a share leaves out are told by nothing but the difference of two rounded counts.
                if name != "complement":
                    rounded.sees_rounded(count, base * floor(value / base + 0.5), base)
    for count in hidden:
        (low, high), (low_exact, high_exact) = rounded.range_of(count), exact.range_of(count)
        assert low <= low_exact + 1e-6 and high >= high_exact - 1e-6


def bands(*withheld: str) -> pl.DataFrame:
    """Bands of age of a count of 105, of which 5 are 85 or older; those named are withheld."""
    numbers = {"all": 105.0, "18": 60.0, "65": 40.0, "85": 5.0}
    rows = [
        {
            "metric_id": "m",
            "breakdown_value": value,
            "breakdown": "all" if value == "all" else "age_band",
            "numerator": n,
        }
        for value, n in numbers.items()
    ]
    return as_figures(pl.DataFrame(rows)).with_columns(is_shown=~pl.col("breakdown_value").is_in(withheld))


def test_the_attack_on_a_whole_release_finds_what_subtraction_gives() -> None:
    attacked, narrowed = attack_whole(bands("85"), RELATIONS, pl.DataFrame(schema=IDENTITY), LIMIT)
    assert (attacked, narrowed) == (1, ["m.numerator@1 s all month 2020-04-01 age_band 85"])


def test_the_attack_on_a_whole_release_finds_nothing_where_another_part_is_withheld() -> None:
    assert attack_whole(bands("85", "65"), RELATIONS, pl.DataFrame(schema=IDENTITY), LIMIT) == (1, [])


def test_the_attack_on_a_whole_release_names_a_small_count_that_is_shown() -> None:
    assert attack_whole(bands(), RELATIONS, pl.DataFrame(schema=IDENTITY), LIMIT)[1] == [
        "m.numerator@1 s all month 2020-04-01 age_band 85"
    ]
