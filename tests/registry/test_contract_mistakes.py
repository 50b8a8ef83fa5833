"""A mistake in a contract is told with file, line, field and what was expected; none lets numbers of people through."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from programme import PERSON, Programme, Yaml, contract, custom

from cls_pipeline.registry import RegistryError, load_registry

KEY: Yaml = {"name": "id", "logicalType": "string", "primaryKey": True}
DAY: Yaml = {"name": "day", "logicalType": "date"}
COST: Yaml = {"name": "cost", "logicalType": "number"}
PEOPLE: Yaml = {"name": "person_id", "logicalType": "string"}
RULE: Yaml = {"name": "good", "implementation": "id IS NOT NULL", "severity": "warn", "description": "Bad.",
              "customProperties": custom(howToFix="Mend it.", columns=["id"])}  # fmt: skip


def column(of: Yaml, **properties: object) -> list[Yaml]:
    return [KEY, of | {"customProperties": custom(**properties)}]


def rule(**properties: object) -> Yaml:
    return RULE | {"customProperties": custom(**{"howToFix": "Mend it.", "columns": ["id"]} | properties)}


def mistakes(programme: Programme) -> list[str]:
    with pytest.raises(RegistryError) as caught:
        load_registry(programme.write())
    return [told.removeprefix(f"{programme.settings.contracts_dir}/") for told in caught.value.mistakes]


def told(programme: Programme, properties: list[Yaml], rules: list[Yaml]) -> str:
    """The one mistake of a contract, without its file and line."""
    programme.contracts["thing"] = contract("thing", properties, rules)
    [only] = mistakes(programme)
    file, line, rest = only.split(", ", 2)
    assert file == "entities/thing.odcs.yaml"
    assert line.startswith("line ")
    return rest.removeprefix("schema.0.")


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        (column(PEOPLE, pseudonymise="person"), "properties.1.customProperties.pseudonymise: there is no such field "
         "here; expected is one of codeList, identifies, pseudonym, eventDate, truncate, severity, howToFix, metrics, "
         "found 'person'."),
        (column(PEOPLE, pseudonym="person", identifes=True), "properties.1.customProperties.identifes: there is no "
         "such field here; expected is one of codeList, identifies, pseudonym, eventDate, truncate, severity, howToFix,"
         " metrics, found 'true'."),
        (column(PEOPLE, pseudonym="persn", identifies=True), "properties.1.customProperties.pseudonym: Input should be "
         "'person', 'legacy_person' or 'national', found 'persn'."),
        (column(PEOPLE, pseudonym="person", identifies="yes"), "properties.1.customProperties.identifies: true or "
         "false is expected, found 'yes'."),
        (column(PEOPLE, pseudonym="person"), "properties.1: person_id: the property 'identifies: true' is expected "
         "beside a pseudonym."),
        (column(PEOPLE), "properties.1: person_id holds numbers of people: the property 'pseudonym: person' is "
         "expected."),
        ([KEY, PEOPLE], "properties.1: person_id holds numbers of people: the property 'pseudonym: person' is "
         "expected."),
        ([KEY, PEOPLE | {"name": "national_id"}], "properties.1: national_id holds numbers of people: the property "
         "'pseudonym: national' is expected."),
        (column(PEOPLE | {"name": "legacy_person_id"}, pseudonym="person", identifies=True), "properties.1: "
         "legacy_person_id holds numbers of people: the property 'pseudonym: legacy_person' is expected."),
        (column(PEOPLE | {"name": "national_id"}, pseudonym="national", identifies=True), "properties.1."
         "customProperties.pseudonym: a column id_scheme with a code list is expected, to say which register a number "
         "is from."),
        (column(DAY, pseudonym="person", identifies=True), "properties.1: day: pseudonym is for a column of kind "
         "string, found date."),
        ([KEY, PEOPLE | {"customProperties": [{"property": "pseudonym", "vaule": "person"}]}], "properties.1."
         "customProperties: items of the form {property: name, value: text} are expected, found {'property': "
         "'pseudonym', 'vaule': 'person'}."),
        ([KEY, PEOPLE | {"customProperties": custom(identifies=True) + custom(identifies=False)}], "properties.1."
         "customProperties: identifies stands twice."),
        ([KEY, PEOPLE | {"customProprties": []}], "properties.1.customProprties: there is no such field here; expected "
         "is one of name, logicalType, physicalType, logicalTypeOptions, required, primaryKey, primaryKeyPosition, "
         "unique, classification, description, customProperties."),
    ],
)  # fmt: skip
def test_no_mistake_lets_numbers_of_people_through(programme: Programme, properties: list[Yaml], expected: str) -> None:
    assert told(programme, properties, []) == expected


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([KEY | {"primaryKey": False}], "properties: a column with primaryKey: true is expected."),
        ([KEY | {"primaryKey": "yes"}], "properties.0.primaryKey: true or false is expected, found 'yes'."),
        ([KEY, KEY], "properties.1.name: id stands twice."),
        ([KEY, KEY | {"logicalType": "array", "name": "b"}], "properties.1.logicalType: Input should be 'string', "
         "'date', 'integer', 'number' or 'boolean', found 'array'."),
        ([KEY, COST | {"logicalTypeOptions": {"minimum": "nought"}}], "properties.1.logicalTypeOptions.minimum: Input "
         "should be a valid number, unable to parse string as a number, found 'nought'."),
        ([KEY, COST | {"logicalTypeOptions": {"minimum": "nan"}}], "properties.1.logicalTypeOptions.minimum: Input "
         "should be a finite number, found 'nan'."),
        ([KEY, COST | {"logicalTypeOptions": {"minimun": 0}}], "properties.1.logicalTypeOptions.minimun: there is no "
         "such field here; expected is one of minimum, maximum, found '0'."),
        ([KEY, COST | {"logicalTypeOptions": {"minimum": 2, "maximum": 1}}], "properties.1.logicalTypeOptions: maximum "
         "1 is below minimum 2."),
        ([KEY, DAY | {"logicalTypeOptions": {"minimum": 0}}], "properties.1: day: a minimum or maximum is for a column "
         "of kind integer, number, decimal, found date."),
        (column(COST, truncate="month"), "properties.1: cost: truncate is for a column of kind date, found number."),
        (column(DAY, truncate="week"), "properties.1.customProperties.truncate: Input should be 'month', found "
         "'week'."),
        (column(DAY, severity="error"), "properties.1.customProperties.severity: Input should be 'refuse_row' or "
         "'warn', found 'error'."),
        (column(DAY, metrics="requests_received"), "properties.1.customProperties.metrics: a list such as [one, "
         "another] is expected, found 'requests_received'."),
        ([*column(DAY, eventDate=True), *column(DAY | {"name": "end"}, eventDate=True)[1:]], "properties.2."
         "customProperties.eventDate: one column is expected to hold the record's date, found ['day', 'end']."),
        (column({"name": "colour", "logicalType": "string"}, codeList="colours"), "properties.1.customProperties."
         "codeList: there is no code_lists/colours.csv."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_column_is_told(programme: Programme, properties: list[Yaml], expected: str) -> None:
    assert told(programme, properties, []) == expected


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (RULE | {"severity": "error"}, "severity: Input should be 'refuse_row' or 'warn', found 'error'."),
        (RULE | {"description": ""}, "description: String should have at least 1 character, found ''."),
        (RULE | {"implementation": ""}, "implementation: String should have at least 1 character, found ''."),
        ({name: value for name, value in RULE.items() if name != "implementation"},
         "good: an implementation (polars SQL) or the property 'references' is expected."),
        ({name: value for name, value in RULE.items() if name != "customProperties"},
         "customProperties: is missing and must be given."),
        (rule(columns=["x"]), "customProperties.columns: good: columns of the contract are expected, found x."),
        (rule(howToMend="x"), "customProperties.howToMend: there is no such field here; expected is one of columns, "
         "howToFix, references, metrics, found 'x'."),
        (rule(references={"entity": "person"}), "customProperties.references.column: is missing and must be given."),
        (rule(references={"entity": "person", "column": "name"}),
         "customProperties.references: there is no column name in an entity person."),
        (RULE | {"implementation": "colour = 'red'"}, "implementation: good asks for a column that the contract does "
         'not have: unable to find column "colour"; valid columns: ["id", "day", "cost"].'),
        (RULE | {"implementation": "day >= id"}, "implementation: good cannot be asked: cannot compare"),
        (RULE | {"implementation": "id IS"}, "implementation: good cannot be asked: unable to parse 'id IS' as Expr."),
        (RULE | {"implementation": "cost + 1"},
         "implementation: good gives Float64; an expression that is true or false is expected."),
        (RULE | {"implementation": "MAX(cost) > 1"}, "implementation: good gives one answer for the whole table; an "
         "expression that is true or false of each row is expected."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_rule_is_told(programme: Programme, given: Yaml, expected: str) -> None:
    found = told(programme, [KEY, DAY, COST], [given])
    start = "quality.0: " if expected.startswith("good: an") else "quality.0."
    assert found.removeprefix(start).startswith(expected)


def test_two_rules_of_one_name_are_told(programme: Programme) -> None:
    assert told(programme, [KEY], [RULE, RULE]) == "quality.1.name: good stands twice."


@pytest.mark.parametrize(
    ("properties", "rules", "where"),
    [
        (column(DAY, severity="warn", codeList="colours"), [], "value: colours"),
        ([KEY, COST | {"logicalTypeOptions": {"minimum": "nought"}}], [], "minimum: nought"),
        ([KEY], [RULE, rule(columns=["x"]) | {"name": "other"}], "property: columns"),
        ([KEY], [RULE | {"implementation": "colour = 'red'"}], "implementation: colour"),
    ],
)
def test_the_line_that_is_named_is_the_line_of_the_mistake(
    programme: Programme, properties: list[Yaml], rules: list[Yaml], where: str
) -> None:
    programme.contracts["thing"] = contract("thing", properties, rules)
    [only] = mistakes(programme)
    lines = (programme.settings.contracts_dir / "entities" / "thing.odcs.yaml").read_text().splitlines()
    last = max(number for number, line in enumerate(lines, 1) if where in line)
    # A property is told on the line of its name, which stands before its value.
    assert f", line {last - where.startswith('value')}, " in only


@pytest.mark.parametrize("part", ["properties", "quality"])
def test_a_metric_that_is_not_defined_is_told(programme: Programme, part: str) -> None:
    seeds = programme.settings.contracts_dir.parent / "dbt_project" / "seeds"
    seeds.mkdir(parents=True)
    (seeds / "metric_definition.csv").write_text("metric_id,name\nrequests_received,Requests\n")
    properties = column(DAY, metrics=["requests_received", "happiness"]) if part == "properties" else [KEY]
    rules = [rule(metrics=["happiness"])] if part == "quality" else []
    assert told(programme, properties, rules) == (
        f"{part}.{int(part == 'properties')}.customProperties.metrics: "
        "metrics of dbt_project/seeds/metric_definition.csv are expected, found happiness."
    )


def test_metrics_are_not_asked_for_where_none_are_defined(programme: Programme) -> None:
    programme.contracts["thing"] = contract("thing", column(DAY, metrics=["happiness"]))
    assert programme.registry.contracts["thing"].columns["day"].metrics == ("happiness",)


def test_an_entity_of_another_name_than_its_file_is_told(programme: Programme) -> None:
    programme.contracts["thing"] = contract("thing", [KEY]) | {"schema": [{"name": "think", "properties": [KEY]}]}
    assert mistakes(programme)[0].endswith("schema.0.name: 'thing', the file's name, is expected.")


def test_a_contract_of_two_entities_is_told(programme: Programme) -> None:
    programme.contracts["thing"] = contract("thing", [KEY])
    programme.contracts["thing"]["schema"] *= 2
    assert "schema: Tuple should have at most 1 item" in mistakes(programme)[0]


def test_a_contract_that_breaks_the_standard_names_the_line(programme: Programme) -> None:
    broken: dict[str, Any] = copy.deepcopy(PERSON)
    broken["schema"][0]["properties"] = "none"
    programme.contracts["person"] = broken
    assert mistakes(programme)[0].startswith(
        "entities/person.odcs.yaml, line 9, schema.0.properties: a list is expected"
    )


def test_the_real_folder_loads_with_every_rule_asked(real_contracts: Path) -> None:
    assert sum(len(item.rules) for item in load_registry(real_contracts).contracts.values()) > 60
