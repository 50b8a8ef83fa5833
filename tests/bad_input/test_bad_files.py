"""Files that cannot be read as their profile says: each is told in the sender's own words."""

from __future__ import annotations

import gzip
import io
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
    rows,
    rule_ids,
    sender,
    told,
)

MARCH = "contacts_2024-03-31.csv"
APRIL = "contacts_2024-04-30.csv"


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
    assert "The table has 90 rows; the last delivery had 200." in told(outcome)


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
