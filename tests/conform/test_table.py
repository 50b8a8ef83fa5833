"""A table is parted into rows that met the contract and rows that did not; each row is accounted for once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programme import NAMES, Programme, alder, csv_text, rows, sender

from cls_pipeline.conform.read import read_table
from cls_pipeline.conform.table import ConformedTable, conform_table
from cls_pipeline.conform.translate import translation
from cls_pipeline.registry import Registry
from cls_pipeline.settings import Settings

Conform = Callable[..., ConformedTable]


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    folder: Path = tmp_path_factory.mktemp("registry")
    outside = [{"column": "Locality", "is": ["Elsewhere"], "reason": "not ours"}]
    profile = alder(contacts={"out_of_scope": outside})
    added = {"codes": {"outcome": {"9 Advice": "advice"}}}
    settings = Settings(home=folder / "cls", contracts_dir=folder)
    return Programme(settings, systems=[profile], senders=[sender("ash", additions=added)]).registry


@pytest.fixture(scope="module")
def conform(registry: Registry) -> Conform:
    def run(table: list[list[str]], **references: pl.Series) -> ConformedTable:
        system = registry.systems["alder"]
        how = translation(registry, registry.senders["ash"], system, system.files[0], {}, date(2024, 3, 31), b"k" * 32)
        raw = read_table(csv_text(table).encode(), how.table.format)
        known = {("person", name): values for name, values in references.items()}
        return conform_table(raw, how, "contacts.csv", registry, known)

    return run


def row(**changes: str) -> list[str]:
    usual = dict(zip(NAMES, rows(1)[0], strict=True))
    return list((usual | changes).values())


def verdict(result: ConformedTable) -> dict[int, list[str]]:
    """The reasons by row number of what was quarantined."""
    return dict(zip(result.quarantined["source_row"], result.quarantined["reasons"].to_list(), strict=True))


keys = st.lists(st.tuples(st.sampled_from(["C1", "C2", "C3", "C4"]), st.sampled_from(["North", "South"])), max_size=12)


@settings(max_examples=60, deadline=None)
@given(keys)
def test_keys_are_unique_as_a_plain_count_says(conform: Conform, made: list[tuple[str, str]]) -> None:
    table = [row(ContactID=key, Locality=area) for key, area in made]
    seen = Counter(key for key, _ in made)
    areas = {key: {area for other, area in made if other == key} for key in seen}
    firsts = {key: next(n for n, (other, _) in enumerate(made, 2) if other == key) for key in seen}
    kept = [n for n, (key, _) in enumerate(made, 2) if seen[key] == 1 or (len(areas[key]) == 1 and firsts[key] == n)]
    result = conform(table)
    assert result.conformed["source_row"].to_list() == kept
    assert result.account.conformed + result.account.quarantined == len(made)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["good", "code", "date", "outside", "blank", "order"]), max_size=25))
def test_every_row_is_accounted_for_once(conform: Conform, kinds: list[str]) -> None:
    made = {
        "good": {}, "code": {"Outcome": "?"}, "date": {"ContactDate": "31/02/2024"}, "order": {"EndDate": "01/01/2020"},
        "outside": {"Locality": "Elsewhere"}, "blank": dict.fromkeys(NAMES, ""),
    }  # fmt: skip
    table = [row(**({"ContactID": f"C{n}"} | made[kind])) for n, kind in enumerate(kinds)]
    account, count = conform(table).account, Counter(kinds)
    assert account.rows_delivered == len(kinds)
    assert account.conformed == count["good"]
    assert account.quarantined == count["code"] + count["date"] + count["order"]
    expected = {"empty row": count["blank"], "not ours": count["outside"]}
    assert account.out_of_scope_reasons == {reason: rows for reason, rows in expected.items() if rows}


@pytest.mark.parametrize(
    ("changes", "reasons"),
    [
        ({}, None),
        ({"Outcome": " 2  ADVICE "}, None),
        ({"Outcome": "9 advice"}, None),
        ({"Outcome": "NULL"}, None),
        ({"Outcome": "4 Other"}, ["outcome.mapped"]),
        ({"ContactDate": ""}, ["request_date.required"]),
        ({"ContactDate": "31/02/2024"}, ["request_date.valid"]),
        ({"EndDate": "01/01/2020"}, ["dates_in_order"]),
        ({"Cost": "-5"}, ["cost.range"]),
        ({"Cost": "free"}, ["cost.valid"]),
        ({"PersonID": " "}, ["person_id.required"]),
        ({"Outcome": "?", "Cost": "?"}, ["cost.valid", "outcome.mapped"]),
    ],
)
def test_a_row_is_quarantined_for_the_rules_it_breaks(
    conform: Conform, changes: dict[str, str], reasons: list[str] | None
) -> None:
    assert verdict(conform([row(**changes)])) == ({2: reasons} if reasons else {})


def test_a_coded_column_keeps_what_was_sent_beside_our_code(conform: Conform) -> None:
    made = conform([row(Outcome="9 Advice"), row(ContactID="C9", Outcome="")]).conformed
    assert made.select("outcome", "outcome_raw").rows() == [("advice", "9 Advice"), (None, None)]


def test_a_conformed_row_says_where_it_came_from_and_has_its_types(conform: Conform) -> None:
    made = conform([row(Cost='"£1,234.50"')]).conformed.row(0, named=True)
    assert (made["source_file"], made["source_table"], made["source_row"]) == ("contacts.csv", "contacts", 2)
    assert (made["request_date"], made["cost"]) == (date(2024, 3, 3), Decimal("1234.5"))
    assert len(made["person_id"]) == 32 and made["warnings"] == []


def test_a_reference_that_leads_nowhere_is_a_warning_and_the_row_stays(conform: Conform) -> None:
    known = conform([row()]).conformed["person_id"]
    result = conform([row(), row(ContactID="C9", PersonID="P9")], person_id=known)
    assert result.conformed["warnings"].to_list() == [[], ["person_known"]]
    assert [failure.severity for failure in result.failures] == ["warn"]


def test_the_commonest_value_is_shown_and_ties_are_settled_by_the_alphabet(conform: Conform) -> None:
    sent = ["b", "a", "c", "c", "a"]
    result = conform([row(ContactID=f"C{n}", Outcome=code) for n, code in enumerate(sent)])
    assert [failure.example for failure in result.failures] == ["'a'"]


def test_a_value_that_looks_like_a_personal_number_is_not_shown(conform: Conform) -> None:
    for number in ("9434765919", "943 476 5919", "Ada 943-476-5919"):
        [failure] = conform([row(Outcome=number)]).failures
        assert failure.example == "a personal number"
        assert "943" not in failure.sentence


@pytest.mark.parametrize(
    ("texts", "people", "shown"),
    [
        (["Ada Hopper"], ["P1"], "a text like 'Aaa Aaaaaa'"),
        (["Ada Hopper"] * 4, ["P1"] * 4, "a text like 'Aaa Aaaaaa'"),
        (["Signposted"] * 3, ["P1", "P2", "P3"], "'Signposted'"),
        (["2 Advise"], ["P1"], "'2 Advise'"),
        (["OUT-77"], ["P1"], "'OUT-77'"),
        (["215"], ["P1"], "'215'"),
        (["RQ-5567"], ["P1"], "a text like 'AA-9999'"),
        (["CR0 4ZZ"] * 3, ["P1", "P2", "P3"], "a personal number"),
        (["ada@example.org"] * 3, ["P1", "P2", "P3"], "a personal number"),
        (["07700 900123"] * 3, ["P1", "P2", "P3"], "a personal number"),
    ],
)
def test_a_text_is_shown_that_several_people_share_or_that_is_no_word(
    conform: Conform, texts: list[str], people: list[str], shown: str
) -> None:
    sent = zip(texts, people, strict=True)
    result = conform([row(ContactID=f"C{n}", PersonID=who, Outcome=text) for n, (text, who) in enumerate(sent)])
    assert [failure.example for failure in result.failures] == [shown]


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"EndDate": "31/02/2024"}, "'31/02/2024'"),
        ({"EndDate": "2024-02-31 10:00:00"}, "'2024-02-31 10:00:00'"),
        ({"EndDate": "Ada Hopper"}, "a text like 'Aaa Aaaaaa'"),
        ({"EndDate": "N/A"}, "'N/A'"),
        ({"Cost": "#DIV/0!"}, "'#DIV/0!'"),
        ({"Cost": "-12.50"}, "'-12.50'"),
        ({"Cost": "-1234567"}, "a text like '-9999999'"),
    ],
)
def test_a_text_that_is_not_of_its_columns_shape_is_told_by_its_own(
    conform: Conform, changes: dict[str, str], shown: str
) -> None:
    assert [failure.example for failure in conform([row(**changes)]).failures] == [shown]


def test_a_range_is_told_by_the_end_that_it_has(conform: Conform) -> None:
    [failure] = conform([row(Cost="-1")]).failures
    assert failure.allowed == "at least 0"


def test_a_rule_that_cannot_be_asked_is_told_as_our_fault(registry: Registry) -> None:
    # Loading the registry tells such a rule; should polars answer otherwise at night, the night must not stop for it.
    contract = registry.contracts["request"]
    broken = replace(contract, rules=(replace(contract.rules[0], expression="nothing > 1"),))
    made = replace(registry, contracts={**registry.contracts, "request": broken})
    system = made.systems["alder"]
    how = translation(made, made.senders["ash"], system, system.files[0], {}, date(2024, 3, 31), b"k" * 32)
    result = conform_table(read_table(csv_text(rows()).encode(), how.table.format), how, "contacts.csv", made, {})
    assert result.account.conformed == 20
    [failure] = result.failures
    assert (failure.severity, failure.rows) == ("warn", 0)
    assert "fault of the contract, not of your file" in failure.sentence


def test_an_empty_table_conforms_to_nothing(conform: Conform) -> None:
    result = conform([])
    assert (result.conformed.height, result.quarantined.height, result.account.rows_delivered) == (0, 0, 0)
