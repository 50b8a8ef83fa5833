"""The illustrative profiles map every code of every list that they use."""

from __future__ import annotations

import pytest

from cls_pipeline.registry import Registry

SYSTEMS = ("alder_case_4", "birch_social_7", "cedar_records_2", "dunlin_finance_3")


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
def test_no_two_texts_are_the_same_but_for_case_and_space(system: str, registry: Registry) -> None:
    for name, meanings in registry.systems[system].codes.items():
        folded = [" ".join(text.split()).casefold() for text in meanings]
        assert len(folded) == len(set(folded)), name


@pytest.mark.parametrize("system", SYSTEMS)
def test_a_profile_says_that_its_layout_is_illustrative(system: str, registry: Registry) -> None:
    assert registry.systems[system].layout == "illustrative"


@pytest.mark.parametrize("system", SYSTEMS[:3])
def test_case_systems_say_what_a_person_was_numbered_before(system: str, registry: Registry) -> None:
    (person,) = [layout for layout in registry.systems[system].files if layout.entity == "person"]
    assert "legacy_person_id" in person.columns
