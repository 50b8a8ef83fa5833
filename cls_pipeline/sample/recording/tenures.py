"""Which system of a family a site uses from when until when, in order, with days as numbers.

From the registry alone; what a change of system does to records is in `migration.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from cls_pipeline.registry import Registry, Sender, SystemProfile
from cls_pipeline.sample.days import NEVER, Span, number
from cls_pipeline.sample.recording.distort import Distorting

CASE, FINANCE = "case_management", "finance"


@dataclass(frozen=True)
class Tenure:
    """A system in force at a site: its first and last day (NEVER while in force), and whose numbers it carries."""

    site: str
    profile: SystemProfile
    numbering: str
    begins: int
    ends: int

    @property
    def system(self) -> str:
        return self.profile.id

    @property
    def where(self) -> tuple[str, str]:
        """What distortions of this system at this site are drawn by."""
        return self.site, self.system


def tenures(sender: Sender, registry: Registry, family: str, span: Span, distorting: Distorting) -> list[Tenure]:
    """The sender's systems of a family that are in force within the span, the earliest first.

    Without parallel running the old system ends the day before the new one begins.
    """
    found = [
        Tenure(
            site=sender.id,
            profile=registry.systems[entry.system],
            numbering=registry.numbering(entry.system),
            begins=number(entry.valid_from) if entry.valid_from else span.first,
            ends=number(entry.valid_until) if entry.valid_until else NEVER,
        )
        for entry in sender.systems
        if registry.systems[entry.system].family == family
    ]
    found = [one for one in found if one.ends >= span.first and one.begins <= span.last]
    found.sort(key=lambda one: (one.begins, one.ends))
    if not distorting.acts("renumbered-people", sender.id):
        found = [replace(one, numbering=found[0].numbering) for one in found]
    if distorting.acts("parallel-running", sender.id):
        return found
    begins = [one.begins for one in found[1:]]
    return [replace(one, ends=min(one.ends, day - 1)) for one, day in zip(found, begins, strict=False)] + found[-1:]
