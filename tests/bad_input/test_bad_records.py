"""Files that read well and say what cannot be: codes, days, keys, old exports, too few rows, mixed-up columns."""

from __future__ import annotations

import pytest
from programme import (
    HEADER,
    PERSON_HEADER,
    Programme,
    alder,
    contacts,
    counts,
    csv_text,
    records,
    rows,
    rule_ids,
    sender,
    told,
)

MARCH = "contacts_2024-03-31.csv"
APRIL = "contacts_2024-04-30.csv"


def test_an_unknown_code_is_told_in_the_labels_of_the_sender(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    outcome = programme.outcome()
    assert outcome.status == "accepted"
    assert counts(outcome) == (20, 19, 1, 0, 0)
    [failure] = outcome.failures["request"]
    assert (failure.rule_id, failure.their_column, failure.first_row) == ("outcome.mapped", "Outcome", 6)
    assert failure.example == "'2 Advise'"
    assert failure.allowed == "'1 Long term support', '2 Advice', '3 NFA'"
    assert failure.nearest == "'2 Advice'"
    assert failure.metrics == ("requests_received",)
    [record] = records(programme.quarantine())
    assert record["Outcome"] == "2 Advise" and record["ContactID"] == "C6"
    assert "C6" not in programme.conformed()["request_id"].to_list()


def test_a_day_that_does_not_exist_is_not_read_as_another(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {9: {"EndDate": "31/02/2019"}}))
    outcome = programme.outcome()
    assert counts(outcome) == (20, 19, 1, 0, 0)
    sentence = told(outcome)
    assert f"{MARCH}, column EndDate, row 9: End date holds a text that cannot be read as a date." in sentence
    assert "Found: '31/02/2019'. Allowed: a day of the calendar, written as dd/mm/yyyy." in sentence


def test_equal_rows_with_one_key_keep_the_first(programme: Programme) -> None:
    table = rows(20)
    programme.send(MARCH, csv_text([*table, table[4]]))
    outcome = programme.outcome()
    assert counts(outcome) == (21, 20, 1, 0, 0)
    assert programme.quarantine()["source_row"].to_list() == [22]
    assert programme.quarantine()["reasons"].to_list() == [["key.unique"]]


def test_different_rows_with_one_key_are_all_quarantined(programme: Programme) -> None:
    programme.send(MARCH, contacts(30, {11: {"ContactID": "C5"}}))
    outcome = programme.outcome()
    assert counts(outcome) == (30, 28, 2, 0, 0)
    assert programme.quarantine()["source_row"].to_list() == [5, 11]
    assert "decide which one is right" in told(outcome)


def test_the_same_key_in_two_files_of_a_delivery_counts_once(programme: Programme) -> None:
    programme.systems = [alder(contacts={"name": "contacts_*{as_of}.csv"})]
    programme.send(MARCH, contacts(20))
    programme.send("contacts_late_2024-03-31.csv", contacts(21).replace("C2,", "C900,"))
    programme.senders = [sender("ash", refuse_above=1)]
    outcome = programme.outcome()
    assert counts(outcome) == (41, 22, 19, 0, 0)
    assert [account.rows_delivered for account in outcome.accounts] == [20, 21]
    assert programme.conformed()["request_id"].is_unique().all()


def test_the_same_file_the_second_night_is_no_new_delivery(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    load = programme.load()
    assert (load.outcomes, load.unchanged, load.problems) == ((), 1, ())
    assert len(programme.ledger.deliveries("ash")) == 1


def test_the_same_content_under_another_name_is_told_and_not_loaded(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    programme.send(APRIL, contacts())
    load = programme.load()
    assert load.outcomes == ()
    assert f"{APRIL} holds exactly what was delivered as {MARCH}" in load.problems[0]
    assert programme.conformed().height == 20


def test_last_years_file_under_this_years_name_is_refused(programme: Programme) -> None:
    programme.send("contacts_2025-03-31.csv", contacts())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["delivery.stale"]
    assert "The files are named for 31 March 2025, but their newest record is of 22 March 2024." in told(outcome)
    assert counts(outcome) == (20, 0, 0, 0, 20)


def test_a_file_refused_for_its_name_is_read_anew_under_the_right_one(programme: Programme) -> None:
    wrong = programme.send("contacts_2025-03-31.csv", contacts())
    assert programme.outcome().status == "refused"
    wrong.rename(wrong.with_name(MARCH))
    assert programme.outcome().status == "accepted"
    assert programme.load().problems == ()


def test_a_header_without_rows_is_accepted_with_a_warning_the_first_time(programme: Programme) -> None:
    programme.send(MARCH, contacts(0))
    outcome = programme.outcome()
    assert outcome.status == "accepted"
    assert rule_ids(outcome) == ["table.empty"]


@pytest.mark.parametrize("empty", [f"{HEADER}\n", HEADER, f"{HEADER}\n,,,,,,\n\n"])
def test_a_header_without_rows_after_rows_is_refused(programme: Programme, empty: str) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    programme.send(APRIL, empty)
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert "The table has a header and no rows; the last delivery had 20 rows." in told(outcome)
    assert programme.conformed().height == 20


def test_more_than_a_tenth_of_rows_failing_refuses_the_delivery_and_keeps_the_last(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    bad = {number: {"Outcome": "?"} for number in (4, 5, 6)}
    programme.send(APRIL, contacts(20, bad, month="04/2024"))
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert counts(outcome) == (20, 0, 3, 0, 17)
    assert "3 of 20 rows failed their contract (15%; at most 10% may)." in told(outcome)
    [held] = [delivery for delivery in programme.ledger.deliveries("ash") if delivery.in_force]
    assert held.files[0].name == MARCH
    assert set(programme.conformed()["delivery_id"]) == {held.delivery_id}
    assert programme.landed().keys() == {MARCH, APRIL}


def test_a_tenth_of_rows_failing_is_still_accepted(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {number: {"Outcome": "?"} for number in (4, 5)}))
    assert programme.outcome().status == "accepted"


def test_nothing_that_identifies_a_person_is_told(programme: Programme) -> None:
    people = [[f"P{n}", f"94347659{n}", "NHS", "01/05/1950", "Ada", "Lovelace"] for n in range(10, 30)]
    people += [["P77", "9434765919", "BSN", "31/02/1950", "Grace", "Hopper"]]
    people += [["P78", "9434765927", "9434765943", "01/06/1950", "Grace", "Hopper"]]
    programme.send("persons_2024-03-31.csv", csv_text(people, PERSON_HEADER))
    programme.send(MARCH, contacts(20, {5: {"PersonID": ""}, 6: {"Locality": "North"}}))
    outcome = programme.outcome()
    assert {"birth_month.valid", "id_scheme.mapped", "person_id.required"} <= set(rule_ids(outcome))
    for private in ("Hopper", "Grace", "P77", "P78", "94347659", "31/02/1950", "BSN 1"):
        assert private not in repr(outcome)


def test_nothing_is_shown_of_a_column_in_whose_place_another_stands(programme: Programme) -> None:
    names = {row: {"Outcome": f"Ellerbeck{row}"} for row in range(2, 22)}
    programme.send(MARCH, contacts(20, names))
    outcome = programme.outcome()
    assert "outcome.mapped" in rule_ids(outcome)
    assert "Ellerbeck" not in told(outcome)


@pytest.mark.parametrize("shifted", ["1925-11-01", "01/11/1925", "P1899211"])
def test_a_date_or_a_long_number_in_a_column_of_codes_is_not_shown(programme: Programme, shifted: str) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": shifted}}))
    said = told(programme.outcome())
    assert shifted not in said
    assert "a date or a long number" in said


def test_a_value_that_also_stands_in_an_identifying_column_is_not_shown(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": "P9"}}))
    assert "'P9'" not in told(programme.outcome())


def test_a_table_that_lost_more_than_a_twentieth_of_its_rows_is_told(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    programme.send(APRIL, contacts(180, month="04/2024"))
    outcome = programme.outcome()
    assert (outcome.status, rule_ids(outcome)) == ("accepted", ["table.shrunk"])
    assert "180 rows; the last delivery had 200" in told(outcome)


def test_last_years_file_of_a_finance_system_is_refused(programme: Programme) -> None:
    programme.systems = [alder(family="finance")]
    programme.send("contacts_2025-04-30.csv", contacts())
    assert rule_ids(programme.outcome()) == ["delivery.stale"]
