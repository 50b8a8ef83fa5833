"""A delivery: everything one system handed over at one time, as the ledger and a manifest tell it."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class LandedFile:
    """One file of a delivery: its name, the tables of the profile that read it, its size in bytes and its hash."""

    name: str
    tables: tuple[str, ...]
    size: int
    sha256: str


@dataclass(frozen=True)
class Delivery:
    """Everything one system handed over at one time."""

    delivery_id: str
    sender_id: str
    system_id: str
    as_of: date
    received_at: datetime
    captures: dict[str, str]
    status: str
    in_force: bool
    recipe: str
    load_id: str
    files: tuple[LandedFile, ...]
    reason: str = ""

    @classmethod
    def landed(
        cls,
        delivery_id: str,
        sender_id: str,
        system_id: str,
        as_of: date,
        received_at: datetime,
        captures: dict[str, str],
        files: Iterable[LandedFile],
    ) -> Delivery:
        """A delivery that has just arrived and was not read yet."""
        return cls(
            delivery_id, sender_id, system_id, as_of, received_at, captures, "landed", False, "", "", tuple(files)
        )

    def manifest(self) -> str:
        """What stands beside the landed files: who sent what, when, with sizes and hashes."""
        told = {
            "delivery_id": self.delivery_id,
            "sender": self.sender_id,
            "system": self.system_id,
            "as_of": self.as_of.isoformat(),
            "received_at": self.received_at.isoformat(),
            "captures": self.captures,
            "files": [asdict(file) for file in self.files],
        }
        return json.dumps(told, indent=2)

    @classmethod
    def from_manifest(cls, text: str) -> Delivery:
        """The delivery that a manifest tells, as it was when it had just landed."""
        told = json.loads(text)
        files = [LandedFile(f["name"], tuple(f["tables"]), f["size"], f["sha256"]) for f in told["files"]]
        return cls.landed(
            told["delivery_id"],
            told["sender"],
            told["system"],
            date.fromisoformat(told["as_of"]),
            datetime.fromisoformat(told["received_at"]),
            told["captures"],
            files,
        )
