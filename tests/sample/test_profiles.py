"""The illustrative profiles map every code of every list that they use, and some of them under two labels."""

from __future__ import annotations

import pytest

from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.settings import get_settings

LOCAL = [one for one in load_registry(get_settings().contracts_dir).systems.values() if one.layout == "illustrative"]
SYSTEMS = sorted(one.id for one in LOCAL)
CASE = sorted(one.id for one in LOCAL if one.family == "case_management")
# Lists whose codes got new labels with a later form.
RELABELLED = {"event_outcome", "route_of_access", "service_component", "venue", "cost_frequency"}


def test_there_are_ten_systems_of_two_families(registry: Registry) -> None:
    families = [registry.systems[system].family for system in SYSTEMS]
    assert (families.count("case_management"), families.count("finance")) == (7, 3)


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_code_has_a_text_of_the_systems_own(system: str, registry: Registry) -> None:
    profile = registry.systems[system]
    for layout in profile.files:
        for ours, source in layout.columns.items():
            code_list = registry.contracts[layout.entity].columns[ours].code_list
            if code_list:
                meanings = profile.codes[source.codes or code_list]
                assert set(meanings.values()) == set(registry.code_lists[code_list].codes), (layout.id, ours)


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_code_has_one_text_and_where_a_later_form_relabelled_it_two(system: str, registry: Registry) -> None:
    for name, meanings in registry.systems[system].codes.items():
        texts = [list(meanings.values()).count(code) for code in dict.fromkeys(meanings.values())]
        assert len(set(texts)) == 1 and (texts[0] == 1 or name in RELABELLED), name


@pytest.mark.parametrize("system", SYSTEMS)
def test_no_two_texts_are_the_same_but_for_case_and_space(system: str, registry: Registry) -> None:
    for name, meanings in registry.systems[system].codes.items():
        folded = [" ".join(text.split()).casefold() for text in meanings]
        assert len(folded) == len(set(folded)), name


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_profile_says_that_its_layout_is_illustrative(system: str, registry: Registry) -> None:
    assert registry.systems[system].layout == "illustrative"


@pytest.mark.parametrize("system", CASE)
def test_case_systems_say_what_a_person_was_numbered_before(system: str, registry: Registry) -> None:
    (person,) = [layout for layout in registry.systems[system].files if layout.entity == "person"]
    assert "legacy_person_id" in person.columns
