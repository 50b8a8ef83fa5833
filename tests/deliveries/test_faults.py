"""A fault lives from the night on which it is found until one on which nothing of it stands, and may return."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.deliveries.faults import Fault, changed, judge, standing_fault, waiver_of
from cls_pipeline.deliveries.standing import FaultKey, Standing
from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import Waiver

FIRST = date(2024, 3, 1)
RULES = ("sex.mapped", "end_date.valid", "key.unique")
Night = tuple[int, set[str]]


def night(number: int) -> date:
    return FIRST + timedelta(days=number)


def failure(rule: str, **changes: object) -> RuleFailure:
    usual = RuleFailure(rule, "refuse_row", "It is wrong.", "a.csv", "contacts", "COL", 3, 0.1, "", "", "", "Mend it.")
    return replace(usual, **changes)


def standing(*rules: str) -> dict[FaultKey, Standing]:
    return {("alder", "request", rule, "contacts", "COL"): Standing(failure(rule), "d", 1) for rule in rules}


def waiver(**changes: object) -> Waiver:
    usual = {"entity": "request", "rule": "sex.mapped", "reason": "Agreed.", "owner": "team:ash", "until": night(9)}
    return Waiver.model_validate(usual | changes)


def lived(*nights: Night, waivers: tuple[Waiver, ...] = ()) -> dict[str, Fault]:
    """The faults by rule after nights, each with the rules that stand on it."""
    faults: dict[FaultKey, Fault] = {}
    for number, rules in nights:
        faults = judge(faults, standing(*rules), {"alder"}, waivers, night(number))
    return {key[2]: fault for key, fault in faults.items()}


def test_a_fault_keeps_the_night_on_which_it_was_first_seen() -> None:
    fault = lived((0, {"sex.mapped"}), (5, {"sex.mapped"}))["sex.mapped"]
    assert (fault.state, fault.first_seen, fault.opened, fault.last_seen) == ("open", night(0), night(0), night(5))
    assert fault.nights_open(night(5)) == 6


def test_a_fault_that_is_gone_is_fixed_and_remembered() -> None:
    fault = lived((0, {"sex.mapped"}), (5, set()))["sex.mapped"]
    assert (fault.state, fault.last_seen, fault.closed) == ("fixed", night(0), night(5))
    assert fault.nights_open(night(30)) == 5


def test_a_fault_that_comes_back_has_returned_and_its_nights_are_counted_anew() -> None:
    fault = lived((0, {"sex.mapped"}), (5, set()), (7, {"sex.mapped"}))["sex.mapped"]
    assert (fault.state, fault.first_seen, fault.opened, fault.closed) == ("returned", night(0), night(7), None)
    assert (fault.times_opened, fault.nights_open(night(8))) == (2, 2)


def test_a_night_on_which_nothing_of_its_system_was_read_leaves_a_fault_as_it_is() -> None:
    before = judge({}, standing("sex.mapped"), {"alder"}, (), night(0))
    after = judge(before, standing("sex.mapped"), set(), (), night(1))
    assert after == before


def test_a_waiver_holds_on_its_last_day_and_no_longer() -> None:
    states = [lived((0, {"sex.mapped"}), (n, {"sex.mapped"}), waivers=(waiver(),))["sex.mapped"].state for n in (9, 10)]
    assert states == ["waived", "open"]


def test_a_waiver_that_has_ended_is_told_and_one_in_force_too() -> None:
    held = standing_fault(lived((0, {"sex.mapped"}), waivers=(waiver(),))["sex.mapped"], night(0))
    ended = standing_fault(
        lived((0, {"sex.mapped"}), (10, {"sex.mapped"}), waivers=(waiver(),))["sex.mapped"], night(10)
    )
    assert (held.life, held.fails, held.waiver, held.expired_waiver) == ("waived", False, waiver(), None)
    assert (ended.life, ended.fails, ended.waiver, ended.expired_waiver) == ("continuing", True, None, waiver())


def test_a_fault_that_was_waived_and_comes_back_after_the_end_has_returned() -> None:
    nights = ((0, {"sex.mapped"}), (5, set()), (12, {"sex.mapped"}))
    assert lived(*nights, waivers=(waiver(),))["sex.mapped"].state == "returned"


@pytest.mark.parametrize(
    ("changes", "of", "silenced"),
    [
        ({}, {}, True),
        ({"column": " col "}, {}, True),
        ({"column": "OTHER"}, {}, False),
        ({"rule": "end_date.valid"}, {}, False),
        ({"entity": "person"}, {}, False),
        ({}, {"severity": "warn"}, True),
        ({}, {"severity": "refuse_delivery"}, False),
    ],
)
def test_a_waiver_silences_its_rule_and_column_and_never_a_refusal(
    changes: dict[str, object], of: dict[str, object], silenced: bool
) -> None:
    assert (waiver_of("request", failure("sex.mapped", **of), (waiver(**changes),)) is not None) is silenced


def test_of_two_waivers_the_longer_one_counts() -> None:
    longer = waiver(until=night(20))
    assert waiver_of("request", failure("sex.mapped"), (waiver(), longer)) == longer


@pytest.mark.parametrize(
    ("nights", "today", "life"),
    [
        ([(0, {"sex.mapped"})], 0, "new"),
        ([(0, {"sex.mapped"})], 1, "continuing"),
        ([(0, {"sex.mapped"}), (1, set()), (2, {"sex.mapped"})], 2, "returned"),
        ([(0, {"sex.mapped"}), (0, {"sex.mapped"})], 0, "new"),
    ],
)
def test_a_standing_fault_says_how_it_stands(nights: list[Night], today: int, life: str) -> None:
    assert standing_fault(lived(*nights)["sex.mapped"], night(today)).life == life


def nights() -> st.SearchStrategy[list[Night]]:
    """Some nights in order, some twice, each with the rules that stand on it."""
    steps = st.lists(st.tuples(st.integers(0, 3), st.sets(st.sampled_from(RULES))), min_size=1, max_size=15)

    def in_order(found: list[Night]) -> list[Night]:
        number, made = 0, []
        for step, rules in found:
            number += step
            made.append((number, rules))
        return made

    return steps.map(in_order)


@given(nights())
def test_whatever_the_nights_every_opening_is_closed_or_stands(nights: list[Night]) -> None:
    faults = lived(*nights)
    seen: list[set[str]] = [set(), *(rules for _, rules in nights)]
    for rule in RULES:
        openings = sum(rule in after and rule not in before for before, after in pairwise(seen))
        closings = sum(rule in before and rule not in after for before, after in pairwise(seen))
        fault = faults.get(rule)
        assert openings == (fault.times_opened if fault else 0)
        assert openings - closings == (fault is not None and fault.closed is None) == (rule in seen[-1])


@given(nights())
def test_whatever_the_nights_the_days_of_a_fault_are_in_order(nights: list[Night]) -> None:
    for rule, fault in lived(*nights).items():
        stood = [night(number) for number, rules in nights if rule in rules]
        assert (fault.first_seen, fault.last_seen) == (stood[0], stood[-1])
        assert fault.first_seen <= fault.opened <= fault.last_seen <= (fault.closed or fault.last_seen)
        assert fault.nights_open(night(nights[-1][0])) >= (fault.closed is None)
        assert (fault.state == "fixed") == (fault.closed is not None)
        assert (fault.state == "returned") == (fault.closed is None and fault.times_opened > 1)


@given(nights(), st.integers(0, 45))
def test_a_waiver_changes_no_fault_but_its_state(nights: list[Night], until: int) -> None:
    waived = lived(*nights, waivers=(waiver(until=night(until)),))
    for rule, fault in lived(*nights).items():
        assert replace(waived[rule], state=fault.state, waiver=None) == fault
        assert (waived[rule].state == "waived") == (
            rule == "sex.mapped" and fault.closed is None and nights[-1][0] <= until
        )


@given(nights())
def test_judging_a_night_twice_changes_nothing(nights: list[Night]) -> None:
    faults = lived(*nights)
    again = lived(*nights, nights[-1])
    assert again == faults
    assert not any(changed(faults[rule], fault) for rule, fault in again.items())
