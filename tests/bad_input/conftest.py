"""Whatever `ash` sends, `birch`, which sent a good file, is loaded whole after every test here."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from programme import (
    Programme,
    alder,
    contacts,
    counts,
    sender,
)

MARCH = "contacts_2024-03-31.csv"


@pytest.fixture(autouse=True)
def the_other_sender_is_unaffected(programme: Programme) -> Iterator[None]:
    yield
    programme.systems = [alder()]
    programme.senders = [sender("birch")]
    programme.send(MARCH, contacts(), "birch")
    outcome = programme.outcome("birch")
    assert outcome.status == "accepted"
    assert counts(outcome) == (20, 20, 0, 0, 0)
