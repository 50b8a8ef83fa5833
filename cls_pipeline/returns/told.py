"""How a fault is told in a word or two: what follows from it, and since when it stands."""

from __future__ import annotations

from cls_pipeline.outcomes import RuleFailure, StandingFault

CONSEQUENCES = {
    "refuse_delivery": "the delivery is refused",
    "refuse_row": "these rows are not taken",
    "warn": "taken all the same",
}


def consequence_of(failure: RuleFailure) -> str:
    """What becomes of the rows; a rule that could not be asked says so."""
    if not_asked(failure):
        return "could not be checked"
    return CONSEQUENCES[failure.severity]


def not_asked(failure: RuleFailure) -> bool:
    """Whether the rule could not be evaluated, so that nothing is known of the rows."""
    return failure.not_evaluated


def state_of(fault: StandingFault) -> str:
    """New, open since, back again, or accepted until; with a waiver that has ended where there was one."""
    since = f"{fault.open_since or fault.first_seen:%d %b %Y}"
    if fault.life == "waived" and fault.waiver:
        return f"accepted until {fault.waiver.until:%d %b %Y}"
    told = {"new": "new", "continuing": f"open since {since}", "returned": f"back again since {since}"}[fault.life]
    ended = f"; accepted until {fault.expired_waiver.until:%d %b %Y}, which is over" if fault.expired_waiver else ""
    return told + ended
