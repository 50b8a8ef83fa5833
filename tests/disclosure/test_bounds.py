"""What a reader can work out of sums: small systems, by hand and at random."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.disclosure.bounds import Links, worked_out


@st.composite
def systems(draw: st.DrawFn) -> tuple[np.ndarray, Links]:
    """Up to ten counts, and sums among them that hold: each adds up some of the counts before it."""
    values = [float(draw(st.integers(0, 20))) for _ in range(draw(st.integers(2, 5)))]
    total, sum_of, part = [], [], []
    for number in range(draw(st.integers(1, 5))):
        members = draw(st.lists(st.integers(0, len(values) - 1), min_size=1, max_size=4, unique=True))
        total.append(len(values))
        sum_of += [number] * len(members)
        part += members
        values.append(sum(values[member] for member in members))
    return np.array(values), Links(np.array(total), np.array(sum_of), np.array(part))


@settings(max_examples=200, deadline=None)
@given(systems(), st.data())
def test_what_is_worked_out_anew_around_what_was_hidden_is_what_all_of_it_gives(
    system: tuple[np.ndarray, Links], data: st.DataObject
) -> None:
    values, links = system
    known = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    hidden = known & np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    before = worked_out(values, known, links)
    around = worked_out(values, known & ~hidden, links, before, hidden)
    afresh = worked_out(values, known & ~hidden, links)
    np.testing.assert_allclose(around, afresh)


@settings(max_examples=100, deadline=None)
@given(systems(), st.data())
def test_what_is_lies_within_what_can_be_worked_out(system: tuple[np.ndarray, Links], data: st.DataObject) -> None:
    values, links = system
    known = np.array(data.draw(st.lists(st.booleans(), min_size=len(values), max_size=len(values))))
    low, high = worked_out(values, known, links)
    assert (low <= values + 1e-9).all() and (values <= high + 1e-9).all()


def test_a_rounding_between_two_wholes_does_not_grow() -> None:
    # Two wholes of the same parts that differ by a millionth, as sums of money do.
    values = np.array([9000.000002, 9000.0, 5000.0, 4000.0])
    links = Links(np.array([0, 1]), np.array([0, 0, 1, 1]), np.array([2, 3, 2, 3]))
    low, high = worked_out(values, np.array([True, True, False, True]), links)
    assert (low <= values).all() and (values <= high).all()
