"""A key's draws are its own."""

from __future__ import annotations

import numpy as np
import pytest

from cls_pipeline.sample.keyed import Keyed

KEYS = np.arange(1, 200_001, dtype=np.int64)


def test_a_key_draws_the_same_whoever_else_is_there() -> None:
    everybody, some = Keyed(7, ("fife", "x"), KEYS), Keyed(7, ("fife", "x"), KEYS[100:200])
    for _ in range(3):
        assert (everybody.standard_normal(len(KEYS))[100:200] == some.standard_normal(100)).all()


def test_neighbours_draws_seeds_and_subjects_have_nothing_in_common() -> None:
    rng = Keyed(7, ("fife", "x"), KEYS)
    first, second = rng.random(len(KEYS)), rng.random(len(KEYS))
    others = [Keyed(8, ("fife", "x"), KEYS), Keyed(7, ("fife", "y"), KEYS), Keyed(7, ("york", "x"), KEYS)]
    for one, other in [(first[1:], first[:-1]), (first, second), *((first, each.random(len(KEYS))) for each in others)]:
        assert abs(np.corrcoef(one, other)[0, 1]) < 0.01


def test_draws_are_spread_as_they_should_be() -> None:
    rng = Keyed(7, ("fife", "x"), KEYS)
    size = len(KEYS)
    assert rng.random(size).mean() == pytest.approx(0.5, abs=0.005)
    assert rng.standard_exponential(size).mean() == pytest.approx(1, abs=0.01)
    normal = rng.standard_normal(size)
    assert (normal.mean(), normal.std()) == (pytest.approx(0, abs=0.01), pytest.approx(1, abs=0.01))
    assert set(rng.integers(3, 6, size)) == {3, 4, 5}


def test_a_draw_is_one_for_each_key() -> None:
    with pytest.raises(ValueError, match="5 draws were asked for 200000 keys"):
        Keyed(7, ("fife",), KEYS).random(5)
