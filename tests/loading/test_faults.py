"""Faults of loads: where deliveries add up they go as records are sent anew, not file by file."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from programme import CONTACTS, HEADER, Programme, alder, contacts, csv_text, custom, rows, sender

from cls_pipeline import loading
from tests.loading.names import APRIL, MARCH, MAY

CHANGES = {"coverage": "changes"}
PERIOD = {"coverage": "period", "period_months": 240}
UNKNOWN = {"Outcome": "?"}


@pytest.fixture
def changes(programme: Programme) -> Programme:
    programme.systems = [alder(**CHANGES)]
    return programme


def stands(programme: Programme) -> dict[str, tuple[int, int]]:
    """The rows and files of each rule that stands, after a load."""
    found = programme.load().standing.get("request", ())
    return {fault.failure.rule_id: (fault.failure.rows, fault.files) for fault in found}


def some(numbers: range, changes: dict[int, dict[str, str]] | None = None) -> str:
    """A file with the records of some rows of the usual ones."""
    return csv_text([row for number, row in enumerate(rows(60, changes), 2) if number in numbers])


def test_rows_of_several_files_are_one_fault(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 30), {5: UNKNOWN}))
    changes.send(APRIL, some(range(30, 60), {40: UNKNOWN, 41: UNKNOWN}))
    assert stands(changes) == {"outcome.mapped": (3, 2)}


def test_a_record_that_is_sent_anew_and_right_is_put_right(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 60), {5: UNKNOWN, 6: UNKNOWN}))
    assert stands(changes) == {"outcome.mapped": (2, 1)}
    changes.send(APRIL, some(range(5, 6)))
    assert stands(changes) == {"outcome.mapped": (1, 1)}
    changes.send(MAY, some(range(6, 7)))
    assert stands(changes) == {}
    assert changes.faults() == {"outcome.mapped": "fixed"}


def test_a_record_that_is_sent_anew_and_still_wrong_is_counted_once(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 40), {5: UNKNOWN}))
    changes.load()
    changes.send(APRIL, some(range(5, 40), {5: UNKNOWN}))
    assert stands(changes) == {"outcome.mapped": (1, 1)}


def test_a_delivery_without_the_record_puts_nothing_right(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 40), {5: UNKNOWN}))
    changes.load()
    changes.send(APRIL, some(range(40, 60)))
    assert stands(changes) == {"outcome.mapped": (1, 1)}


def test_a_warning_is_followed_by_its_record_too(changes: Programme) -> None:
    changes.contracts["request"] = copy.deepcopy(changes.contracts["request"])
    outcome = next(c for c in changes.contracts["request"]["schema"][0]["properties"] if c["name"] == "outcome")
    outcome["customProperties"] += custom(severity="warn")
    changes.send(MARCH, some(range(2, 40), {5: UNKNOWN}))
    assert stands(changes) == {"outcome.mapped": (1, 1)}
    changes.send(APRIL, some(range(5, 6)))
    assert stands(changes) == {}


def test_a_row_whose_record_cannot_be_told_stands_until_its_file_is_sent_anew(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 40), {5: {"ContactID": ""}}))
    changes.load()
    changes.send(APRIL, some(range(2, 40)))
    assert stands(changes) == {"request_id.required": (1, 1)}
    changes.send(MARCH, some(range(2, 41)))
    assert stands(changes) == {}


def test_a_period_that_is_told_again_puts_right_what_it_no_longer_holds(programme: Programme) -> None:
    programme.systems = [alder(**PERIOD)]
    programme.senders[0] |= {"rhythm": {"every": "none"}}
    programme.send(MARCH, some(range(2, 40), {5: {"ContactID": ""}, 6: UNKNOWN}))
    assert stands(programme) == {"outcome.mapped": (1, 1), "request_id.required": (1, 1)}
    programme.send(APRIL, some(range(2, 40)))
    assert stands(programme) == {}


def test_a_refused_delivery_of_changes_stands_until_it_is_sent_anew(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 10), dict.fromkeys(range(2, 6), UNKNOWN)))
    changes.load()
    changes.send(APRIL, some(range(30, 60)))
    later = changes.load()
    assert "31 March 2024 is refused" in later.refused[0]
    assert changes.faults() == {"outcome.mapped": "open", "rows.too_many_failing": "open"}
    changes.send(MARCH, some(range(2, 10)))
    assert changes.load().refused == ()
    assert set(changes.faults().values()) == {"fixed"}


def test_a_code_mapped_later_takes_a_refused_delivery_of_changes_in(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 10), dict.fromkeys(range(2, 6), UNKNOWN)))
    changes.load()
    changes.send(APRIL, some(range(30, 60)))
    changes.load()
    changes.senders[0] |= {"additions": {"codes": {"outcome": {"?": "none"}}}}
    assert {(o.as_of.month, o.status) for o in changes.load().outcomes} == {(3, "accepted"), (4, "accepted")}
    assert changes.conformed().height == 38


def test_reading_everything_again_raises_nothing_that_was_put_right(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 40), {5: UNKNOWN}))
    changes.load()
    changes.send(APRIL, some(range(5, 6)))
    changes.load()
    changes.systems = [alder(missing=["", "NULL", "n/a"], **CHANGES)]
    assert len(changes.load().outcomes) == 2
    [fault] = changes.ledger.query("select state, times_opened from contract_fault")
    assert tuple(fault) == ("fixed", 1)


def test_a_delivery_that_comes_late_fails_nothing_that_a_later_one_holds(changes: Programme) -> None:
    changes.send(APRIL, some(range(5, 40)))
    changes.load()
    changes.send(MARCH, some(range(2, 30), {3: UNKNOWN, 6: UNKNOWN}))
    assert stands(changes) == {"outcome.mapped": (1, 1)}


def test_an_extra_column_stands_while_the_newest_file_of_its_table_has_it(changes: Programme) -> None:
    changes.send(MARCH, csv_text([[*row, "x"] for row in rows(20)], f"{HEADER},New"))
    assert stands(changes) == {"column.extra": (0, 1)}
    changes.send(APRIL, contacts(20))
    assert stands(changes) == {}


def test_a_new_version_that_sends_everything_leaves_nothing_of_the_old_one_standing(programme: Programme) -> None:
    programme.systems = [alder(), alder(id="alder_2", continues="alder")]
    programme.systems[1]["files"] = [CONTACTS | {"name": "new_{as_of}.csv"}]
    programme.systems[1]["codes"] = {"outcome": alder()["codes"]["outcome"]}
    spans = [{"system": "alder", "until": "2024-03-31"}, {"system": "alder_2", "from": "2024-04-01"}]
    programme.senders[0] = sender("ash", systems=spans)
    programme.send(MARCH, contacts(20, {5: UNKNOWN}))
    assert stands(programme) == {"outcome.mapped": (1, 1)}
    programme.send("new_2024-04-30.csv", contacts(20))
    assert stands(programme) == {}


def test_a_new_version_that_sends_changes_puts_right_what_the_old_one_failed(programme: Programme) -> None:
    programme.systems = [alder(), alder(id="alder_2", continues="alder", **CHANGES)]
    programme.systems[1]["files"] = [CONTACTS | {"name": "new_{as_of}.csv"}]
    programme.systems[1]["codes"] = {"outcome": alder()["codes"]["outcome"]}
    spans = [{"system": "alder", "until": "2024-03-31"}, {"system": "alder_2", "from": "2024-04-01"}]
    programme.senders[0] = sender("ash", systems=spans)
    programme.send(MARCH, contacts(30, {5: UNKNOWN, 6: UNKNOWN}))
    programme.load()
    programme.send("new_2024-04-30.csv", some(range(5, 6)))
    assert stands(programme) == {"outcome.mapped": (1, 1)}


def test_two_files_of_one_table_in_a_delivery_are_one_fault_with_the_rows_of_both(programme: Programme) -> None:
    programme.systems = [alder(contacts={"name": "{locality}_contacts_{as_of}.csv"})]
    programme.send("north_contacts_2024-03-31.csv", some(range(2, 30), {5: UNKNOWN}))
    programme.send("south_contacts_2024-03-31.csv", some(range(30, 60), {40: UNKNOWN}))
    assert stands(programme) == {"outcome.mapped": (2, 2)}
    [fault] = programme.load().standing["request"]
    assert fault.failure.share == pytest.approx(2 / 58)


def waived(until: date, **changes: Any) -> dict[str, Any]:
    usual = {"entity": "request", "rule": "outcome.mapped", "reason": "A pick list is being cleaned.",
             "owner": "team:ash", "until": until.isoformat()}  # fmt: skip
    return {"waivers": [usual | changes]}


def today() -> date:
    return datetime.now(UTC).date()


def test_a_waiver_takes_effect_with_the_next_load_and_reads_nothing_again(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: UNKNOWN}))
    programme.load()
    programme.senders[0] |= waived(today())
    load = programme.load()
    assert (load.outcomes, load.rejudged) == ((), ("request",))
    [fault] = load.standing["request"]
    assert (fault.life, fault.waiver and fault.waiver.reason) == ("waived", "A pick list is being cleaned.")
    assert programme.quarantine().height == 1
    assert programme.load().rejudged == ()


def test_a_waiver_that_has_ended_counts_the_fault_again_on_a_quiet_night(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.senders[0] |= waived(today())
    programme.send(MARCH, contacts(20, {5: UNKNOWN}))
    programme.load()
    assert programme.faults() == {"outcome.mapped": "waived"}

    class Tomorrow(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:
            return datetime.now(UTC) + timedelta(days=1)

    monkeypatch.setattr(loading, "datetime", Tomorrow)
    load = programme.load()
    [fault] = load.standing["request"]
    assert (load.rejudged, fault.life, fault.nights_open) == (("request",), "continuing", 2)
    assert fault.expired_waiver is not None


def test_each_night_of_a_fault_is_kept_with_its_rows(changes: Programme) -> None:
    changes.send(MARCH, some(range(2, 22), {5: UNKNOWN, 6: UNKNOWN}))
    changes.load()
    changes.load()
    changes.send(APRIL, some(range(5, 7)))
    changes.load()
    nights = changes.ledger.query("select night, rows, of_rows, state from fault_night")
    assert [tuple(night) for night in nights] == [(today().isoformat(), 0, 2, "fixed")]


def test_a_ledger_made_again_knows_when_a_fault_was_first_seen(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: UNKNOWN}))
    programme.load()
    programme.send(APRIL, contacts(20, {5: UNKNOWN}, month="04/2024"))
    programme.load()
    for manifest in programme.settings.landing.glob("ash/*/manifest.json"):
        if MARCH in (told := manifest.read_text()):
            manifest.write_text(told.replace(f'"received_at": "{today()}', '"received_at": "2024-04-01'))
    for file in programme.settings.home.glob("ledger.sqlite*"):
        file.unlink()
    [fault] = programme.load().standing["request"]
    assert (fault.first_seen, fault.last_seen, fault.life) == (date(2024, 4, 1), today(), "continuing")
