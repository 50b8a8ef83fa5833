"""Attacks on what is withheld: by linear programming, and by plain subtraction."""

from __future__ import annotations

from hypothesis import given, settings

from cls_pipeline.disclosure.choice import withheld_figures

from .attacker import Attacker
from .tables import RELATIONS, Kind, counted, figures, people, places

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


@settings(max_examples=60, deadline=None)
@given(people())
def test_linear_programming_finds_no_small_count_of_bands_within_areas(kinds: dict[Kind, int]) -> None:
    assert attack(kinds, crossed=True) == []
