"""What a load says of a delivery as a whole: late, stale, of a wrong day, refused until mended."""

from __future__ import annotations

from programme import CONTACTS, Programme, alder, contacts, rule_ids, sender

from tests.loading.names import APRIL, MARCH


def test_an_old_rolling_extract_under_a_new_name_is_told(programme: Programme) -> None:
    programme.systems = [alder(coverage="period", period_months=12)]
    programme.send("contacts_2026-03-31.csv", contacts())
    assert rule_ids(programme.outcome()) == ["delivery.stale"]


def test_a_delivery_of_a_day_on_which_the_system_was_not_used_is_refused(programme: Programme) -> None:
    programme.senders = [sender("ash", systems=[{"system": "alder", "until": "2024-03-30"}])]
    programme.send(MARCH, contacts())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["system.not_in_force"]
    assert "The system alder was not in force at Ash on 31 March 2024." in outcome.reasons[0]


def test_each_system_in_force_is_late_by_itself(programme: Programme) -> None:
    codes = {"outcome": alder()["codes"]["outcome"]}
    oak = alder(id="oak", name="Oak", codes=codes, files=[CONTACTS | {"name": "oak_{as_of}.csv"}])
    programme.systems = [alder(), oak]
    programme.senders = [sender("ash", systems=[{"system": "alder"}, {"system": "oak"}])]
    programme.send(MARCH, contacts())
    late = programme.load().late
    assert late is not None
    assert "from Alder of Ash is as of 31 March 2024" in late
    assert "Nothing was accepted from Oak of Ash yet." in late


def test_a_delivery_of_a_day_that_has_not_come_is_refused(programme: Programme) -> None:
    programme.send("contacts_2999-03-31.csv", contacts())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["delivery.future", "delivery.stale"]
    assert "named for 31 March 2999, a day that has not come yet" in outcome.reasons[0]


def test_a_late_delivery_that_does_not_take_force_is_told(programme: Programme) -> None:
    programme.send(APRIL, contacts(month="04/2024"))
    programme.load()
    programme.send(MARCH, contacts())
    assert programme.load().problems == (
        "The alder delivery of 31 March 2024 came late: the one of 30 April 2024 stays in force.",
    )


def test_an_overdue_delivery_is_told_with_the_day_it_was_due(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    late = programme.load().late
    assert (
        late == "The last accepted delivery from Alder of Ash is as of 31 March 2024; the next was due by 11 May 2024."
    )


def test_a_refused_delivery_is_told_on_every_night_until_a_good_one_comes(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {row: {"Outcome": "?"} for row in range(2, 12)}))
    assert programme.outcome().status == "refused"
    quiet = programme.load()
    assert quiet.outcomes == ()
    assert "is refused; nothing from it is in force." in quiet.refused[0]
    assert [fault.failure.rule_id for fault in quiet.standing["request"]] == ["outcome.mapped", "rows.too_many_failing"]
    programme.send(MARCH, contacts(20))
    mended = programme.load()
    assert (mended.refused, mended.standing) == ((), {})
