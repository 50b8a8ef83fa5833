"""The suites as data: what is asked of which frame, in words and as Great Expectations takes it.

How frames are read is `frames`' business, and how they are judged `validate`'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

ROOM: Final = Path(__file__).parent
SUITES_FILE: Final = ROOM / "suites.yaml"
Severity = Literal["must", "warn"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Frame(_Strict):
    """A frame: what its rows are in words, and the columns that name one."""

    of: str
    names: tuple[str, ...]
    needs_previous: bool = False


class Expectation(_Strict):
    """One expectation. `where` picks rows of the frame by a column and its value."""

    id: str
    says: str
    frame: str
    type: str
    given: dict[str, Any] = Field(alias="with")
    severity: Severity
    where: dict[str, Any] = Field(default_factory=dict)
    shows: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What it asks, with its limits."""
        return self.says.format(**self.given)


class Suite(_Strict):
    """Expectations of one kind; those of one that `may_be_accepted` may be let pass once, with a reason."""

    name: str
    about: str
    expectations: tuple[Expectation, ...]
    may_be_accepted: bool = False


class Suites(_Strict):
    """All that a draft is asked."""

    frames: dict[str, Frame]
    suites: tuple[Suite, ...]

    def of_frame(self, frame: str) -> list[Expectation]:
        """The expectations over one frame, in the order of the file."""
        return [asked for suite in self.suites for asked in suite.expectations if asked.frame == frame]


def read_suites(path: Path = SUITES_FILE) -> Suites:
    """The suites as they stand in the file."""
    return Suites.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
