"""The last registry without a mistake, kept with the state: a slip in one file must not cost the other sites a night.

What is mistaken, and how it is told, belongs in `loader`; here it is only decided which registry a night goes by.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cls_pipeline.registry.loader import load_registry
from cls_pipeline.registry.registry import Registry
from cls_pipeline.registry.source import RegistryError

PARTS: Final = ("senders", "systems", "entities", "code_lists")
_MARK: Final = "read_at"


@dataclass(frozen=True)
class Reading:
    """The registry to go by, and what is mistaken in the newest one; `kept_at` says when the one gone by was read."""

    registry: Registry
    mistakes: tuple[str, ...] = ()
    kept_at: datetime | None = None

    def sentences(self) -> list[str]:
        """What to tell whoever runs the platform; empty where nothing is mistaken."""
        if not self.mistakes:
            return []
        since = f"{self.kept_at:%d %B %Y %H:%M} UTC" if self.kept_at else "before"
        return [f"The registry has mistakes, so the one read at {since} was gone by: no later change is in it yet."] + [
            f"Put right: {mistake}" for mistake in self.mistakes
        ]


def read_registry(folder: Path, kept: Path) -> Reading:
    """The registry in a folder, which is then kept; where it has mistakes, the one kept last.

    Args:
        folder: the registry.
        kept: where the last good one is kept; made if need be.

    Raises:
        RegistryError: the registry has mistakes and none was kept, or the kept one is no longer understood.
    """
    try:
        registry = load_registry(folder)
    except RegistryError as error:
        if not kept.is_dir():
            raise
        try:
            before = load_registry(kept)
        except RegistryError:
            raise error from None
        # Its paths are told to people, who have to put right the files in the folder.
        return Reading(replace(before, folder=folder), tuple(error.mistakes), _kept_at(kept))
    _keep(folder, kept)
    return Reading(registry)


def _keep(folder: Path, kept: Path) -> None:
    """Copies the registry beside and renames it, so that a killed process leaves the one before or this one."""
    draft, old = kept.with_name(f"{kept.name}.draft"), kept.with_name(f"{kept.name}.old")
    for leftover in (draft, old):
        shutil.rmtree(leftover, ignore_errors=True)
    draft.mkdir(parents=True)
    for part in PARTS:
        if (folder / part).is_dir():
            shutil.copytree(folder / part, draft / part)
    (draft / _MARK).write_text(datetime.now(UTC).isoformat(timespec="seconds"), encoding="utf-8")
    if kept.exists():
        kept.rename(old)
    draft.rename(kept)
    shutil.rmtree(old, ignore_errors=True)


def _kept_at(kept: Path) -> datetime | None:
    mark = kept / _MARK
    return datetime.fromisoformat(mark.read_text(encoding="utf-8")) if mark.exists() else None
