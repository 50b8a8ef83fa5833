"""Facts about the project's own `data_contracts/`, and what is written from it."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from cls_pipeline.registry import Registry, Sender, SystemInForce, load_registry
from cls_pipeline.registry.dictionary import path_of, render
from cls_pipeline.registry.schemas import path_of as schema_path
from cls_pipeline.registry.schemas import render as render_schema
from cls_pipeline.registry.schemas import schemas

HINT = "# yaml-language-server: $schema="


@pytest.fixture(scope="module")
def registry(real_contracts: Path) -> Registry:
    return load_registry(real_contracts)


def test_there_are_twenty_seven_sites_and_four_publishers(registry: Registry) -> None:
    kinds = [sender.kind for sender in registry.senders.values()]
    assert (kinds.count("site"), kinds.count("publisher")) == (27, 4)


def test_the_fourteen_sites_known_only_from_a_map_are_not_confirmed(registry: Registry) -> None:
    unconfirmed = [sender.id for sender in registry.senders.values() if not sender.confirmed]
    assert len(unconfirmed) == 14
    assert all(registry.senders[sender_id].council is None for sender_id in unconfirmed)


def test_every_site_has_a_system_without_an_end(registry: Registry) -> None:
    for sender in registry.senders.values():
        if sender.kind == "site":
            assert any(item.valid_until is None for item in sender.systems), sender.id


def changes(registry: Registry, sender: Sender, family: str) -> list[tuple[SystemInForce, SystemInForce]]:
    """The systems of a family that followed each other at a sender, in pairs."""
    used = [item for item in sender.systems if registry.systems[item.system].family == family]
    return list(pairwise(sorted(used, key=lambda item: item.valid_from or date.min)))


def migrations(registry: Registry, sender: Sender) -> list[int]:
    """For each move to another case system (a new version is none): the days without any, below 0 with both."""
    return [
        (new.valid_from - old.valid_until).days - 1
        for old, new in changes(registry, sender, "case_management")
        if old.valid_until and new.valid_from and registry.numbering(old.system) != registry.numbering(new.system)
    ]


def sites(registry: Registry) -> list[Sender]:
    return [sender for sender in registry.senders.values() if sender.kind == "site"]


def test_every_site_changes_its_case_system_one_to_four_times_and_its_finance_system_up_to_twice(
    registry: Registry,
) -> None:
    for site in sites(registry):
        assert 1 <= len(changes(registry, site, "case_management")) <= 4, site.id
        assert len(changes(registry, site, "finance")) <= 2, site.id


def test_of_the_moves_to_another_product_about_a_third_each_is_clean_in_parallel_and_with_a_gap(
    registry: Registry,
) -> None:
    days = [item for site in sites(registry) for item in migrations(registry, site)]
    kinds = Counter("clean" if item == 0 else "gap" if item > 0 else "parallel" for item in days)
    assert min(kinds["clean"], kinds["parallel"], kinds["gap"]) * 4 > len(days)
    assert all(14 <= item <= 42 for item in days if item > 0)
    assert all(28 <= -item <= 91 for item in days if item < 0)


def test_sites_end_on_systems_of_every_coverage(registry: Registry) -> None:
    open_ended = [item.system for site in sites(registry) for item in site.systems if item.valid_until is None]
    case = [registry.systems[name] for name in open_ended if registry.systems[name].family == "case_management"]
    assert len(case) == 27
    assert {system.coverage for system in case} == {"full", "period", "changes"}


def test_no_site_claims_that_its_assignment_is_sourced(registry: Registry) -> None:
    assert {site.assignment for site in sites(registry)} == {"illustrative"}


def test_files_of_two_systems_that_run_in_parallel_are_told_apart_by_their_names(registry: Registry) -> None:
    for site in sites(registry):
        for system in registry.systems_of(site):
            others = [other for other in registry.systems_of(site) if other is not system]
            for table in system.files:
                name = table.name.replace("{as_of}", date(2021, 11, 23).strftime(system.as_of_format))
                assert not any(other.match(layout, name) for other in others for layout in other.files), name


@pytest.mark.parametrize("kind", sorted(schemas()))
def test_the_json_schema_in_the_repository_is_current(real_contracts: Path, kind: str) -> None:
    written = schema_path(real_contracts, kind).read_text(encoding="utf-8")
    assert written == render_schema(schemas()[kind]), "run: python -m cls_pipeline.registry.schemas"


@pytest.mark.parametrize("kind", ["sender", "system"])
def test_every_file_meets_its_json_schema(real_contracts: Path, kind: str) -> None:
    validator = Draft202012Validator(json.loads(schema_path(real_contracts, kind).read_text(encoding="utf-8")))
    for path in sorted((real_contracts / f"{kind}s").glob("*.yaml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=EditorLoader)
        assert [error.message for error in validator.iter_errors(content)] == [], path.name


class EditorLoader(yaml.SafeLoader):
    """Reads a date as text, as editors do."""


EditorLoader.yaml_implicit_resolvers = {
    letter: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for letter, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@pytest.mark.parametrize("kind", ["sender", "system"])
def test_a_json_schema_refuses_what_the_registry_refuses(kind: str) -> None:
    validator = Draft202012Validator(schemas()[kind])
    assert not validator.is_valid({"id": "ash", "colour": "red"})


@pytest.mark.parametrize(("folder", "schema"), [("senders", "sender"), ("systems", "system")])
def test_every_file_names_its_json_schema_for_editors(real_contracts: Path, folder: str, schema: str) -> None:
    expected = f"{HINT}../schemas/{schema}.schema.json"
    first = {
        path.name: path.read_text(encoding="utf-8").split("\n", 1)[0]
        for path in (real_contracts / folder).glob("*.yaml")
    }
    assert [name for name, line in first.items() if line != expected] == []


def test_every_contract_names_and_meets_the_schema_of_its_standard(real_contracts: Path) -> None:
    standard = validator_for(schemas()["entity"])(schemas()["entity"])
    for path in (real_contracts / "entities").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"{HINT}../schemas/entity.schema.json\n")
        assert [error.message for error in standard.iter_errors(yaml.safe_load(text))] == [], path.name


def test_the_data_dictionary_in_the_repository_is_current(real_contracts: Path, registry: Registry) -> None:
    page = path_of(real_contracts).read_text(encoding="utf-8")
    assert page == render(registry), "run: python -m cls_pipeline.registry.dictionary"


def test_the_data_dictionary_tells_every_column_rule_and_remedy(registry: Registry) -> None:
    page = render(registry)
    for contract in registry.contracts.values():
        assert f"\n## {contract.entity}\n" in page
        assert [name for name in contract.columns if f"| `{name}` |" not in page] == []
        for rule in contract.rules:
            assert f"| `{rule.id}` |" in page
            assert " ".join(rule.how_to_fix.split()).replace("|", "&#124;") in page


def test_the_data_dictionary_says_that_dates_of_codes_are_not_enforced(registry: Registry) -> None:
    assert "The dates of a code say when its source used it; they inform" in render(registry)


def test_the_data_dictionary_says_what_is_kept_of_a_column(registry: Registry) -> None:
    assert "| `birth_month` | date, only its month is kept |" in render(registry)


def test_no_remedy_asks_for_what_does_not_exist(registry: Registry) -> None:
    assert "waiver" not in render(registry)


def test_numbers_of_the_system_before_have_a_pseudonym_of_their_own(registry: Registry) -> None:
    columns = registry.contracts["person"].columns
    kinds = {name: column.pseudonym for name, column in columns.items() if column.pseudonym}
    assert kinds == {"person_id": "person", "national_id": "national", "legacy_person_id": "legacy_person"}
