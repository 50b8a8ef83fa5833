"""Whose numbers a delivery's people carry: by the systems that its sender uses and when.

What a number becomes belongs in `identity`.
"""

from __future__ import annotations

from datetime import date

from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.sender import Sender, SystemInForce
from cls_pipeline.registry.system import SystemProfile


def person_numbering(registry: Registry, sender: Sender, system: SystemProfile, as_of: date) -> str:
    """The system whose person numbers a table carries, at its first version.

    A finance system uses those of the case system that it serves: of those in force on the day the one that began
    last, and in a gap between two the one that ended.
    """
    if system.family != "finance":
        return registry.numbering(system.id)
    case = [item for item in sender.systems if registry.systems[item.system].family == "case_management"]
    serving = [item for item in case if item.covers(as_of)] or [item for item in case if _began(item) <= as_of]
    return registry.numbering(max(serving, key=_began).system if serving else system.id)


def legacy_numbering(registry: Registry, sender: Sender, system: SystemProfile, as_of: date) -> str | None:
    """The numbering of the system of the same family before this one, whose numbers its legacy column carries.

    A version before of the same product had the same numbers, and running in parallel or a gap between two systems
    does not matter: the one that began last before this one, under other numbers, was the one before it.
    """
    own = registry.numbering(system.id)
    uses = [item for item in sender.systems if item.system == system.id]
    if not uses:
        return None
    began = max([_began(item) for item in uses if _began(item) <= as_of], default=_began(uses[0]))
    earlier = [
        item
        for item in sender.systems
        if _began(item) < began
        and registry.systems[item.system].family == system.family
        and registry.numbering(item.system) != own
    ]
    return registry.numbering(max(earlier, key=_began).system) if earlier else None


def _began(item: SystemInForce) -> date:
    return item.valid_from or date.min
