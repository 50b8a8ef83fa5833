"""What is read differently now is read again, and a reading that now fails leaves the last good one in force."""

from __future__ import annotations

from programme import CONTACTS, Programme, alder, contacts, counts, sender

from tests.loading.names import APRIL, MARCH, in_force


def test_a_newly_mapped_code_reads_the_delivery_again_and_fixes_the_fault(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": "4 Equipment"}}))
    assert counts(programme.outcome()) == (20, 19, 1, 0, 0)
    assert programme.faults() == {"outcome.mapped": "open"}
    programme.senders = [sender("ash", additions={"codes": {"outcome": {"4 Equipment": "support"}}}), sender("birch")]
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)
    assert programme.faults() == {"outcome.mapped": "fixed"}
    assert programme.conformed().height == 20
    assert programme.quarantine().is_empty()


def test_a_change_that_does_not_concern_a_delivery_reads_nothing_again(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    programme.senders = [sender("ash", notes="Moved to a new office."), sender("birch", additions={})]
    assert programme.load().outcomes == ()


def test_a_reading_that_now_fails_keeps_the_last_good_one_in_force(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    good = programme.conformed()
    programme.systems = [alder(codes={"outcome": {"1": "support"}, "id_scheme": {"NHS": "nhs_number"}})]
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert in_force(programme) == [MARCH]
    assert programme.conformed().equals(good)
    assert programme.faults()["rows.too_many_failing"] == "open"
    assert programme.load().outcomes == ()
    programme.systems = [alder()]
    assert programme.outcome().status == "accepted"
    assert set(programme.faults().values()) == {"fixed"}


def test_a_new_profile_reads_every_delivery_in_force_again(programme: Programme) -> None:
    programme.systems = [alder(coverage="changes")]
    programme.send(MARCH, contacts(20))
    programme.send(APRIL, contacts(5, month="04/2024"))
    programme.load()
    programme.systems = [alder(coverage="changes", missing=["", "NULL", "n/a"])]
    assert len(programme.load().outcomes) == 2
    assert programme.conformed().height == 25


def test_a_case_system_that_now_continues_another_reads_the_finance_system_again(programme: Programme) -> None:
    till = {"id": "till", "name": "Till", "family": "finance", "files": [CONTACTS | {"name": "till_{as_of}.csv"}]}
    oak = alder(
        id="oak", files=[CONTACTS | {"name": "oak_{as_of}.csv"}], codes={"outcome": alder()["codes"]["outcome"]}
    )
    programme.systems = [alder(), oak, oak | till]
    spans = [{"system": "alder", "until": "2020-12-31"}, {"system": "oak", "from": "2021-01-01"}, {"system": "till"}]
    programme.senders = [sender("ash", systems=spans)]
    programme.send("till_2024-03-31.csv", contacts())
    programme.load()
    before = programme.conformed()["person_id"]
    programme.systems[1] = oak | {"continues": "alder"}
    assert [outcome.system_id for outcome in programme.load().outcomes] == ["till"]
    assert set(programme.conformed()["person_id"]).isdisjoint(before)
