"""The catalogue of metrics: the page follows the seeds, and every measure of the programme's list is accounted for."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import pytest

from cls_pipeline.settings import PROJECT_ROOT
from cls_pipeline.warehouse.catalogue import page, read_seed, render

SEEDS = PROJECT_ROOT / "dbt_project" / "seeds"
#: The programme's own list lies beside the project where it is being built, and nowhere else.
THE_LIST = PROJECT_ROOT.parent / "shared" / "domain" / "metrics.csv"
DEFINITIONS = read_seed(SEEDS, "metric_definition")
WISHES = read_seed(SEEDS, "wished_metric")
OUTCOMES = {"1", "2", "3", "4", "5", "6"}
QUESTIONS = {"1", "2", "3", "4", "5", "6", "7"}


def test_the_page_is_what_the_seeds_say_now() -> None:
    written = (PROJECT_ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    assert written == page(PROJECT_ROOT / "dbt_project"), "`make docs` writes the page again"


def the_list() -> list[str]:
    """The names of the measures on the programme's list."""
    if not THE_LIST.exists():
        pytest.skip(f"the programme's list of measures is not at {Path('..', 'shared', 'domain', 'metrics.csv')}")
    with THE_LIST.open(encoding="utf-8", newline="") as file:
        return [row["metric"] for row in csv.DictReader(file)]


def test_every_measure_of_the_programmes_list_is_accounted_for_in_its_place() -> None:
    listed = [(str(place), hashlib.sha256(name.encode()).hexdigest()[:8]) for place, name in enumerate(the_list(), 1)]
    assert [(row["wish_no"], row["fingerprint"]) for row in WISHES] == listed


def test_a_wish_is_answered_by_a_metric_that_is_there_or_says_what_stands_in_the_way() -> None:
    known = {row["metric_id"] for row in DEFINITIONS}
    untrue = [row["wish_no"] for row in WISHES if not set(row["answered_by"].split()) <= known]
    assert untrue == []
    expected = {
        (True, False): "answered",
        (True, True): "partly answered",
        (False, True): "not answered",
    }
    odd = [
        row["wish_no"]
        for row in WISHES
        if row["standing"] != "elsewhere"
        and expected.get((bool(row["answered_by"]), bool(row["stands_in_the_way"]))) != row["standing"]
    ]
    assert odd == []


def test_a_version_of_a_metric_is_defined_once() -> None:
    keys = [(row["metric_id"], row["definition_version"]) for row in DEFINITIONS]
    assert sorted(keys) == sorted(set(keys))


def test_every_metric_speaks_to_outcomes_and_questions_of_the_programme() -> None:
    lost = [
        row["metric_id"]
        for row in DEFINITIONS
        if not set(row["outcome"].split(";")) <= OUTCOMES or not set(row["question"].split(";")) <= QUESTIONS
    ]
    assert lost == []


def test_how_nations_compare_is_judged_of_metrics_that_are_there_and_hold_in_several() -> None:
    several = {row["metric_id"] for row in DEFINITIONS if "," in row["nations"]}
    assert {row["metric_id"] for row in read_seed(SEEDS, "metric_comparability")} <= several


def test_a_metric_without_numerator_says_nothing_of_one_and_bars_do_not_break_a_table() -> None:
    row = {
        "metric_id": "m", "definition_version": "2", "name": "M", "definition": "Either | or.", "numerator": "",
        "denominator": "people", "unit": "days", "direction": "lower", "valid_from": "2020-04-01", "valid_until": "",
        "owner": "ours", "nations": "wales", "outcome": "1", "question": "6", "source_kind": "records",
        "source": "a | b",
    }  # fmt: skip
    shown = render([row], [], [])
    assert "| metric | `m`, version 2, from 2020-04-01 |\n| denominator | people |" in shown
    assert "| source | a &#124; b |" in shown
