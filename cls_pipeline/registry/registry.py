"""The registry as one thing: senders, systems, contracts and code lists together.

How it is read belongs in `loader`, whether its parts fit each other in `checks`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from cls_pipeline.registry.code_list import CodeList
from cls_pipeline.registry.contract import Contract
from cls_pipeline.registry.sender import Sender
from cls_pipeline.registry.system import SystemProfile


@dataclass(frozen=True)
class Registry:
    """Everything in `data_contracts/`, checked."""

    folder: Path
    senders: dict[str, Sender]
    systems: dict[str, SystemProfile]
    contracts: dict[str, Contract]
    code_lists: dict[str, CodeList]

    def systems_of(self, sender: Sender) -> list[SystemProfile]:
        """The profiles of all systems that the sender has used."""
        return [self.systems[item] for item in dict.fromkeys(entry.system for entry in sender.systems)]

    def entities_of(self, sender: Sender) -> list[str]:
        """The entities that the sender delivers, in the order of its profiles."""
        return list(dict.fromkeys(entity for profile in self.systems_of(sender) for entity in profile.entities))

    def versions_at(self, sender: Sender, system_id: str) -> list[SystemProfile]:
        """The versions of a product that the sender has used under the same numbers, this one among them."""
        return [item for item in self.systems_of(sender) if self.numbering(item.id) == self.numbering(system_id)]

    def adds_up(self, sender: Sender, system_id: str) -> bool:
        """Whether a later delivery of the system, or of a version of it, may send some records anew and not others."""
        return any(version.coverage != "full" for version in self.versions_at(sender, system_id))

    def numbering(self, system_id: str) -> str:
        """The system whose numbers a system's people and records carry: the first of the versions that it continues.

        Raises:
            KeyError: there is no such system.
        """
        system = self.systems[system_id]
        while system.continues is not None:
            system = self.systems[system.continues]
        return system.id
