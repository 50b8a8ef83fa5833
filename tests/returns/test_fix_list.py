"""The fix list holds every failing row with its place, in the sender's own folder, and nothing where all is well."""

from __future__ import annotations

import csv
import io
import stat
from pathlib import Path

import pytest
from programme import HEADER, Programme, alder, contacts, csv_text, rows, sender
from python_calamine import CalamineWorkbook

from cls_pipeline.outcomes import FixList
from cls_pipeline.returns import fix_list

MARCH, APRIL = "contacts_2024-03-31.csv", "contacts_2024-04-30.csv"
WRONG = {
    6: {"Outcome": "2 Advise"},
    9: {"EndDate": "31/02/2019"},
    11: {"ContactDate": "05/03/2024", "EndDate": "01/01/2020"},
}


def listed(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def places(path: Path) -> set[tuple[str, str, str, str, str]]:
    return {(r["row"], r["column"], r["column_name"], r["your_record_id"], r["value"]) for r in listed(path)}


def sheet(path: Path, name: str) -> list[dict[str, object]]:
    head, *body = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python()
    return [dict(zip(head, row, strict=True)) for row in body]


def tree(programme: Programme, sender_id: str = "ash") -> dict[str, bytes]:
    folder = programme.settings.returns / sender_id
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def made(programme: Programme, sender_id: str = "ash") -> FixList:
    return programme.load(sender_id).fix_lists["request"]


def test_each_failing_row_stands_with_row_column_letter_record_and_value(programme: Programme) -> None:
    programme.send(MARCH, contacts(40, WRONG))
    assert places(made(programme).csv) == {
        ("6", "E", "Outcome", "C6", "2 Advise"),
        ("9", "D", "EndDate", "C9", "31/02/2019"),
        ("11", "C, D", "ContactDate, EndDate", "C11", "ContactDate = 05/03/2024, EndDate = 01/01/2020"),
    }


def test_a_line_says_what_is_wrong_what_is_allowed_what_to_do_and_what_follows(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    [line] = listed(made(programme).csv)
    assert line["file"] == MARCH
    assert line["what_is_wrong"] == "Outcome holds a code or label that is not known for this system."
    assert line["allowed"] == "'1 Long term support', '2 Advice', '3 NFA'"
    assert line["how_to_fix"].startswith("Correct it, or map it")
    assert (line["what_follows"], line["state"], line["rule_id"]) == (
        "these rows are not taken",
        "new",
        "outcome.mapped",
    )


def test_a_row_that_is_only_warned_of_is_listed_too(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    programme.send("persons_2024-03-31.csv", "PersonID,NHS,Register,Born,Forename,Surname\n" + "P2,,,,,\n")
    lines = listed(made(programme).csv)
    assert len(lines) == 19
    assert {line["what_follows"] for line in lines} == {"taken all the same"}


def test_a_row_that_does_not_fit_its_header_is_listed_without_what_it_holds(programme: Programme) -> None:
    programme.send(MARCH, contacts(20) + "C99,P99,Ann,Example\n")
    assert places(made(programme).csv) == {("22", "", "", "", "a row of 4 fields")}


def test_the_workbook_says_the_same_and_tells_each_rule_once(programme: Programme) -> None:
    programme.send(MARCH, contacts(40, WRONG))
    lists = made(programme)
    found = sheet(lists.workbook, "Rows")
    assert [{name: str(value).removesuffix(".0") for name, value in row.items()} for row in found] == listed(lists.csv)
    assert {(row["rule_id"], row["rows"], row["rows_listed"]) for row in sheet(lists.workbook, "Rules")} == {
        ("outcome.mapped", 1, 1),
        ("end_date.valid", 1, 1),
        ("dates_in_order", 1, 1),
    }


def test_of_a_rule_that_failed_too_often_the_workbook_holds_the_first_rows_and_the_csv_all(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fix_list, "MOST_OF_A_RULE", 2)
    programme.send(MARCH, contacts(60, {n: {"Outcome": "2 Advise"} for n in (3, 4, 5)}))
    lists = made(programme)
    assert (lists.lines, lists.in_workbook, len(listed(lists.csv))) == (3, 2, 3)
    assert [row["row"] for row in sheet(lists.workbook, "Rows")] == [3, 4]
    assert [(row["rows"], row["rows_listed"]) for row in sheet(lists.workbook, "Rules")] == [(3, 2)]


@pytest.mark.parametrize("few", [0, 5_000])
def test_a_list_is_the_same_whether_it_is_written_in_memory_or_in_slices(
    programme: Programme, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr(fix_list, "FEW", few)
    monkeypatch.setattr(fix_list, "SLICE", 2 if few else 50_000)
    programme.send(MARCH, contacts(60, {n: {"Outcome": "2 Advise"} for n in range(3, 8)}))
    lists = made(programme)
    assert [line["row"] for line in listed(lists.csv)] == ["3", "4", "5", "6", "7"]
    assert [row["row"] for row in sheet(lists.workbook, "Rows")] == [3, 4, 5, 6, 7]


def test_a_refused_delivery_has_a_list(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {n: {"Outcome": "?"} for n in range(2, 12)}))
    assert programme.load().outcomes[0].status == "refused"
    assert len(listed(next((programme.settings.returns / "ash").glob("request_*.csv")))) == 10


def test_the_same_load_writes_the_same_bytes(programme: Programme) -> None:
    programme.send(MARCH, contacts(40, WRONG))
    programme.load()
    before = tree(programme)
    programme.senders = [sender("ash", refuse_above=0.5), sender("birch")]  # a change that has it read again
    assert len(programme.load().outcomes) == 1
    assert {path.rpartition(".")[2] for path in before} == {"csv", "xlsx", "json"}
    assert tree(programme) == before


def test_where_all_was_put_right_the_days_list_goes_and_an_older_one_stays(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    folder = made(programme).csv.parent
    older = folder / "request_2999-01-01.csv"
    older.touch()
    programme.send(APRIL, contacts(20, month="04/2024"))
    assert programme.load().fix_lists == {}
    assert [path.name for path in folder.iterdir() if path.suffix != ".json"] == [older.name]


def test_lists_older_than_a_season_go(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    folder = made(programme).csv.parent
    for name in ("request_2020-01-01.csv", "request_2020-01-01.xlsx", "digest_2020-01-01.md"):
        (folder / name).touch()
    programme.send(APRIL, contacts(20, month="04/2024"))
    programme.load()
    assert [path.name for path in folder.iterdir() if path.suffix != ".json"] == ["digest_2020-01-01.md"]


def test_a_load_that_finds_nothing_new_writes_nothing(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    programme.load()
    assert programme.load().fix_lists == {}
    assert not (programme.settings.returns / "birch").exists()


def test_a_list_of_changes_holds_the_rows_of_every_file_in_force(programme: Programme) -> None:
    programme.systems = [alder(coverage="changes")]
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    programme.load()
    april = [[cell.replace("C", "D") if at == 0 else cell for at, cell in enumerate(row)] for row in rows(20)]
    april[3][4] = "2 Advise"
    programme.send(APRIL, csv_text(april, HEADER))
    assert {(line["file"], line["row"]) for line in listed(made(programme).csv)} == {(MARCH, "6"), (APRIL, "5")}


def test_of_changes_a_record_that_was_sent_anew_and_is_right_is_no_longer_listed(programme: Programme) -> None:
    programme.senders = [sender("ash", refuse_above=0.6), sender("birch")]
    programme.systems = [alder(coverage="changes")]
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}, 8: {"Outcome": "2 Advise"}}))
    programme.load()
    april = [rows(20)[4], rows(20)[7]]  # C6, put right, and C9; in the row numbers of this file 2 and 3
    april[1][4] = "2 Advise"
    programme.send(APRIL, csv_text(april, HEADER))
    lines = listed(made(programme).csv)
    assert {(line["file"], line["row"], line["your_record_id"]) for line in lines} == {
        (MARCH, "8", "C8"),
        (APRIL, "3", "C9"),
    }


def test_only_the_owner_can_open_folder_and_lists(programme: Programme) -> None:
    programme.settings.returns.mkdir(parents=True)
    (programme.settings.returns / "ash").mkdir(mode=0o755)
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    lists = made(programme)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in (lists.csv, lists.workbook)}
    assert (stat.S_IMODE(lists.csv.parent.stat().st_mode), modes) == (0o700, {0o600})


def test_a_folder_given_to_the_sites_group_is_read_by_that_group_and_nobody_else(programme: Programme) -> None:
    folder = programme.settings.returns / "ash"
    folder.mkdir(parents=True)
    folder.chmod(0o2755)
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    lists = made(programme)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2750
    assert {stat.S_IMODE(path.stat().st_mode) for path in (lists.csv, lists.workbook)} == {0o640}


def test_a_list_that_cannot_be_written_is_told_and_the_last_one_stays_whole(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    programme.load()
    before = tree(programme)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(fix_list, "write_workbook", full)
    programme.senders = [sender("ash", refuse_above=0.5), sender("birch")]
    load = programme.load()
    assert "The fix lists could not be written (No space left on device)" in load.problems[-1]
    assert load.standing["request"][0].failure.rule_id == "outcome.mapped"
    assert tree(programme) == before


def test_another_senders_folder_holds_nothing_of_it(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {6: {"Outcome": "2 Advise"}}))
    programme.send(MARCH, contacts(20, {7: {"EndDate": "31/02/2019"}}), "birch")
    programme.load("ash")
    programme.load("birch")
    assert [line["your_record_id"] for line in listed(next((programme.settings.returns / "birch").glob("*.csv")))] == [
        "C7"
    ]
