"""Which senders' folders have changed and come to rest: what the arrival sensor remembers and decides. No Dagster here.

A file that is still being copied changes its size or time; so a folder counts as arrived when two looks, at least
`SETTLE_SECONDS` apart, find it the same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

SETTLE_SECONDS = 20.0


@dataclass(frozen=True)
class Folder:
    """How a sender's folder looked: its fingerprint, since when it looks so, and the one loaded last."""

    fingerprint: str
    since: float
    loaded: str


@dataclass(frozen=True)
class State:
    """What is remembered from one look to the next, by sender."""

    folders: dict[str, Folder] = field(default_factory=dict)

    @classmethod
    def from_text(cls, text: str | None) -> State:
        """The state written by `text`; a new one where there is none, or where it cannot be read."""
        try:
            known = json.loads(text) if text else {}
            return cls({sender: Folder(*values) for sender, values in known.items()})
        except (ValueError, TypeError, AttributeError):
            return cls()

    @property
    def text(self) -> str:
        """The state as a cursor."""
        return json.dumps({k: (f.fingerprint, f.since, f.loaded) for k, f in self.folders.items()}, sort_keys=True)


def look(state: State, fingerprints: Mapping[str, str], now: float) -> tuple[State, list[str]]:
    """The new state, and the senders to load.

    A folder seen for the first time counts as loaded: what lay there before anybody watched is the nightly's.
    """
    folders: dict[str, Folder] = {}
    due = []
    for sender_id, fingerprint in fingerprints.items():
        folder = state.folders.get(sender_id, Folder(fingerprint, now, fingerprint))
        if folder.fingerprint != fingerprint:
            folder = Folder(fingerprint, now, folder.loaded)
        elif fingerprint and folder.loaded != fingerprint and now - folder.since >= SETTLE_SECONDS:
            folder = replace(folder, loaded=fingerprint)
            due.append(sender_id)
        folders[sender_id] = folder
    return State(folders), due


def fingerprint(folder: Path) -> str:
    """Names, sizes and times of the files in a folder, in one word; '' for an empty or absent folder."""
    found = sorted(_files(folder))
    return hashlib.sha256(repr(found).encode()).hexdigest()[:16] if found else ""


def _files(folder: Path, prefix: str = "") -> Iterator[tuple[str, int, int]]:
    try:
        entries = list(os.scandir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_file():
            status = entry.stat()
            yield f"{prefix}{entry.name}", status.st_size, status.st_mtime_ns
