"""The status table says which records are simulated."""

from __future__ import annotations

from typing import Literal

import pytest
from programme import Programme, alder, contacts, sender
from rich.console import Console

from cls_pipeline.cli.status import status_table


def shown(programme: Programme) -> str:
    console = Console(width=160)
    with console.capture() as captured:
        console.print(status_table(programme.settings, programme.registry))
    return captured.get()


@pytest.mark.parametrize(
    ("layout", "records", "note"), [("illustrative", "simulated", True), ("sourced", "reported", False)]
)
def test_a_site_that_has_delivered_is_shown_with_where_its_records_come_from(
    programme: Programme, layout: Literal["sourced", "illustrative"], records: str, note: bool
) -> None:
    programme.systems = [alder(layout=layout)]
    programme.send("contacts_2024-04-01.csv", contacts())
    programme.load()
    told = shown(programme)
    (ash,) = [line for line in told.splitlines() if line.startswith("Ash ")]
    assert records in ash.split()
    assert ("people and events are invented" in told) == note


def test_a_site_that_has_delivered_nothing_has_no_records_to_speak_of(programme: Programme) -> None:
    programme.senders = [sender("ash")]
    assert "simulated" not in shown(programme)
