"""A load compares what comes with what came before, keeps what the next one needs, and hands it back."""

from __future__ import annotations

import json

import pytest
from programme import Programme, alder, contacts, csv_text, rows, rule_ids, sender

from cls_pipeline.comparing.changes import Comparison
from cls_pipeline.comparing.told import sentence
from cls_pipeline.loading import RECENT
from cls_pipeline.outcomes import SenderLoad
from tests.loading.names import APRIL, MARCH, MAY, in_force


def comparison(load: SenderLoad) -> Comparison:
    found = load.outcomes[-1].comparison
    assert found is not None
    return found


def alarms(load: SenderLoad) -> list[str]:
    return [sentence(change, 7) for change in comparison(load).alarms]


def test_the_first_delivery_has_nothing_to_be_compared_with(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    assert comparison(programme.load()).against == ""


def test_a_fall_is_told_with_its_numbers_as_a_fault_and_as_a_change(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    programme.send(APRIL, contacts(180))
    load = programme.load()
    assert rule_ids(load.outcomes[0]) == ["table.shrunk"]
    assert alarms(load)[:2] == [
        "contacts: 180 rows, 200 before (-10.0%).",
        "contacts: 180 people, 200 before (-10.0%).",
    ]


def test_the_senders_own_threshold_holds_for_both_and_takes_effect_without_a_new_delivery(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    programme.send(APRIL, contacts(180))
    assert alarms(programme.load())
    programme.senders = [sender("ash", alarm_fall=0.2), sender("birch")]
    load = programme.load()
    assert [outcome.as_of.month for outcome in load.outcomes] == [4]
    assert (alarms(load), rule_ids(load.outcomes[0])) == ([], [])


def test_rows_in_quarantine_count_for_they_were_sent(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    programme.send(APRIL, contacts(200, {n: {"ContactDate": "31/02/2024"} for n in range(2, 20)}))
    load = programme.load()
    assert load.outcomes[0].rows("request").quarantined == 18
    assert not [change for change in comparison(load).changes if change.what in ("rows", "people")]


def test_a_refused_delivery_is_compared_and_no_later_one_with_it(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    programme.send(APRIL, contacts(200, {n: {"Outcome": "?"} for n in range(2, 150)}))
    load = programme.load()
    assert load.outcomes[0].status == "refused"
    assert "contacts, Outcome: (not mapped) is 74.0% of the rows; it was 0.0%." in alarms(load)
    programme.send(MAY, contacts(200, month="05/2024"))
    assert comparison(programme.load()).against == "the delivery of 31 March 2024"


def test_a_history_sent_at_once_is_compared_in_its_order(programme: Programme) -> None:
    for name in (MAY, MARCH, APRIL):
        programme.send(name, contacts(month=f"0{5 if name == MAY else 4 if name == APRIL else 3}/2024"))
    against = [outcome.comparison.against for outcome in programme.load().outcomes if outcome.comparison]
    assert against == ["", "the delivery of 31 March 2024", "the delivery of 30 April 2024"]
    assert in_force(programme) == [MAY]


def test_an_older_delivery_that_comes_late_is_compared_with_the_one_before_it(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.send(MAY, contacts(300))
    programme.load()
    programme.send(APRIL, contacts(250))
    assert comparison(programme.load()).against == "the delivery of 31 March 2024"


def test_a_column_that_is_gone_is_told_though_the_delivery_is_refused(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    header = "ContactID,PersonID,ContactDate,EndDate,Result,Cost,Locality"
    programme.send(APRIL, csv_text(rows(200), header))
    assert alarms(programme.load()) == ["contacts: the column Outcome is gone."]


def test_a_row_in_the_place_of_the_header_is_not_kept_as_columns(programme: Programme) -> None:
    programme.send(MARCH, contacts(200))
    programme.load()
    programme.send(APRIL, csv_text(rows(200), "C-SECRET,P-SECRET,01/04/2024,,2 Advice,10.50,North"))
    load = programme.load()
    assert comparison(load).changes == ()
    summaries = "".join(path.read_text() for path in programme.settings.summaries.rglob("*.json"))
    assert "SECRET" not in summaries


def test_what_is_handed_back_has_no_small_count_and_nothing_of_a_person(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"PersonID": "P-SECRET", "Outcome": "3 NFA", "Locality": "Hidden Lane"}}))
    programme.load()
    text = (programme.settings.returns / "ash" / "last_delivery.json").read_text()
    assert not {"P-SECRET", "Hidden Lane"} & set(text.replace('"', "\n").split("\n"))
    [delivery] = json.loads(text)["deliveries"]
    assert delivery["tables"][0]["values"]["outcome"] == {"advice": 19, "none": 4}
    assert delivery["blunted"] == 7


def test_only_the_owner_can_open_the_summaries(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    assert programme.settings.summaries.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("coverage", "handed"), [("full", 1), ("changes", RECENT)])
def test_no_more_summaries_are_kept_than_a_comparison_needs(programme: Programme, coverage: str, handed: int) -> None:
    programme.systems = [alder(coverage=coverage)]
    for day in range(1, 17):
        programme.send(f"contacts_2024-03-{day:02}.csv", contacts(day))
    programme.load()
    assert len(list((programme.settings.summaries / "ash").glob("*.json"))) == RECENT + 1
    given = json.loads((programme.settings.returns / "ash" / "last_delivery.json").read_text())
    assert len(given["deliveries"]) == handed


def test_a_lost_summary_costs_the_comparison_and_nothing_else(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    for path in (programme.settings.summaries / "ash").glob("*.json"):
        path.write_text("{")
    programme.send(APRIL, contacts(month="04/2024"))
    load = programme.load()
    assert (load.outcomes[0].status, comparison(load).against) == ("accepted", "")
