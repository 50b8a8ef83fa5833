"""How a fault is told in a word or two: what follows from it, and since when it stands."""

from __future__ import annotations

from cls_pipeline.outcomes import RuleFailure, StandingFault

CONSEQUENCES = {
    "refuse_delivery": "the delivery is refused",
    "refuse_row": "these rows are not taken",
    "warn": "taken all the same",
}
STATES = {"new": "new", "continuing": "continuing", "returned": "back again", "waived": "accepted for now"}


def consequence_of(failure: RuleFailure) -> str:
    """What becomes of the rows; a rule that could not be asked says so."""
    if failure.not_evaluated:
        return "could not be checked"
    return CONSEQUENCES[failure.severity]


def state_of(fault: StandingFault) -> str:
    """New, continuing, back again, or accepted by whom and until when; also that the acceptance has ended."""
    if fault.life == "waived" and fault.waiver:
        held = fault.waiver
        return f"accepted until {held.until:%d %B %Y} by {held.owner}: {held.reason}"
    told = STATES[fault.life]
    if fault.expired_waiver:
        told += f"; it was accepted until {fault.expired_waiver.until:%d %B %Y}, which is over"
    return told


def since_of(fault: StandingFault) -> str:
    """The night on which it was found this time, and how many nights it has been open."""
    nights = f"{fault.nights_open} {'night' if fault.nights_open == 1 else 'nights'}"
    return f"{fault.open_since or fault.first_seen:%d %B %Y}, {nights}"
