"""A sender: who delivers, by which route, and which system is in force from when until when.

How a system's files are laid out belongs in `system.py`; what a record must be belongs in `contract.py`; where the
programme began, in `programme.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from pydantic import Field, model_validator

from cls_pipeline.registry.programme import Programme
from cls_pipeline.registry.source import Strict
from cls_pipeline.registry.system import ColumnSource

Identifier = Field(pattern=r"^[a-z][a-z0-9_]*$")
OWNER = r"^(team:[\w.-]+|[^@\s]+@[^@\s]+\.[^@\s]+)$"


class DatedCode(Strict):
    """A code with the days on which it is valid, both included; an absent date is open."""

    code: str
    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")


class SystemInForce(Strict):
    """A system used by the sender from a day until a day, both included."""

    system: str = Identifier
    valid_from: date | None = Field(default=None, alias="from")
    valid_until: date | None = Field(default=None, alias="until")

    def covers(self, day: date) -> bool:
        """Whether the system is in force on the day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )

    @model_validator(mode="after")
    def _in_order(self) -> SystemInForce:
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValueError(f"'until' {self.valid_until} is before 'from' {self.valid_from}")
        return self


class Rhythm(Strict):
    """How often the sender promised to deliver, and how many days late is still in time."""

    every: Literal["day", "week", "month", "quarter", "year", "none"] = "month"
    tolerance_days: int = Field(default=10, ge=0)

    @property
    def days(self) -> int | None:
        """The longest promised gap between two deliveries, in days; None where nothing is promised."""
        length = {"day": 1, "week": 7, "month": 31, "quarter": 92, "year": 366}.get(self.every)
        return None if length is None else length + self.tolerance_days


class Route(Strict):
    """How deliveries are fetched. `folder` reads `inbox/<sender>/`."""

    kind: Literal["folder"] = "folder"


class Additions(Strict):
    """What this sender adds to its systems' profiles: codes of its own, and columns it named differently."""

    codes: dict[str, dict[str, str]] = Field(default_factory=dict)
    columns: dict[str, dict[str, ColumnSource]] = Field(default_factory=dict)


class Waiver(Strict):
    """A failing rule that is accepted for now: it is told, and does not fail the check, until the day given (included).

    `column` is the sender's own column, where the rule is waived for that one only. Rows stay where the rule put them.
    """

    entity: str = Identifier
    rule: str
    column: str | None = None
    reason: str = Field(min_length=1)
    owner: str = Field(pattern=OWNER)
    until: date

    def in_force(self, day: date) -> bool:
        """Whether the waiver still holds on the day."""
        return day <= self.until


class Sender(Strict):
    """One site of the programme or one publisher of national returns.

    `public_teams` are the names of teams that may leave the warehouse as they are: somebody has seen that they name no
    person. Other names leave as numbers.
    """

    id: str = Identifier
    name: str
    kind: Literal["site", "publisher"]
    nation: Literal["england", "scotland", "wales"] | None = None
    confirmed: bool = True
    organisation: str | None = None
    council: str | None = None
    gss_codes: tuple[DatedCode, ...] = ()
    owner: str = Field(pattern=OWNER)
    route: Route = Route()
    rhythm: Rhythm = Rhythm()
    refuse_above: float = Field(default=0.10, gt=0, le=1)
    alarm_fall: float = Field(default=0.05, gt=0, lt=1)
    systems: tuple[SystemInForce, ...] = Field(min_length=1)
    programme: Programme | None = None
    public_teams: tuple[str, ...] = ()
    assignment: Literal["illustrative", "sourced"] | None = None
    notes: str = ""
    additions: Additions = Additions()
    waivers: tuple[Waiver, ...] = ()

    @model_validator(mode="after")
    def _site_has_a_nation(self) -> Sender:
        if self.kind == "site" and self.nation is None:
            raise ValueError("a site needs 'nation': england, scotland or wales")
        return self

    def in_force(self, day: date) -> tuple[SystemInForce, ...]:
        """The systems in force on a day."""
        return tuple(item for item in self.systems if item.covers(day))

    def due(self, last_as_of: date) -> date | None:
        """The last day on which the next delivery is still in time."""
        return None if self.rhythm.days is None else last_as_of + timedelta(days=self.rhythm.days)
