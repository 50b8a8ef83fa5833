"""What is kept of a day, and which numbers become which pseudonym, is said by the contract and not by a name."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from programme import Programme, contract, custom, sender

from cls_pipeline.conform.translate import translate, translation
from cls_pipeline.identity.pseudonym import local_scheme, pseudonym

KEY = b"k" * 32
FORMAT = {"kind": "csv"}
COLUMNS = {"id": {"from": "id"}}


def translated(programme: Programme, properties: list[dict[str, Any]], row: dict[str, str]) -> dict[str, Any]:
    """One row of text in our words, sent from the second of two systems."""
    named = [{"name": "id", "logicalType": "string", "primaryKey": True}, *properties]
    columns = {item["name"]: {"from": item["name"]} for item in named}
    table = {"id": "things", "name": "things.csv", "entity": "thing", "format": FORMAT, "columns": columns}
    usual = {"family": "case_management", "layout": "illustrative", "source": "tests", "coverage": "full"}
    programme.systems = [usual | {"id": name, "name": name, "files": [table]} for name in ("old", "new")]
    in_force = [{"system": "old", "until": "2020-12-31"}, {"system": "new", "from": "2021-01-01"}]
    programme.senders = [sender("ash", systems=in_force)]
    programme.contracts = {"thing": contract("thing", named)}
    registry = programme.registry
    system = registry.systems["new"]
    how = translation(registry, registry.senders["ash"], system, system.files[0], {}, date(2024, 3, 31), KEY)
    return translate(pl.DataFrame({"id": ["1"], **row}), how).row(0, named=True)


@pytest.mark.parametrize("name", ["born", "birth_month"])
def test_a_day_is_cut_down_where_the_contract_says_so(programme: Programme, name: str) -> None:
    cut = {"name": name, "logicalType": "date", "customProperties": custom(truncate="month")}
    assert translated(programme, [cut], {name: "1950-03-14"})[name] == date(1950, 3, 1)


def test_a_day_is_kept_whole_whatever_its_column_is_called(programme: Programme) -> None:
    whole = {"name": "last_month", "logicalType": "date"}
    assert translated(programme, [whole], {"last_month": "1950-03-14"})["last_month"] == date(1950, 3, 14)


@pytest.mark.parametrize(
    ("name", "kind", "system"),
    [
        ("person_id", "person", "new"),
        ("legacy_person_id", "legacy_person", "old"),
        ("former_number", "legacy_person", "old"),
        ("legacy_number", "person", "new"),
    ],
)
def test_a_number_is_hidden_in_the_scheme_that_the_contract_says(
    programme: Programme, name: str, kind: str, system: str
) -> None:
    hidden = {"name": name, "logicalType": "string", "customProperties": custom(pseudonym=kind, identifies=True)}
    found = translated(programme, [hidden], {name: "1001"})[name]
    assert found == pseudonym(KEY, local_scheme("ash", system), "1001")


# A system with its first and its last day, where it has them.
Span = tuple[str, str | None, str | None]

# A new version, `new_2`, continues `new`; `till` is a finance system.
VERSIONS = {"new_2": {"continues": "new"}, "till": {"family": "finance"}}


def schemes(programme: Programme, system: str, as_of: date, *spans: Span) -> tuple[str, str]:
    """The schemes of a system's person numbers and of its legacy column, by the systems of the site."""
    table = {
        "id": "things",
        "name": "things.csv",
        "entity": "thing",
        "format": FORMAT,
        "columns": {"id": {"from": "a"}},
    }
    usual = {"family": "case_management", "layout": "illustrative", "source": "tests", "coverage": "full"}
    programme.systems = [
        usual | {"id": name, "name": name, "files": [table]} | VERSIONS.get(name, {})
        for name in ("older", "old", "new", "new_2", "till")
    ]
    entries = [{"system": name, "from": begins, "until": ends} for name, begins, ends in spans]
    programme.senders = [sender("ash", systems=[{k: v for k, v in entry.items() if v} for entry in entries])]
    programme.contracts = {"thing": contract("thing", [{"name": "id", "logicalType": "string", "primaryKey": True}])}
    registry = programme.registry
    profile = registry.systems[system]
    how = translation(registry, registry.senders["ash"], profile, profile.files[0], {}, as_of, KEY)
    return how.person_scheme.removeprefix("local:ash:"), how.legacy_scheme.removeprefix("local:ash:")


FIRST: Span = ("older", None, "2018-12-31")
DAY = date(2024, 3, 31)


@pytest.mark.parametrize(
    ("case", "until", "begins"),
    [
        ("clean", "2020-12-31", "2021-01-01"),
        ("in parallel", "2021-03-31", "2021-01-01"),
        ("with a gap", "2020-11-30", "2021-01-01"),
        ("in parallel and never ended", None, "2021-01-01"),
    ],
)
def test_the_legacy_column_carries_the_numbers_of_the_system_that_began_before(
    programme: Programme, case: str, until: str | None, begins: str
) -> None:
    found = schemes(programme, "new", DAY, ("new", begins, None), ("old", "2019-01-01", until), FIRST)
    assert found == ("new", "old"), case


def test_a_new_version_keeps_the_numbers_and_the_legacy_numbers_of_its_product(programme: Programme) -> None:
    spans = [FIRST, ("new", "2019-01-01", "2022-12-31"), ("new_2", "2023-01-01", None)]
    assert schemes(programme, "new_2", DAY, *spans) == ("new", "older")


def test_numbers_from_before_a_product_with_two_versions_are_those_of_its_first(programme: Programme) -> None:
    spans: list[Span] = [
        ("new", None, "2018-12-31"),
        ("new_2", "2019-01-01", "2022-12-31"),
        ("old", "2023-01-01", None),
    ]
    assert schemes(programme, "old", DAY, *spans) == ("old", "new")


def test_the_first_system_of_a_site_has_no_system_before_it(programme: Programme) -> None:
    spans: list[Span] = [("old", None, "2020-12-31"), ("new", "2021-01-01", None)]
    assert schemes(programme, "old", date(2020, 6, 30), *spans) == ("old", "unknown")


@pytest.mark.parametrize(
    ("day", "numbering"),
    [
        (date(2020, 12, 31), "old"),
        (date(2021, 2, 1), "new"),  # old and new run in parallel
        (date(2022, 1, 15), "new"),  # a gap: new has ended, new_2 has not begun
        (date(2022, 3, 1), "new"),  # new_2 is a new version of new
        (date(2015, 1, 1), "till"),  # before any case system
    ],
)
def test_a_finance_system_carries_the_numbers_of_the_case_system_that_began_last(
    programme: Programme, day: date, numbering: str
) -> None:
    spans: list[Span] = [
        ("till", None, None),
        ("old", "2016-04-01", "2021-03-31"),
        ("new", "2021-01-01", "2021-12-31"),
        ("new_2", "2022-02-01", None),
    ]
    assert schemes(programme, "till", day, *spans)[0] == numbering
