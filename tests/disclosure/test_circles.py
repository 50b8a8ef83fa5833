"""What can be worked out where sums go round in a circle."""

from __future__ import annotations

import numpy as np
import pytest

from cls_pipeline.disclosure.bounds import Links, worked_out
from cls_pipeline.disclosure.circles import laid_open

# 1 + 8 = 9 in an area and 1 + 9 = 10 in all of it, by two bands; one person of the second band is in no area.
VALUES = np.array([1.0, 8.0, 9.0, 1.0, 9.0, 10.0, 1.0])
HERE_BY_BAND, HERE, ALL_BY_BAND, ALL, ELSEWHERE = (0, 1), 2, (3, 4), 5, 6
LINKS = Links(
    total=np.array([HERE, ALL, *ALL_BY_BAND]),
    sum_of=np.array([0, 0, 1, 1, 2, 3, 3]),
    part=np.array([*HERE_BY_BAND, *ALL_BY_BAND, HERE_BY_BAND[0], HERE_BY_BAND[1], ELSEWHERE]),
)
NEED = np.where(np.arange(7) == ELSEWHERE, 6.0, 0.0)
EVERYTHING = np.ones(7, dtype=np.bool_)


def knowing(*counts: int) -> np.ndarray:
    return np.isin(np.arange(7), counts)


def test_what_two_totals_tell_together_is_found_though_no_sum_tells_it() -> None:
    low, high = worked_out(VALUES, knowing(HERE, ALL), LINKS)
    assert high[ELSEWHERE] - low[ELSEWHERE] > 6.0
    assert laid_open(VALUES, knowing(HERE, ALL), LINKS, NEED, EVERYTHING).nonzero()[0].tolist() == [ELSEWHERE]


@pytest.mark.parametrize("known", [(HERE,), (ALL,), ()])
def test_one_total_alone_tells_nothing(known: tuple[int, ...]) -> None:
    values = VALUES + np.array([30, 30, 60, 30, 30, 60, 0.0])
    assert not laid_open(values, knowing(*known), LINKS, NEED, EVERYTHING).any()


def test_counts_that_are_not_asked_are_taken_to_be_safe() -> None:
    assert not laid_open(VALUES, knowing(HERE, ALL), LINKS, NEED, ~EVERYTHING).any()
