"""What the gate says of a draft: the answers to all that was asked, and whether it may go out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from cls_pipeline.gate.suites import Expectation, Suite

if TYPE_CHECKING:
    from cls_pipeline.gate.accepted import Acceptance
    from cls_pipeline.gate.validate import Answer

Outcome = Literal["holds", "told", "fails", "accepted"]
# Named in a sentence; the page names more.
MOST_NAMED = 3
MOST_TOLD = 100


@dataclass(frozen=True)
class Judged:
    """One expectation and what came of it: it `holds`, fails and is only `told`, `fails`, or is `accepted`."""

    suite: Suite
    asked: Expectation
    answer: Answer
    outcome: Outcome
    acceptance: Acceptance | None = None

    @property
    def sentence(self) -> str:
        """What was asked and what failed, for whoever must act."""
        if self.answer.trouble:
            return f"{self.asked.words} This could not be asked: {self.answer.trouble}"
        named = "; ".join(self.answer.subjects[:MOST_NAMED])
        more = len(self.answer.subjects) - MOST_NAMED
        return f"{self.asked.words} Not so: {named}{f', and {more:,} more' if more > 0 else ''}."


@dataclass(frozen=True)
class Verdict:
    """The draft `release_id` beside the one before it, and every expectation that could be asked of it.

    `rounding` says what is to know of its counts; it is empty where they are not rounded.
    """

    release_id: str
    previous_id: str | None
    records_origin: str | None
    judged: tuple[Judged, ...]
    rounding: str = ""

    @property
    def passed(self) -> bool:
        """Whether the draft may go out."""
        return not self.failed

    @property
    def failed(self) -> list[Judged]:
        """What keeps it."""
        return [one for one in self.judged if one.outcome == "fails"]

    @property
    def may_be_accepted(self) -> bool:
        """Whether all that keeps it could be let pass knowingly."""
        return bool(self.failed) and all(one.suite.may_be_accepted and not one.answer.trouble for one in self.failed)

    def count(self, outcome: Outcome) -> int:
        """How many expectations came to this."""
        return sum(one.outcome == outcome for one in self.judged)

    def as_json(self) -> dict[str, Any]:
        """The verdict as `result.json` holds it."""
        return {
            "release_id": self.release_id,
            "previous_id": self.previous_id,
            "passed": self.passed,
            "may_be_accepted": self.may_be_accepted,
            "expectations": [
                {
                    "suite": one.suite.name,
                    "id": one.asked.id,
                    "says": one.asked.words,
                    "type": one.asked.type,
                    "severity": one.asked.severity,
                    "outcome": one.outcome,
                    "asked": one.answer.asked,
                    "failing": one.answer.failing,
                    "trouble": one.answer.trouble,
                    # Whole where they may be accepted, for then they say what was.
                    "subjects": list(one.answer.subjects[: None if one.suite.may_be_accepted else MOST_TOLD]),
                    "accepted": one.acceptance.words if one.acceptance else None,
                }
                for one in self.judged
            ],
        }


def judged(suite: Suite, asked: Expectation, answers: Mapping[str, Answer], acceptance: Acceptance | None) -> Judged:
    """An expectation with its answer, and what follows from it."""
    answer = answers[asked.id]
    if answer.holds:
        return Judged(suite, asked, answer, "holds")
    if asked.severity == "warn":
        return Judged(suite, asked, answer, "told")
    if acceptance is not None and suite.may_be_accepted and acceptance.covers(answer):
        return Judged(suite, asked, answer, "accepted", acceptance)
    return Judged(suite, asked, answer, "fails")
