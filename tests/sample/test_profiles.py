"""The illustrative profiles map every code of every list that they use, and some of them under two labels."""

from __future__ import annotations

import pytest

from cls_pipeline.registry import Registry

CASE = (
    "alder_case_4", "alder_case_5", "birch_social_7", "birch_social_8", "cedar_records_2", "cedar_records_3",
)  # fmt: skip
SYSTEMS = (*CASE, "dunlin_finance_3", "dunlin_finance_4", "egret_payments_1")
# Lists whose codes got new labels with a later form.
RELABELLED = {"event_outcome", "route_of_access", "service_component", "venue", "cost_frequency"}


def test_these_are_all_systems_that_are_no_publications(registry: Registry) -> None:
    local = {system.id for system in registry.systems.values() if system.family != "publication"}
    assert local == set(SYSTEMS)


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
        assert set(texts) == {2 if name in RELABELLED else 1}, name


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
