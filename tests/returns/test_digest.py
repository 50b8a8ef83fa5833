"""A digest tells what a night made of a sender's faults, each once, in the sender's words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from programme import Programme

from cls_pipeline.deliveries.fault_tables import write_faults, write_night
from cls_pipeline.deliveries.faults import Fault, judge
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.standing import FaultKey, Standing
from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import Waiver
from cls_pipeline.returns.digest import Tonight, render, tonight_of

FIRST = date(2026, 3, 2)
OUTCOME = RuleFailure(
    "outcome.mapped", "refuse_row", "Outcome holds a code that is not known.", "contacts_2026-03-01.csv", "contacts",
    "Outcome", 732, 0.35, "'OUT-77'", "'1', '2'", "", "Correct it, or map it.", ("requests_received",), 6,
)  # fmt: skip
DATE = replace(OUTCOME, rule_id="request_date.valid", meaning="Request date holds no date.", their_column="ContactDate")
COST = replace(OUTCOME, rule_id="cost.range", meaning="Cost is out of range.", their_column="Cost", severity="warn")
WAIVER = Waiver(entity="request", rule="cost.range", reason="Refunds", owner="team:ash", until=date(2026, 3, 4))


def lived(ledger: Ledger, *nights: tuple[int, set[RuleFailure]]) -> Tonight | None:
    """What the last of some nights made of the faults; each night with the failures that stand."""
    faults: dict[FaultKey, Fault] = {}
    for number, failures in nights:
        night = FIRST + timedelta(days=number)
        standing = {
            ("alder", "request", f.rule_id, f.source_table, f.their_column): Standing(f, "d", 1) for f in failures
        }
        faults = judge(faults, standing, {"alder"}, (WAIVER,), night)
        with ledger.transaction() as connection:
            write_faults(connection, "ash", faults.values())
            tonight = [fault for fault in faults.values() if not fault.closed or fault.closed == night]
            write_night(connection, "ash", tonight, {}, night)
    return tonight_of(ledger, "ash")


def text(programme: Programme, *nights: tuple[int, set[RuleFailure]], problems: str = "") -> str:
    registry = programme.registry
    return render(registry.senders["ash"], registry, lived(programme.ledger, *nights), problems)


def headings(told: str) -> list[str]:
    return [line.removeprefix("### ") for line in told.splitlines() if line.startswith("### ")]


def test_a_new_fault_is_told_in_full(programme: Programme) -> None:
    told = text(programme, (0, {OUTCOME}))
    for part in (
        "## Ash: what to put right",
        "Records are simulated: people and events are invented",
        "### New on 02 March 2026",
        "#### Request",
        "- **Outcome holds a code that is not known.** (`outcome.mapped`)",
        "contacts_2026-03-01.csv column Outcome; 732 rows (35.0%); first in row 6; these rows are not taken.",
        "Sent: 'OUT-77'.",
        "To do: Correct it, or map it.",
        "Figures it touches: requests_received.",
    ):
        assert part in told


def test_a_fault_that_stands_is_told_in_a_line_with_since_when(programme: Programme) -> None:
    told = text(programme, (0, {OUTCOME}), (4, {OUTCOME, DATE}))
    assert headings(told) == ["New on 06 March 2026", "Still open"]
    assert (
        "- Request: Outcome holds a code that is not known (`outcome.mapped`); Outcome; 732 rows (35.0%); "
        "since 02 March 2026, 5 nights." in told
    )
    assert told.count("OUT-77") == 1


def test_a_fault_that_was_fixed_tonight_is_told_once(programme: Programme) -> None:
    told = text(programme, (0, {OUTCOME}), (4, set()))
    assert headings(told) == ["Fixed"]
    assert "(`outcome.mapped`); it was open since 02 March 2026." in told
    assert headings(text(programme, (0, {OUTCOME}), (4, set()), (5, {DATE}))) == ["New on 07 March 2026"]


def test_an_accepted_fault_says_until_when_and_by_whom_and_its_end_is_told_in_full(programme: Programme) -> None:
    told = text(programme, (0, {COST}))
    assert headings(told) == ["Accepted for now"]
    assert "accepted until 04 March 2026 by team:ash: Refunds." in told
    ended = text(programme, (0, {COST}), (3, {COST}))
    assert headings(ended) == ["Back again"]
    assert "It was accepted until 04 March 2026, which is over; open since 02 March 2026, 4 nights." in ended
    assert headings(text(programme, (0, {COST}), (3, {COST}), (4, {COST}))) == ["Still open"]


def test_a_fault_that_came_back_says_when_it_was_first_seen(programme: Programme) -> None:
    told = text(programme, (0, {OUTCOME}), (4, set()), (6, {OUTCOME}))
    assert headings(told) == ["Back again"]
    assert "It was first seen on 02 March 2026 and was fixed since." in told


def test_what_befell_the_delivery_comes_first(programme: Programme) -> None:
    assert headings(text(programme, (0, {OUTCOME}), problems="- Late.")) == ["Delivery", "New on 02 March 2026"]


def test_where_no_fault_was_ever_judged_there_is_nothing_to_tell(programme: Programme) -> None:
    assert tonight_of(programme.ledger, "ash") is None


@pytest.mark.parametrize("last", [set(), {OUTCOME}, {OUTCOME, DATE, COST}])
def test_each_fault_stands_in_one_list(programme: Programme, last: set[RuleFailure]) -> None:
    tonight = lived(programme.ledger, (0, {OUTCOME, COST}), (1, {DATE, COST}), (3, last))
    assert tonight is not None
    lists = (tonight.new, tonight.again, tonight.standing, tonight.fixed, tonight.waived)
    told = [fault.key[2] for faults in lists for fault in faults]
    assert len(told) == len(set(told))
    assert set(told) == {f.rule_id for f in last} | ({"request_date.valid", "cost.range"} - {f.rule_id for f in last})
