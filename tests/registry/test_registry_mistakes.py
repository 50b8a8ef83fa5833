"""A mistake in `data_contracts/` is told with file, line, field and what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest
from programme import CODE_LISTS, Programme, Yaml, alder, sender

from cls_pipeline.registry import RegistryError, load_registry

SITE = """\
id: ash
name: Ash
kind: site
nation: england
owner: team:ash
systems:
  - {system: alder, from: 2016-04-01}
"""


def mistake(programme: Programme) -> str:
    """The one mistake that the folder holds, without the path before it."""
    with pytest.raises(RegistryError) as caught:
        load_registry(programme.settings.contracts_dir)
    [only] = caught.value.mistakes
    return only.removeprefix(f"{programme.settings.contracts_dir}/")


def with_site(programme: Programme, text: str) -> str:
    (programme.write() / "senders" / "ash.yaml").write_text(text)
    return mistake(programme)


def with_system(programme: Programme, profile: Yaml) -> str:
    programme.systems = [profile]
    programme.write()
    return mistake(programme)


@pytest.mark.parametrize(
    ("line", "instead", "told"),
    [
        ("nation: england", "nation: cornwall",
         "line 4, nation: Input should be 'england', 'scotland' or 'wales', found 'cornwall'."),
        ("nation: england\n", "", "line 1, the file: a site needs 'nation': england, scotland or wales."),
        ("kind: site", "kind: site\nkind: site", "line 4: 'kind' stands twice (first on 3)."),
        ("name: Ash", "name: [Ash", "line 3: is not readable as YAML: did not find expected ',' or ']'."),
        ("2016-04-01", "01/04/2016",
         "line 7, systems.0.from: a date such as 2025-04-01 is expected, found '01/04/2016'."),
        ("from: 2016-04-01", "from: 2016-04-01, until: 2015-04-01",
         "line 7, systems.0: 'until' 2015-04-01 is before 'from' 2016-04-01."),
        ("from: 2016-04-01", "since: 2016-04-01",
         "line 7, systems.0.since: there is no such field here; expected is one of system, from, until, "
         "found '2016-04-01'."),
        ("system: alder", "system: elder", "line 7, systems.0.system: there is no systems/elder.yaml."),
        ("owner: team:ash", "owner: team:ash\nalarm_fall: 5",
         "line 6, alarm_fall: Input should be less than 1, found '5'."),
        ("owner: team:ash", "owner: Ada", "line 5, owner: String should match pattern "
         "'^(team:[\\w.-]+|[^@\\s]+@[^@\\s]+\\.[^@\\s]+)$', found 'Ada'."),
        ("name: Ash\n", "", "line 1, name: is missing and must be given."),
        ("id: ash", "id: asch", "line 1, id: 'ash', the file's name, is expected, found 'asch'."),
        ("name: Ash", "name: Ash\ncouncil: xyz",
         "line 3, council: a code of the council list is expected, found 'xyz'."),
        ("name: Ash", "name: Ash\nadditions: {codes: {outcome: {A: advise}}}",
         "line 3, additions.codes.outcome.A: a code of the list outcome is expected, found 'advise'."),
        ("name: Ash", "name: Ash\nadditions: {columns: {contact: {}}}",
         "line 3, additions.columns.contact: a table of the sender's systems is expected (contacts, persons)."),
        ("name: Ash", "name: Ash\nadditions: {columns: {contacts: {request_day: {from: Day}}}}",
         "line 3, additions.columns.contacts.request_day: a column of the contract request is expected "
         "(request_id, person_id, request_date, end_date, outcome, cost, area)."),
        ("name: Ash", "name: Ash\nroute: {kind: folder, path: /elsewhere}",
         "line 3, route.path: there is no such field here; expected is one of kind, found '/elsewhere'."),
        ("name: Ash", "name: Ash\nadditions: {columns: {contacts: {area: {}}}}",
         "line 3, additions.columns.contacts.area: "
         "give either 'from' (their column) or 'constant' (one of our codes)."),
        ("name: Ash", "name: Ash\nprogramme: {assignment: sourced, areas: [{name: West, start: 2018-01-01}]}",
         "line 3, programme: exactly one area with 'innovation: true' is expected, found 0."),
        ("name: Ash", "name: Ash\nprogramme: {assignment: sourced, areas: "
         "[{name: West, start: 2018-01-01, innovation: true, spellings: {alder: [' WEST', The West, the  west]}}]}",
         "line 3, programme: 'the west' stands for more than one area, or twice for one, in the same system."),
        ("name: Ash", "name: Ash\nprogramme: {assignment: sourced, areas: "
         "[{name: Rest, start: 2018-01-01, innovation: true}]}",
         "line 3, programme: an area can't be called 'Rest': a release uses the name otherwise."),
        ("name: Ash", "name: Ash\nprogramme: {assignment: sourced, areas: "
         "[{name: West, start: 2018-01-01, innovation: true, spellings: {elder: [W]}}]}",
         "line 3, programme.areas.0.spellings.elder: a system of the sender is expected (alder)."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_senders_file_names_line_field_and_what_was_expected(
    programme: Programme, line: str, instead: str, told: str
) -> None:
    assert line in SITE
    assert with_site(programme, SITE.replace(line, instead)) == f"senders/ash.yaml, {told}"


def test_an_unknown_field_is_told_with_the_fields_that_exist(programme: Programme) -> None:
    told = with_site(programme, SITE + "colour: red\n")
    assert told.startswith("senders/ash.yaml, line 8, colour: there is no such field here; expected is one of id, name")
    assert told.endswith("found 'red'.")


def test_a_field_that_a_sender_has_not_is_a_mistake(programme: Programme) -> None:
    told = with_site(programme, SITE + "exceptions: [{rule: unit_cost_given}]\n")
    assert told.startswith("senders/ash.yaml, line 8, exceptions: there is no such field here; expected is one of id, ")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"coverage": "span"},
         "line 6, coverage: Input should be 'full', 'period' or 'changes', found 'span'."),
        ({"coverage": "period"},
         "line 1, the file: coverage 'period' needs 'period_months', how many months a delivery reaches back."),
        ({"coverage": "changes", "period_months": 12},
         "line 1, the file: 'period_months' is for coverage 'period', not for 'changes'."),
        ({"period_months": 12}, "line 1, the file: 'period_months' is for coverage 'period', not for 'full'."),
    ],
)  # fmt: skip
def test_a_coverage_and_a_period_that_do_not_fit_are_told(programme: Programme, changes: Yaml, told: str) -> None:
    assert with_system(programme, alder(**changes)) == f"systems/alder.yaml, {told}"


def test_a_period_of_no_months_is_told(programme: Programme) -> None:
    told = with_system(programme, alder(coverage="period", period_months=0))
    assert told.endswith("period_months: Input should be greater than or equal to 1, found '0'.")


@pytest.mark.parametrize(
    ("before", "told"),
    [
        ("elder", "continues: there is no systems/elder.yaml."),
        ("till", "continues: a system of the family case_management is expected; till is of the family finance."),
        ("alder", "continues: alder continues alder itself, so neither is the first version."),
    ],
)
def test_a_version_of_what_is_not_there_before_it_is_told(programme: Programme, before: str, told: str) -> None:
    programme.systems = [alder(continues=before), alder(id="till", name="Till", family="finance")]
    programme.write()
    assert mistake(programme).split(", ", 2)[2] == told


def used_in_turn(*systems: str) -> Yaml:
    """A site that used these systems a year each, from 2016 on."""
    return sender(
        "ash", systems=[{"system": item, "from": f"{2016 + year}-04-01"} for year, item in enumerate(systems)]
    )


@pytest.mark.parametrize("systems", [("alder", "oak", "alder"), ("alder", "oak", "alder_2")])
def test_a_product_that_comes_back_after_another_under_its_old_numbers_is_told(
    programme: Programme, systems: tuple[str, ...]
) -> None:
    programme.systems = [alder(), alder(id="oak"), alder(id="alder_2", continues="alder")]
    programme.senders = [used_in_turn(*systems)]
    programme.write()
    assert mistake(programme).split(", ", 2)[2] == (
        f"systems.2.system: {systems[2]} comes back after another product, under the numbers of its first "
        "installation; give the new installation a profile of its own that does not continue the old one."
    )


def test_a_product_may_come_back_as_an_installation_of_its_own_and_beside_another_family(programme: Programme) -> None:
    programme.systems = [
        alder(),
        alder(id="oak"),
        alder(id="alder_2", continues="alder"),
        alder(id="alder_again"),
        alder(id="till", family="finance"),
    ]
    programme.senders = [used_in_turn("alder", "till", "alder_2", "oak", "alder_again")]
    assert load_registry(programme.write()).numbering("alder_again") == "alder_again"


def test_versions_that_continue_each_other_are_told_of_each(programme: Programme) -> None:
    programme.systems = [alder(continues="oak"), alder(id="oak", continues="alder"), alder(id="elm", continues="oak")]
    with pytest.raises(RegistryError) as caught:
        load_registry(programme.write())
    assert [told.split("/systems/")[1].split(",")[0] for told in caught.value.mistakes] == ["alder.yaml", "oak.yaml"]


def test_a_site_on_a_version_of_what_has_no_first_version_is_told_no_more_than_that(programme: Programme) -> None:
    programme.systems = [alder(continues="oak"), alder(id="oak", continues="alder"), alder(id="elm", continues="oak")]
    programme.senders = [used_in_turn("elm")]
    with pytest.raises(RegistryError) as caught:
        load_registry(programme.write())
    assert [told.split("/systems/")[1].split(",")[0] for told in caught.value.mistakes] == ["alder.yaml", "oak.yaml"]


@pytest.mark.parametrize(
    ("field", "given"),
    [("as_of_format", "yyyy-mm-dd"), ("as_of_format", "%Y"), ("as_of_format", "%d/%m"), ("as_of_format", "%Q"),
     ("dates", ["%d/%m/%Y", "%m/%Y"]), ("dates", ["%d/%m/%Y", "dd.mm.yyyy"])],
)  # fmt: skip
def test_a_date_format_that_loses_the_day_is_told(programme: Programme, field: str, given: str | list[str]) -> None:
    told = with_system(programme, alder(**{field: given}))
    wrong = given if isinstance(given, str) else given[1]
    assert told.split(", ", 2)[2] == (
        f"{field}{'' if wrong == given else '.1'}: a format that can write a day and read it again, such as %d/%m/%Y, "
        f"is expected, found {wrong!r}."
    )


@pytest.mark.parametrize("pattern", ["%d/%m/%y", "%d-%b-%Y", "%Y%m%d", "%d/%m/%Y %H:%M:%S", "%d %B %Y"])
def test_a_date_format_that_keeps_the_day_is_taken(programme: Programme, pattern: str) -> None:
    programme.systems = [alder(dates=[pattern])]
    assert programme.registry.systems["alder"].dates == (pattern,)


def test_a_mistake_deep_in_a_profile_names_its_own_line(programme: Programme) -> None:
    told = with_system(programme, alder(contacts={"columns": {"request_id": {"form": "ContactID"}}}))
    text = (programme.settings.contracts_dir / "systems" / "alder.yaml").read_text().splitlines()
    number = next(number for number, line in enumerate(text, 1) if "form: ContactID" in line)
    # The missing origin is told of the mapping above it.
    assert f"line {number}, files.0.columns.request_id.form: there is no such field here" in told
    assert "expected is one of from, constant" in told


def with_columns(**columns: Yaml) -> Yaml:
    profile = alder()
    profile["files"][0]["columns"] |= columns
    return profile


@pytest.mark.parametrize(
    ("profile", "told"),
    [
        (alder(contacts={"entity": "requests"}),
         "files.0.entity: one of person, request is expected, found 'requests'."),
        (with_columns(request_day={"from": "Day"}),
         "files.0.columns.request_day: a column of the contract request is expected "
         "(request_id, person_id, request_date, end_date, outcome, cost, area)."),
        (with_columns(outcome={"from": "Outcome", "otherwise": "nothing"}),
         "files.0.columns.outcome: a code of the list outcome is expected, found nothing."),
        (with_columns(outcome={"from": "Outcome", "codes": "results"}),
         "files.0.columns.outcome: there is no map 'results' under 'codes'."),
        (with_columns(outcome={"from": "Outcome", "aliases": "cld"}),
         "files.0.columns.outcome: there is no scheme 'cld' in code_lists/outcome.aliases.csv."),
        (with_columns(area={"from": "Locality", "codes": "outcome"}),
         "files.0.columns.area: codes, aliases and otherwise are for columns with a code list."),
        (with_columns(area={"from": "{place}"}),
         "files.0.columns.area: the file name contacts_{as_of}.csv has no {place}."),
        (with_columns(area={"from": "Year", "period": "financial_year"}),
         "files.0.columns.area: period is for columns that hold a date."),
        (alder(codes=alder()["codes"] | {"outcome": {"2 Advice": "advise"}}),
         "codes.outcome.2 Advice: a code of the list outcome is expected, found 'advise'."),
        (alder(codes=alder()["codes"] | {"outcome": {"A": "advice", "a ": "none"}}),
         "codes.outcome.a : the same text, but for case and blanks, already stands for another code."),
        (alder(codes=alder()["codes"] | {"outcomes": {"A": "advice"}}),
         "codes.outcomes: no column is translated by this map; a code list or a 'codes:' of a column is expected."),
    ],
)  # fmt: skip
def test_a_name_in_a_profile_that_leads_nowhere_is_told(programme: Programme, profile: Yaml, told: str) -> None:
    assert with_system(programme, profile).split(", ", 2)[2] == told


def test_a_required_column_that_no_profile_maps_is_told(programme: Programme) -> None:
    profile = alder()
    del profile["files"][0]["columns"]["request_date"]
    assert "request_date, which the contract request requires, is not mapped." in with_system(programme, profile)


def test_two_tables_of_one_id_are_told(programme: Programme) -> None:
    profile = alder()
    profile["files"][1]["id"] = "contacts"
    assert "table id contacts stands twice" in with_system(programme, profile)


HEAD = "code,label,valid_from,valid_until,source\n"
EXTRA = "code,label,valid_from,valid_until,source,{}\na,A,,,x,{}\nb,B,,,x,\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (HEAD + "a,A,,,x\nb,B,,\n", ", line 3: has another number of fields than the header."),
        (HEAD + "a,A,,,x\nb,B,,,x,y\n", ", line 3: has another number of fields than the header."),
        (HEAD + "a,A,,,x\na,B,,,x\n", ", line 3, code: stands twice, found 'a'."),
        (HEAD + ",A,,,x\n", ", line 2, code: is empty, found ''."),
        (HEAD + "a,A,1/4/25,,x\n", ", line 2, valid_from: a date such as 2025-04-01 is expected, found '1/4/25'."),
        (HEAD + "a,A,2025-04-01,2024-03-31,x\n", ", line 2, valid_until: 2024-03-31 is before valid_from, 2025-04-01."),
        ("code,label,valid_from,valid_until\na,A,,\n", ", line 1: the column source is missing."),
        (EXTRA.format("weekly_factor", "a seventh"),
         ", line 2, weekly_factor: a number or nothing is expected, found 'a seventh'."),
        (EXTRA.format("weekly_factor", "nan"),
         ", line 2, weekly_factor: a number or nothing is expected, found 'nan'."),
        (EXTRA.format("resolved_first_contact", "maybe"),
         ", line 2, resolved_first_contact: yes, no or nothing is expected, found 'maybe'."),
        (EXTRA.format("definition_version", "one"),
         ", line 2, definition_version: a whole number or nothing is expected, found 'one'."),
        (EXTRA.format("nation", "cornwall"),
         ", line 2, nation: england, scotland, wales or nothing is expected, found 'cornwall'."),
        (EXTRA.format("weekly_facter", "1"),
         ", line 1: there is no column weekly_facter here; expected is code, label, valid_from, valid_until, source, "
         "group, setting, scheme, metric_id, definition_version, nation, weekly_factor, resolved_first_contact."),
    ],
)  # fmt: skip
def test_a_mistake_in_a_code_list_names_the_line(programme: Programme, text: str, told: str) -> None:
    programme.code_lists["colour"] = text
    programme.write()
    assert mistake(programme) == f"code_lists/colour.csv{told}"


def test_a_code_list_of_another_encoding_is_told(programme: Programme) -> None:
    (programme.write() / "code_lists" / "colour.csv").write_bytes((HEAD + "a,Café,,,x\n").encode("cp1252"))
    assert mistake(programme).startswith("code_lists/colour.csv: a file in UTF-8 is expected")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("scheme,alias,code\ncld,Advise,advise\n", ", line 2, code: a code of outcome is expected, found 'advise'."),
        ("scheme,alias,code,valid_from\ncld,A,advice,soon\n",
         ", line 2, valid_from: a date such as 2025-04-01 is expected, found 'soon'."),
        ("scheme,alias,code,note\ncld,A,advice,x\n",
         ", line 1: there is no column note here; expected is scheme, alias, code, valid_from, valid_until."),
        ("scheme,alias,code\ncld,A,advice\ncld,A,none\n", ", line 3, alias: 'A' already stands for another code."),
    ],
)  # fmt: skip
def test_a_mistake_in_aliases_names_the_line(programme: Programme, text: str, told: str) -> None:
    programme.code_lists["outcome.aliases"] = text
    programme.write()
    assert mistake(programme) == f"code_lists/outcome.aliases.csv{told}"


def test_every_mistake_is_told_at_once(programme: Programme) -> None:
    programme.senders = [sender("ash", nation="cornwall"), sender("birch", kind="place")]
    with pytest.raises(RegistryError) as caught:
        load_registry(programme.write())
    assert len(caught.value.mistakes) == 2


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="does not exist; it should hold senders/, systems/ and entities/"):
        load_registry(tmp_path / "nowhere")


def test_texts_that_look_like_something_else_stay_texts(programme: Programme) -> None:
    programme.code_lists = CODE_LISTS | {"outcome": HEAD + "no,No,,,x\n01,One,,,x\n1.0,1e3,,,x\n"}
    system = (programme.write() / "systems" / "alder.yaml").read_text()
    i, j = system.index("  outcome:\n    1 Long"), system.index("  id_scheme:\n    NHS")
    text = system[:i] + "  outcome: {no: no, 01: 01, yes: 1.0}\n" + system[j:]
    (programme.settings.contracts_dir / "systems" / "alder.yaml").write_text(text)
    registry = load_registry(programme.settings.contracts_dir)
    assert registry.systems["alder"].codes["outcome"] == {"no": "no", "01": "01", "yes": "1.0"}
    assert registry.code_lists["outcome"].codes["1.0"].label == "1e3"


def test_a_code_list_saved_with_a_byte_order_mark_is_read(programme: Programme) -> None:
    (programme.write() / "code_lists" / "colour.csv").write_text(HEAD + "a,A,,,x\n", encoding="utf-8-sig")
    assert list(load_registry(programme.settings.contracts_dir).code_lists["colour"].codes) == ["a"]
