"""Questions that make no sense are answered with a sentence; those that do, with the sender as it would be."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from cls_pipeline.cutover.question import CutoverError, ask
from cls_pipeline.registry import Registry, SystemInForce
from cls_pipeline.registry.numberings import legacy_numbering, person_numbering

DAY = date(2026, 10, 1)
FILE = Path("alder_persons_2026-10-01.csv")


def with_systems(registry: Registry, *systems: SystemInForce) -> Registry:
    york = registry.senders["york"].model_copy(update={"systems": systems})
    return replace(registry, senders={**registry.senders, "york": york})


def test_an_unknown_site_is_told_with_the_nearest(registry: Registry) -> None:
    with pytest.raises(CutoverError, match=r"^There is no site 'yorck'\. The nearest is york\.$"):
        ask(registry, "yorck", "alder_case_4", [FILE])


def test_a_publisher_is_no_site(registry: Registry) -> None:
    with pytest.raises(CutoverError, match=r"There is no site 'nhs_england'"):
        ask(registry, "nhs_england", "alder_case_4", [FILE])


def test_an_unknown_profile_is_told_with_the_nearest(registry: Registry) -> None:
    with pytest.raises(
        CutoverError, match=r"no profile of a local system 'alder_case'\. The nearest is alder_case_4\."
    ):
        ask(registry, "york", "alder_case", [FILE])


def test_a_name_that_is_like_none_is_told_with_all(registry: Registry) -> None:
    with pytest.raises(CutoverError, match=r"There are: .*bradford.*york\."):
        ask(registry, "??", "alder_case_4", [FILE])


def test_a_file_that_fits_no_table_of_the_profile_is_told_with_the_nearest_name(registry: Registry) -> None:
    with pytest.raises(
        CutoverError, match=r"^alder_person\.csv fits no table of Alder Case 4\. .*alder_persons_\{as_of\}"
    ):
        ask(registry, "york", "alder_case_4", [FILE, Path("alder_person.csv")])


def test_a_file_of_the_old_system_fits_no_table_of_the_new_one(registry: Registry) -> None:
    with pytest.raises(CutoverError, match=r"fits no table of Alder Case 4"):
        ask(registry, "york", "alder_case_4", [Path("Cedar Records extract 01-Oct-2026.xlsx")])


def test_files_of_two_days_are_no_export(registry: Registry) -> None:
    with pytest.raises(CutoverError, match=r"The files are of 2 days \(2026-10-01, 2026-10-02\)"):
        ask(registry, "york", "alder_case_4", [FILE, Path("alder_contacts_2026-10-02.csv")])


def test_a_site_that_had_no_such_system_has_no_cutover(registry: Registry) -> None:
    with pytest.raises(CutoverError, match=r"York had no other finance system by 01 October 2026"):
        ask(registry, "york", "dunlin_finance_3", [Path("dunlin_cpli_20261001.csv")])


def test_the_new_system_follows_the_one_in_force_on_the_exports_day(registry: Registry) -> None:
    question = ask(registry, "york", "alder_case_4", [FILE])
    assert (question.old.id, question.new.id, question.as_of) == ("cedar_records_2", "alder_case_4", DAY)
    assert legacy_numbering(registry, question.trial, question.new, DAY) == "cedar_records_2"
    assert person_numbering(registry, question.trial, question.new, DAY) == "alder_case_4"
    assert all(item.system != "alder_case_4" for item in question.sender.systems)


def test_a_planned_entry_is_brought_forward_to_the_exports_day(registry: Registry) -> None:
    planned = with_systems(
        registry,
        SystemInForce(system="birch_social_7", valid_until=date(2026, 12, 31)),
        SystemInForce(system="alder_case_4", valid_from=date(2027, 1, 1)),
    )
    question = ask(planned, "york", "alder_case_4", [FILE])
    assert [(item.system, item.valid_from) for item in question.trial.systems] == [
        ("birch_social_7", None),
        ("alder_case_4", DAY),
    ]
    assert question.old.id == "birch_social_7"


def test_an_entry_in_force_stays_as_it_is(registry: Registry) -> None:
    begun = with_systems(
        registry,
        SystemInForce(system="birch_social_7", valid_until=date(2026, 9, 1)),
        SystemInForce(system="alder_case_4", valid_from=date(2026, 9, 2)),
    )
    question = ask(begun, "york", "alder_case_4", [FILE])
    assert question.trial == question.sender
    assert question.old.id == "birch_social_7"


def test_files_whose_names_state_no_day_stand_for_the_one_given(registry: Registry) -> None:
    alder = registry.systems["alder_case_4"]
    undated = alder.model_copy(
        update={"files": tuple(t.model_copy(update={"name": t.name.replace("_{as_of}", "")}) for t in alder.files)}
    )
    changed = replace(registry, systems={**registry.systems, "alder_case_4": undated})
    assert ask(changed, "york", "alder_case_4", [Path("alder_persons.csv")], DAY).as_of == DAY
