"""Bad input, end to end: whatever a sender sends, it is told in its own words and nobody else is troubled.

Each test sends `ash` something bad. After every test `birch`, which sent a good file, is loaded whole.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterator
from typing import Any

import pytest
import xlsxwriter
from programme import (
    HEADER,
    NAMES,
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


@pytest.fixture(autouse=True)
def the_other_sender_is_unaffected(programme: Programme) -> Iterator[None]:
    yield
    programme.systems = [alder()]
    programme.senders = [sender("birch")]
    programme.send(MARCH, contacts(), "birch")
    outcome = programme.outcome("birch")
    assert outcome.status == "accepted"
    assert counts(outcome) == (20, 20, 0, 0, 0)


def workbook(*sheets: tuple[str, list[list[str]]]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        for name, table in sheets:
            sheet = book.add_worksheet(name)
            for number, row in enumerate(table):
                sheet.write_row(number, 0, row)
    return buffer.getvalue()


def excel(programme: Programme, **layout: Any) -> None:
    table = {"name": "contacts_{as_of}.xlsx", "format": {"kind": "xlsx", "sheet": "Contacts", **layout}}
    programme.systems = [alder(contacts=table)]


def test_an_empty_file_is_refused_and_landed(programme: Programme) -> None:
    programme.send(MARCH, b"")
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert told(outcome) == f"{MARCH}: The file is empty (0 bytes). Export it again and send it again."
    assert programme.landed() == {MARCH: b""}
    assert [account.source_file for account in outcome.accounts] == [MARCH]


def test_a_csv_file_cut_off_in_a_row_is_refused_with_the_row(programme: Programme) -> None:
    whole = contacts().encode()
    cut = whole[: whole.rindex(b"2 Advice")]
    programme.send(MARCH, cut)
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert "row 21" in told(outcome) and "cut off" in told(outcome)
    assert programme.landed() == {MARCH: cut}
    assert programme.conformed().is_empty()


def test_a_csv_file_cut_off_within_a_letter_is_refused(programme: Programme) -> None:
    cut = contacts(2, {3: {"Locality": "é"}}).encode()[:-2]
    programme.send(MARCH, cut)
    assert rule_ids(programme.outcome()) == ["file.cut_off"]


def test_a_file_that_lost_most_of_its_rows_is_told(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.outcome()
    programme.send(APRIL, contacts(90, month="04/2024"))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["table.shrunk"]
    assert "The table has 90 rows; the delivery in force has 200." in told(outcome)


@pytest.mark.parametrize("length", [1, 9, 40, -1])
def test_a_cut_off_gzip_file_is_refused(programme: Programme, length: int) -> None:
    programme.systems = [alder(contacts={"name": "contacts_{as_of}.csv.gz",
                                         "format": {"kind": "csv", "compression": "gzip"}})]  # fmt: skip
    cut = gzip.compress(contacts().encode())[:length]
    programme.send(f"{MARCH}.gz", cut)
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.cut_off"]
    assert programme.landed() == {f"{MARCH}.gz": cut}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.99])
def test_a_cut_off_workbook_is_refused(programme: Programme, share: float) -> None:
    excel(programme)
    whole = workbook(("Contacts", [NAMES, *rows()]))
    programme.send("contacts_2024-03-31.xlsx", whole[: int(len(whole) * share)])
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.cut_off"]
    assert "Save it again as .xlsx" in told(outcome)


def test_a_good_workbook_is_accepted(programme: Programme) -> None:
    excel(programme, title_rows=1)
    programme.send("contacts_2024-03-31.xlsx", workbook(("Other", []), ("Contacts", [["Extract"], NAMES, *rows()])))
    outcome = programme.outcome()
    assert counts(outcome) == (20, 20, 0, 0, 0)
    assert programme.conformed()["source_row"].to_list() == list(range(3, 23))


def test_a_missing_column_refuses_the_delivery_and_names_what_is_nearest(programme: Programme) -> None:
    programme.send(MARCH, contacts().replace("ContactDate", "Contact_Dt", 1))
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert counts(outcome) == (20, 0, 0, 0, 20)
    [failure] = [f for f in outcome.failures["request"] if f.rule_id == "column.missing"]
    assert failure.their_column == "ContactDate"
    assert failure.nearest == "'Contact_Dt'"
    assert "additions: columns: contacts" in failure.how_to_fix


def test_a_renamed_column_is_accepted_once_it_is_added(programme: Programme) -> None:
    programme.send(MARCH, contacts().replace("ContactDate", "Contact_Dt", 1))
    assert programme.outcome().status == "refused"
    added = {"columns": {"contacts": {"request_date": {"from": "Contact_Dt"}}}}
    programme.senders = [sender("ash", additions=added)]
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)
    assert set(programme.faults().values()) == {"fixed"}


def test_a_file_without_its_header_is_refused_and_shows_nobody(programme: Programme) -> None:
    people = [["P1", "9434765919", "NHS", "01/05/1950", "Ada", "Ada"]]
    programme.send("persons_2024-03-31.csv", csv_text(people, "P2,9434765927,NHS,01/05/1951,Grace,Hopper"))
    programme.send(MARCH, contacts())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.header"]
    assert "Row 1 holds 1 of the 4 expected column names (Born, NHS, PersonID, Register)." in told(outcome)
    assert "Hopper" not in repr(outcome) and "9434765927" not in repr(outcome)


def test_a_file_with_another_delimiter_is_told_so(programme: Programme) -> None:
    programme.send(MARCH, contacts().replace(",", ";"))
    assert "The columns are separated by ';', not by ','." in told(programme.outcome())


def test_a_missing_file_refuses_the_delivery(programme: Programme) -> None:
    programme.send("persons_2024-03-31.csv", csv_text([["P1", "", "", "", "Ada", "Lovelace"]], PERSON_HEADER))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.missing"]
    assert "contacts_2024-03-31.csv: The file is missing from the delivery." in told(outcome)
    assert counts(outcome, "person") == (1, 0, 0, 0, 1)


def test_a_renamed_file_is_told_with_the_name_expected_and_not_touched(programme: Programme) -> None:
    path = programme.send("contact_2024-03-31.csv", contacts())
    load = programme.load()
    assert load.outcomes == ()
    assert "contact_2024-03-31.csv fits no file" in load.problems[0]
    assert "contacts_{as_of}.csv (Alder)" in load.problems[0]
    assert path.exists()


def test_a_renamed_sheet_refuses_the_delivery_and_names_it(programme: Programme) -> None:
    excel(programme)
    programme.send("contacts_2024-03-31.xlsx", workbook(("Contact", [NAMES, *rows()]), ("Notes", [])))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["sheet.missing"]
    assert "The sheet 'Contacts' is missing; the workbook has 'Contact', 'Notes'." in told(outcome)
    assert "perhaps 'Contact' was renamed" in told(outcome)


def test_an_extra_column_is_accepted_with_a_warning(programme: Programme) -> None:
    programme.send(MARCH, csv_text([[*row, "x"] for row in rows()], f"{HEADER},Worker"))
    outcome = programme.outcome()
    assert outcome.status == "accepted"
    assert counts(outcome) == (20, 20, 0, 0, 0)
    assert rule_ids(outcome) == ["column.extra"]
    assert "The column 'Worker' is not known and was not taken." in told(outcome)


def test_ragged_and_over_long_rows_are_quarantined_whole_with_their_numbers(programme: Programme) -> None:
    lines = contacts(30).splitlines()
    lines[4] = "C5,P5,04/03/2024"
    lines[9] += ",one more"
    programme.send(MARCH, "\n".join(lines) + "\n")
    outcome = programme.outcome()
    assert counts(outcome) == (30, 28, 2, 0, 0)
    kept = programme.quarantine()
    assert kept["source_row"].to_list() == [5, 10]
    assert kept["record"].to_list() == [lines[4], lines[9]]
    assert kept["reasons"].to_list() == [["row.misfit"], ["row.misfit"]]
    assert "first in row 5: The row has 3 fields; the header has 7." in told(outcome)


def test_cp1252_bytes_where_utf_8_is_expected_are_refused_with_the_row(programme: Programme) -> None:
    sent = contacts(20, {7: {"Locality": "Café"}}).encode("cp1252")
    programme.send(MARCH, sent)
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.encoding"]
    assert "Row 7 holds a byte (0xe9) that is not utf-8." in told(outcome)
    assert programme.landed() == {MARCH: sent}


def test_utf_8_bytes_where_cp1252_is_expected_are_refused(programme: Programme) -> None:
    programme.systems = [alder(contacts={"format": {"kind": "csv", "encoding": "cp1252"}})]
    programme.send(MARCH, contacts(20, {7: {"Locality": "Café"}}))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.encoding"]
    assert "The file is in UTF-8; cp1252 is expected" in told(outcome)


@pytest.mark.parametrize("expected", ["utf-8", "cp1252"])
def test_utf_16_bytes_are_refused(programme: Programme, expected: str) -> None:
    programme.systems = [alder(contacts={"format": {"kind": "csv", "encoding": expected}})]
    programme.send(MARCH, contacts().encode("utf-16"))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.encoding"]
    assert "UTF-16" in told(outcome)


def test_an_unclosed_quote_is_refused_with_the_row_in_which_it_opens(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {8: {"Locality": '"North'}}))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.quote"]
    assert "A quotation mark opened in row 8" in told(outcome)


def test_two_unclosed_quotes_do_not_swallow_the_rows_between(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {8: {"Locality": '"North'}, 12: {"Locality": '"South'}}))
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["file.quote"]
    assert "row 8" in told(outcome)


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
    assert "Found: '31/02/2019'. Allowed: a date written as dd/mm/yyyy." in sentence


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
    assert "The table has a header and no rows; the delivery in force has 20 rows." in told(outcome)
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


def test_an_error_in_a_cell_is_kept_and_told(programme: Programme) -> None:
    excel(programme)
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Contacts")
        for number, row in enumerate([NAMES, *rows()]):
            sheet.write_row(number, 0, row)
        sheet.write_formula("F3", "=1/0", None, "#DIV/0!")
    programme.send("contacts_2024-03-31.xlsx", buffer.getvalue())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["cost.valid"]
    assert "column Cost, row 3" in told(outcome) and "'#DIV/0!'" in told(outcome)


def test_two_quotes_left_open_do_not_swallow_the_rows_between_them(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Locality": '"North'}, 9: {"Locality": 'North"'}}))
    outcome = programme.outcome()
    assert (outcome.status, rule_ids(outcome)) == ("refused", ["file.quote"])
    assert "opened in row 5" in told(outcome)


def test_a_long_text_over_several_lines_is_only_a_text(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Locality": '"North,\nby the river, left\nand on"'}}))
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)


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
    assert "180 rows; the delivery in force has 200" in told(outcome)


def test_last_years_file_of_a_finance_system_is_refused(programme: Programme) -> None:
    programme.systems = [alder(family="finance")]
    programme.send("contacts_2025-04-30.csv", contacts())
    assert rule_ids(programme.outcome()) == ["delivery.stale"]
