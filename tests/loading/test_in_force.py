"""Which deliveries are in force: the latest of a full extract, all of those that add up, and a correction."""

from __future__ import annotations

from datetime import date

import pytest
from programme import CONTACTS, Programme, Yaml, alder, contacts, counts, csv_text, records, rows, sender

from cls_pipeline.status import overview
from tests.loading.names import APRIL, MARCH, MAY, in_force


def test_the_latest_full_delivery_replaces_the_one_before_and_landing_keeps_both(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    programme.load()
    programme.send(APRIL, contacts(25, month="04/2024"))
    programme.load()
    assert in_force(programme) == [APRIL]
    assert programme.conformed().height == 25
    assert programme.landed().keys() == {MARCH, APRIL}


def test_an_older_delivery_that_comes_late_does_not_replace(programme: Programme) -> None:
    programme.send(APRIL, contacts(25, month="04/2024"))
    programme.load()
    programme.send(MARCH, contacts(20, {5: {"Outcome": "?"}}))
    outcome = programme.outcome()
    assert (outcome.status, outcome.as_of) == ("accepted", date(2024, 3, 31))
    assert in_force(programme) == [APRIL]
    assert programme.conformed().height == 25
    assert programme.faults() == {}
    assert programme.load().outcomes == ()


def test_a_history_sent_at_once_ends_with_the_latest_in_force(programme: Programme) -> None:
    for name, month in ((MAY, "05/2024"), (MARCH, "03/2024"), (APRIL, "04/2024")):
        programme.send(name, contacts(month=month))
    assert [outcome.as_of.month for outcome in programme.load().outcomes] == [3, 4, 5]
    assert in_force(programme) == [MAY]
    assert programme.conformed().height == 20


def test_a_corrected_file_of_the_same_day_replaces_the_first(programme: Programme) -> None:
    path = programme.send(MARCH, contacts(20, {5: {"Outcome": "?"}}))
    programme.load()
    path.write_text(contacts(21))
    assert counts(programme.outcome()) == (21, 21, 0, 0, 0)
    assert programme.conformed().height == 21
    assert programme.faults() == {"outcome.mapped": "fixed"}


@pytest.mark.parametrize("coverage", [{"coverage": "changes"}, {"coverage": "period", "period_months": 12}])
def test_deliveries_of_changes_or_of_a_period_all_stay_in_force(programme: Programme, coverage: Yaml) -> None:
    programme.systems = [alder(**coverage)]
    programme.send(MARCH, contacts(20))
    programme.send(APRIL, contacts(5, month="04/2024"))
    programme.load()
    programme.send(MAY, contacts(0))
    programme.load()
    assert in_force(programme) == [MARCH, APRIL, MAY]
    assert programme.conformed().height == 25


def test_each_of_two_systems_that_run_in_parallel_is_loaded_by_itself(programme: Programme) -> None:
    codes = {"outcome": alder()["codes"]["outcome"]}
    oak = alder(id="oak", name="Oak", codes=codes, files=[CONTACTS | {"name": "oak_{as_of}.csv"}])
    programme.systems = [alder(), oak]
    spans = [{"system": "alder", "until": "2024-06-30"}, {"system": "oak", "from": "2024-02-01"}]
    programme.senders = [sender("ash", systems=spans)]
    programme.send(MARCH, contacts(20))
    programme.send("oak_2024-03-31.csv", contacts(5))
    assert [(o.system_id, o.status) for o in programme.load().outcomes] == [("alder", "accepted"), ("oak", "accepted")]
    assert sorted(in_force(programme)) == [MARCH, "oak_2024-03-31.csv"]
    [status] = overview(programme.registry, programme.ledger, date(2024, 4, 1))[:1]
    assert (status.systems, status.delivered) == (("Alder", "Oak"), 25)


def test_two_tables_of_one_entity_are_conformed_together(programme: Programme) -> None:
    late = CONTACTS | {"id": "late_contacts", "name": "late_{as_of}.csv"}
    programme.systems = [alder(files=[*alder()["files"], late])]
    programme.send(MARCH, contacts(20))
    programme.send("late_2024-03-31.csv", csv_text([["D1", *rows(1)[0][1:]]]))
    assert counts(programme.outcome()) == (21, 21, 0, 0, 0)
    assert sorted(set(programme.conformed()["source_table"])) == ["contacts", "late_contacts"]


def test_a_correction_that_is_taken_back_puts_the_first_delivery_in_force_again(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    programme.load()
    programme.send(MARCH, contacts(18))
    programme.load()
    assert programme.conformed().height == 18
    programme.send(MARCH, contacts(20))
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)
    assert programme.conformed().height == 20
    assert programme.load().outcomes == ()


def test_quarantine_holds_the_whole_row_with_its_reasons(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": "?", "Locality": "Nörth"}}))
    programme.load()
    held = programme.quarantine().row(0, named=True)
    assert (held["source_file"], held["source_row"], held["reasons"]) == (MARCH, 5, ["outcome.mapped"])
    assert list(records(programme.quarantine())[0].values()) == rows(20, {5: {"Outcome": "?", "Locality": "Nörth"}})[3]


def test_a_sender_that_sends_nothing_does_not_stop_the_other(programme: Programme) -> None:
    programme.senders = [sender("ash"), sender("birch")]
    programme.send(MARCH, contacts(), "birch")
    assert programme.load("ash").late == "Nothing was accepted from Alder of Ash yet."
    assert programme.outcome("birch").status == "accepted"
