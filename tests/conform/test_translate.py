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
