"""A column that is missing comes with the new one that most likely is it, with how it was read, ready to be mapped."""

from __future__ import annotations

import copy

import pytest
import yaml
from programme import CONTACTS, HEADER, Programme, alder, csv_text, rows, sender

from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.suggesting.lines import last_line

MARCH = "contacts_2024-03-31.csv"


def missing(programme: Programme, header: str, table: list[list[str]] | None = None) -> RuleFailure:
    programme.send(MARCH, csv_text(table or rows(20), header))
    found = programme.outcome().failures["request"]
    [failure] = [failure for failure in found if failure.rule_id == "column.missing"]
    return failure


def test_the_new_column_most_like_it_is_suggested_and_taking_the_line_mends_it(programme: Programme) -> None:
    failure = missing(programme, HEADER.replace("ContactDate", "Contact_Date"))
    assert failure.nearest == "'Contact_Date'"
    assert last_line(failure.suggestion) == (
        "contacts: {request_date: {from: \"Contact_Date\"}}  # the new column most like 'ContactDate'"
    )
    programme.senders = [sender("ash", **yaml.safe_load(failure.suggestion)), sender("birch")]
    assert programme.outcome().status == "accepted"


def test_what_else_the_profile_says_of_the_column_is_carried_over(programme: Programme) -> None:
    table = copy.deepcopy(CONTACTS)
    table["columns"]["end_date"]["missing"] = ["", "31/12/9999"]
    programme.systems = [alder(files=[table, alder()["files"][1]])]
    failure = missing(programme, HEADER.replace("EndDate", "End_Date"))
    columns = yaml.safe_load(failure.suggestion)["additions"]["columns"]
    assert columns == {"contacts": {"end_date": {"from": "End_Date", "missing": ["", "31/12/9999"]}}}


def test_a_new_column_that_holds_something_else_is_not_suggested(programme: Programme) -> None:
    table = rows(20)
    for row in table:
        row[2] = "a remark"
    failure = missing(programme, HEADER.replace("ContactDate", "ContactData"), table)
    assert (failure.nearest, failure.suggestion) == ("", "")


def test_the_only_new_column_is_suggested_where_it_reads_as_the_missing_one(programme: Programme) -> None:
    failure = missing(programme, HEADER.replace("Outcome", "Zzz"))
    assert "# the only new column" in failure.suggestion


@pytest.mark.parametrize("who", ["version", "site"])
def test_the_name_that_others_on_the_product_use_weighs_more_than_likeness(programme: Programme, who: str) -> None:
    newer = copy.deepcopy(CONTACTS) | {"name": "newer_{as_of}.csv"}
    codes = {"outcome": {"2 Advice": "advice"}}
    if who == "version":
        newer["columns"]["request_date"] = {"from": "Received"}
    programme.systems = [alder(), alder(id="alder_2", name="Alder 2", continues="alder", files=[newer], codes=codes)]
    added = {"columns": {"contacts": {"request_date": {"from": "Received"}}}} if who == "site" else {}
    programme.senders = [sender("ash"), sender("birch", additions=added)]
    header = HEADER.replace("ContactDate", "Received") + ",ContactDay"
    failure = missing(programme, header, [[*row, row[2]] for row in rows(20)])
    assert failure.nearest == "'Received'"
    said = "Alder 2 calls it so" if who == "version" else "Birch, on the same product, calls it so"
    assert f"# {said}" in failure.suggestion
