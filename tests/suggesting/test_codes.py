"""A text that no map knows is told with what it most likely means, and why; a number is never judged by its looks."""

from __future__ import annotations

import copy
from typing import Any

import pytest
import yaml
from programme import CONTACTS, Programme, alder, contacts, sender
from pytest import param

from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import Registry, RegistryError
from cls_pipeline.suggesting.codes import Suggestion, known_texts, likeliest
from cls_pipeline.suggesting.lines import CHOOSE, code_lines, last_line, together

MAP = {"10": "support", "20": "advice", "22": "advice", "30": "none", "Advice given": "advice"}


def system(system_id: str, codes: dict[str, str], **changes: Any) -> dict[str, Any]:
    files = [copy.deepcopy(CONTACTS) | {"name": f"{system_id}_{{as_of}}.csv"}]
    named = {"id": system_id, "name": system_id.replace("_", " ").capitalize(), "files": files}
    return alder(**named, codes={"outcome": codes}) | changes


@pytest.fixture
def registry(programme: Programme) -> Registry:
    """Ash sends from the first version of a product; birch is on it too, and has added a code; oak is on another."""
    programme.systems = [
        system("alder_1", MAP),
        system("alder_2", {"10": "support", "215": "none"}, continues="alder_1"),
        system("oak_1", {"77": "support", "Home visit": "support"}),
    ]
    added = {"codes": {"outcome": {"216": "advice", "10": "support"}}}
    programme.senders = [
        sender("ash", systems=[{"system": "alder_1"}]),
        sender("birch", systems=[{"system": "alder_1"}], additions=added),
        sender("elm", systems=[{"system": "oak_1"}], additions={"codes": {"outcome": {"78": "none"}}}),
    ]
    return programme.registry


def suggestion(registry: Registry, text: str) -> Suggestion:
    ash, codes = registry.senders["ash"], registry.code_lists["outcome"]
    return likeliest(text, known_texts(registry, ash, registry.systems["alder_1"], "outcome", codes))


@pytest.mark.parametrize(
    ("text", "code", "why"),
    [
        param("215", "none", "Alder 2 maps it so", id="another version of the product"),
        param("216", "advice", "Birch, on the same product, maps it so", id="another site on the product"),
        param("010", "support", "the same number as '10'", id="zeros before it"),
        param("10.0", "support", "the same number as '10'", id="what a spreadsheet makes of it"),
        param("home VISIT", "support", "Oak 1 maps it so", id="the words of another product"),
        param("Advise given", "advice", "most like 'Advice given'", id="a slip of the pen"),
        param("Long term support", "support", "most like 'Long-term support'", id="the label of our own list"),
        param("21", "advice", "between '20' (advice) and '22' (advice)", id="both neighbours agree"),
        param("15", None, "between '10' (support) and '20' (advice)", id="neighbours that differ"),
        param("77", None, "after '30' (none)", id="a number of another product"),
        param("78", None, "after '30' (none)", id="a number of a site on another product"),
        param("Zzyzx", None, "nothing is like it", id="like nothing"),
        param("??", None, "nothing is like it", id="neither number nor word"),
    ],
)
def test_the_weightiest_evidence_decides(registry: Registry, text: str, code: str | None, why: str) -> None:
    found = suggestion(registry, text)
    assert (found.code, found.why) == (code, why)


def mapped(programme: Programme, text: str) -> RuleFailure:
    programme.send("contacts_2024-03-31.csv", contacts(20, {6: {"Outcome": text}}))
    [failure] = programme.outcome().failures["request"]
    return failure


def test_a_failure_comes_with_the_lines_that_would_map_it_and_they_do(programme: Programme) -> None:
    failure = mapped(programme, "2 Advise")
    assert failure.nearest == "'2 Advice'"
    assert last_line(failure.suggestion) == "outcome: {\"2 Advise\": advice}  # 2 Advise: most like '2 Advice'"
    programme.senders = [sender("ash", **yaml.safe_load(failure.suggestion)), sender("birch")]
    assert programme.outcome().failures == {}


def test_nothing_is_suggested_for_a_text_that_is_not_shown(programme: Programme) -> None:
    failure = mapped(programme, "Ada Hopper")
    assert (failure.suggestion, failure.nearest) == ("", "")


def test_a_code_that_must_be_chosen_is_not_taken_by_the_registry(programme: Programme) -> None:
    failure = mapped(programme, "215")
    assert f'outcome: {{"215": {CHOOSE}}}' in failure.suggestion
    programme.senders = [sender("ash", **yaml.safe_load(failure.suggestion)), sender("birch")]
    with pytest.raises(RegistryError, match="a code of the list outcome is expected, found 'choose_a_code'"):
        _ = programme.registry


def test_suggestions_of_several_rules_make_one_block_with_each_map_once() -> None:
    one = code_lines("outcome", [Suggestion("1", "advice", "", "a: b"), Suggestion('say "no"', "none", "", "c")])
    two = code_lines("outcome", [Suggestion("1", "advice", "", "a: b"), Suggestion("3", "yes", "", "e")])
    other = code_lines("venue", [Suggestion("4", None, "", "f")])
    block = together([one, two, "", other])
    assert yaml.safe_load(block) == {
        "additions": {
            "codes": {"outcome": {"1": "advice", 'say "no"': "none", "3": "yes"}, "venue": {"4": CHOOSE}},
        }
    }
    assert block.splitlines()[-1] == "# 4: f"


@pytest.mark.parametrize("text", ["a  # b", "x: {y}", "'", '"', "line\nbreak", "#", "é＝"])
def test_any_text_survives_as_yaml(text: str) -> None:
    lines = code_lines("m", [Suggestion(text, "a_code", "", text)])
    assert yaml.safe_load(lines)["additions"]["codes"] == {"m": {text: "a_code"}}
    assert yaml.safe_load(together([lines]))["additions"]["codes"] == {"m": {text: "a_code"}}
