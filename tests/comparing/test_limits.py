"""The limits keep quiet where chance would speak."""

from __future__ import annotations

import random

import pytest

from cls_pipeline.comparing.limits import beyond_chance, effect, unusually_few


@pytest.mark.parametrize(("share", "other", "size"), [(0.5, 0.5, 0.0), (0.5, 0.6, 0.201), (0.0, 0.01, 0.200)])
def test_the_size_of_an_effect_is_cohens_h(share: float, other: float, size: float) -> None:
    assert effect(share, other) == pytest.approx(size, abs=0.001)
    assert effect(other, share) == effect(share, other)


def test_of_few_deliveries_nothing_is_usual() -> None:
    assert not unusually_few(0, [100] * 4, 0.05)
    assert unusually_few(0, [100] * 5, 0.05)


def test_counts_that_vary_by_chance_alone_hardly_ever_give_an_alarm() -> None:
    dice = random.Random(1)
    draws = [[sum(dice.random() < 0.03 for _ in range(1000)) for _ in range(13)] for _ in range(200)]
    assert sum(unusually_few(now, recent, 0.05) for now, *recent in draws) <= 1


def test_a_half_is_found_among_counts_that_vary_by_chance() -> None:
    dice = random.Random(2)
    draws = [[sum(dice.random() < 0.1 for _ in range(1000)) for _ in range(12)] for _ in range(50)]
    assert all(unusually_few(45, recent, 0.05) for recent in draws)


def test_the_same_effect_is_beyond_chance_in_many_rows_and_not_in_few() -> None:
    assert beyond_chance(0.2, 2000, 2000)
    assert not beyond_chance(0.2, 200, 200)
