"""Letting a draft pass knowingly: what of a held one was accepted, by whom and why. It counts for one release.

An acceptance names the very rows that failed. What else fails, and what may not be accepted, still keeps a draft.
"""

from __future__ import annotations

import getpass
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from cls_pipeline.gate.validate import Answer

ACCEPTED_FILE: Final = "accepted.json"
RESULT_FILE: Final = "gate/result.json"


class AcceptanceError(ValueError):
    """A held release may not be accepted; the message says why."""


@dataclass(frozen=True)
class Acceptance:
    """`failures` are the subjects that failed, by the id of the expectation."""

    release_id: str
    by: str
    at: str
    why: str
    failures: dict[str, list[str]]

    def covers(self, answer: Answer) -> bool:
        """Whether all that failed was accepted."""
        return not answer.trouble and set(answer.subjects) <= set(self.failures.get(answer.id, ()))

    @property
    def words(self) -> str:
        """Who let it pass, when and why."""
        return f"Accepted by {self.by} on {self.at[:10]} ({self.release_id}): {self.why}"


def find_held(held: Path, release_id: str) -> Path:
    """The folder of a held release, by its id or the start of it.

    Raises:
        AcceptanceError: there is none, or more than one.
    """
    found = [path for path in sorted(held.glob("*")) if path.name.startswith(release_id) and release_id]
    if len(found) != 1:
        there = ", ".join(path.name for path in sorted(held.glob("*"))) or "none"
        raise AcceptanceError(f"One held release is expected that begins with {release_id!r}. Held are: {there}.")
    return found[0]


def accept(held: Path, release_id: str, why: str) -> Acceptance:
    """Writes down that what failed of a held release is right as it is.

    Args:
        held: the folder of held releases.
        release_id: one of them, or the start of its id.
        why: the reason, told on the page of the release that goes out.

    Raises:
        AcceptanceError: there is no such release, no reason, or something failed that may not be accepted.
    """
    folder = find_held(held, release_id)
    if not why.strip():
        raise AcceptanceError('A reason is expected: --why "…".')
    result: dict[str, Any] = json.loads((folder / RESULT_FILE).read_text(encoding="utf-8"))
    failed = [told for told in result["expectations"] if told["outcome"] == "fails"]
    if not result["may_be_accepted"]:
        words = " ".join(told["says"] for told in failed)
        raise AcceptanceError(f"{folder.name} cannot be accepted: a release of which this is not so is wrong. {words}")
    acceptance = Acceptance(
        release_id=folder.name,
        by=getpass.getuser(),
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        why=why.strip(),
        failures={told["id"]: told["subjects"] for told in failed},
    )
    (folder / ACCEPTED_FILE).write_text(json.dumps(asdict(acceptance), indent=2, ensure_ascii=False), encoding="utf-8")
    return acceptance


def standing(held: Path) -> Acceptance | None:
    """The newest acceptance that no release has used up."""
    files = sorted(held.glob(f"*/{ACCEPTED_FILE}"))
    return Acceptance(**json.loads(files[-1].read_text(encoding="utf-8"))) if files else None


def use_up(held: Path) -> None:
    """Forgets what was accepted: a release is out, and the next is held against it."""
    for file in held.glob(f"*/{ACCEPTED_FILE}"):
        file.unlink()
