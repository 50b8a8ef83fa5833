"""Names that tests of loading share."""

from __future__ import annotations

from programme import Programme

MARCH, APRIL, MAY = (f"contacts_2024-{month}.csv" for month in ("03-31", "04-30", "05-31"))


def in_force(programme: Programme, sender_id: str = "ash") -> list[str]:
    """The files of the deliveries in force."""
    return [d.files[0].name for d in programme.ledger.deliveries(sender_id) if d.in_force]
