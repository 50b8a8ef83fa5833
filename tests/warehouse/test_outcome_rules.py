"""The rules by which outcome instruments are scored, as they are written: their scales, and better is never worse."""

from __future__ import annotations

import csv
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cls_pipeline.settings import PROJECT_ROOT


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (PROJECT_ROOT / "dbt_project" / "seeds" / f"{name}.csv").open(newline="") as file:
        return list(csv.DictReader(file))


MEASURES = {row["measure"]: row for row in seed("outcome_measure")}
TABLE = {(row["measure"], Decimal(row["raw"])): Decimal(row["score"]) for row in seed("outcome_table")}
#: By measure and item, what each answer is worth.
WEIGHTS: dict[str, dict[str, dict[Decimal, Decimal]]] = {}
for row in seed("outcome_weight"):
    answers = WEIGHTS.setdefault(row["measure"], {}).setdefault(row["item"], {})
    answers[Decimal(row["answer"])] = Decimal(row["weight"])

Form = tuple[Decimal, ...]


def score(measure: str, form: Form) -> Decimal:
    """The score of the answers in the order of the items."""
    rule = MEASURES[measure]
    worth = sum((weights[told] for weights, told in zip(WEIGHTS[measure].values(), form, strict=True)), Decimal(0))
    if rule["method"] == "table":
        return TABLE[measure, worth]
    return worth * Decimal(rule["multiplier"]) + Decimal(rule["constant"])


def by_worth(measure: str) -> list[list[Decimal]]:
    """The answers to each item from the one worth least to the one worth most."""
    return [sorted(weights, key=lambda told: (weights[told], told)) for weights in WEIGHTS[measure].values()]


def test_each_measure_is_written_once_with_as_many_questions_as_it_says() -> None:
    assert len(MEASURES) == len(seed("outcome_measure"))
    assert {name: len(items) for name, items in WEIGHTS.items()} == {
        name: int(rule["items"]) for name, rule in MEASURES.items()
    }


def test_every_instrument_is_one_of_the_code_list() -> None:
    with (PROJECT_ROOT / "data_contracts" / "code_lists" / "instrument.csv").open(newline="") as file:
        codes = {row["code"] for row in csv.DictReader(file)}
    assert {rule["instrument"] for rule in MEASURES.values()} <= codes


@pytest.mark.parametrize("measure", MEASURES)
def test_the_scale_reaches_from_the_lowest_to_the_highest_score(measure: str) -> None:
    ends = [score(measure, tuple(answers[end] for answers in by_worth(measure))) for end in (0, -1)]
    assert [float(end) for end in ends] == [float(MEASURES[measure][name]) for name in ("lowest", "highest")]


@pytest.mark.parametrize("measure", MEASURES)
def test_all_questions_of_a_measure_run_the_same_way(measure: str) -> None:
    ways = {
        told == sorted(told, reverse=reverse) and reverse
        for told in by_worth(measure)
        for reverse in (True, False)
        if told == sorted(told, reverse=reverse)
    }
    assert len(ways) == 1


@given(st.data())
def test_a_better_answer_never_lowers_a_score_and_none_leaves_the_scale(data: st.DataObject) -> None:
    measure = data.draw(st.sampled_from(sorted(MEASURES)))
    pairs = [data.draw(st.tuples(*[st.integers(0, len(answers) - 1)] * 2).map(sorted)) for answers in by_worth(measure)]
    worse, better = (
        score(measure, tuple(answers[pair[end]] for answers, pair in zip(by_worth(measure), pairs, strict=True)))
        for end in (0, 1)
    )
    lowest, highest = (float(MEASURES[measure][name]) for name in ("lowest", "highest"))
    assert lowest <= float(worse) <= float(better) <= highest


def test_a_minimal_change_has_a_source_and_fits_on_the_scale() -> None:
    for rule in MEASURES.values():
        if rule["minimal_change"]:
            assert rule["minimal_change_source"] != "none published was found"
            assert 0 < float(rule["minimal_change"]) < float(rule["highest"]) - float(rule["lowest"])
        else:
            assert rule["minimal_change_source"] == "none published was found"


def test_a_conversion_leads_from_questions_to_questions_with_the_same_answers() -> None:
    of_instrument = {rule["instrument"]: name for name, rule in MEASURES.items()}
    for row in seed("outcome_conversion"):
        asked = WEIGHTS[of_instrument[row["from_instrument"]]]
        scored = WEIGHTS[of_instrument[row["to_instrument"]]]
        assert list(asked[row["from_item"]]) == list(scored[row["to_item"]])
        assert list(asked).index(row["from_item"]) + 1 == int(row["from_position"])
        assert row["source"]
