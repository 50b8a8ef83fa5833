"""A crew of processes loads senders as this process would."""

from __future__ import annotations

import multiprocessing

from programme import Programme, contacts

from cls_pipeline.crew import crew
from cls_pipeline.deliveries.ledger import Ledger
from tests.loading.names import MARCH


def test_a_crew_loads_what_was_sent(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": "?"}}))
    with crew(programme.registry, programme.settings) as hands:
        [outcome] = hands.load_sender("ash", programme.registry, programme.settings).outcomes
    account = outcome.rows("request")
    assert (outcome.status, account.conformed, account.quarantined) == ("accepted", 19, 1)


def test_a_sender_is_loaded_here_if_the_crew_was_killed(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    with crew(programme.registry, programme.settings) as hands:
        for process in multiprocessing.active_children():
            process.kill()
        [outcome] = hands.load_sender("ash", programme.registry, programme.settings).outcomes
    assert outcome.status == "accepted"


def test_where_somebody_unknown_is_named_nobody_is_loaded(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    with crew(programme.registry, programme.settings, ["ash", "nobody"]):
        pass
    assert Ledger(programme.settings.ledger_path).deliveries("ash") == []
