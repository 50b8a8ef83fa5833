"""Which files a profile takes, and what their names say."""

from __future__ import annotations

from datetime import date

import pytest
from programme import Programme, alder, sender

from cls_pipeline.registry import Sender, SystemProfile


def captures(name: str, file_name: str, as_of_format: str = "%Y-%m-%d") -> dict[str, str] | None:
    profile = SystemProfile.model_validate(alder(contacts={"name": name}, as_of_format=as_of_format))
    return profile.match(profile.files[0], file_name)


@pytest.mark.parametrize(
    ("name", "file_name", "expected"),
    [
        ("contacts_{as_of}.csv", "contacts_2024-03-31.csv", {"as_of": "2024-03-31"}),
        ("contacts_{as_of}.csv", "Contacts_2024-03-31.CSV", {"as_of": "2024-03-31"}),
        ("contacts_{as_of}.csv", "contacts_2024-02-31.csv", None),
        ("contacts_{as_of}.csv", "contacts_2024-03-31.csv.gz", None),
        ("contacts_{as_of}.csv", "my_contacts_2024-03-31.csv", None),
        ("contacts_*{as_of}.csv", "contacts_north_2024-03-31.csv", {"as_of": "2024-03-31"}),
        ("*.csv", "anything at all.csv", {}),
        ("return {year} (final).csv", "return 2014-15 (final).csv", {"year": "2014-15"}),
        ("a.csv", "axcsv", None),
    ],
)
def test_a_file_name_fits_a_pattern_or_not(name: str, file_name: str, expected: dict[str, str] | None) -> None:
    assert captures(name, file_name) == expected


def test_a_date_without_separators_is_found_whole_beside_any_text() -> None:
    assert captures("contacts*{as_of}.csv", "contacts20240331.csv", "%Y%m%d") == {"as_of": "20240331"}


def test_both_ends_of_a_systems_days_are_included() -> None:
    span = {"system": "alder", "from": "2016-04-01", "until": "2024-09-30"}
    site = Sender.model_validate(
        {"id": "ash", "name": "Ash", "kind": "site", "nation": "wales", "owner": "a@b.uk", "systems": [span]}
    )
    days = [date(2016, 3, 31), date(2016, 4, 1), date(2024, 9, 30), date(2024, 10, 1)]
    assert [bool(site.in_force(day)) for day in days] == [False, True, True, False]


@pytest.mark.parametrize(("system", "numbering"), [("alder", "alder"), ("alder_2", "alder"), ("alder_3", "alder")])
def test_versions_of_a_product_carry_the_numbers_of_the_first(
    programme: Programme, system: str, numbering: str
) -> None:
    programme.systems = [alder(), alder(id="alder_2", continues="alder"), alder(id="alder_3", continues="alder_2")]
    assert programme.registry.numbering(system) == numbering


def test_a_rolling_extract_says_how_many_months_it_reaches_back(programme: Programme) -> None:
    programme.systems = [alder(coverage="period", period_months=12)]
    profile = programme.registry.systems["alder"]
    assert (profile.coverage, profile.period_months) == ("period", 12)


def test_a_sender_may_have_two_systems_of_a_family_in_force_at_once(programme: Programme) -> None:
    programme.systems = [alder(), alder(id="oak")]
    spans = [{"system": "alder", "until": "2024-06-30"}, {"system": "oak", "from": "2024-04-01"}]
    programme.senders = [sender("ash", systems=spans)]
    site = programme.registry.senders["ash"]
    assert [item.system for item in site.in_force(date(2024, 5, 1))] == ["alder", "oak"]
