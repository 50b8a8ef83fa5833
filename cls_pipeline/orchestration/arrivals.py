"""Which senders' files have changed and come to rest: what the arrival sensor remembers and decides. No Dagster here.

Two things of a sender are watched: its inbox, and how it is read (its own YAML and the profiles of its systems), so
that a code that somebody mapped takes effect without anybody pressing a button. A file that is still being copied
changes its size or time; so a folder counts as arrived when two looks, at least `SETTLE_SECONDS` apart, find it the
same.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cls_pipeline.registry import Registry, Sender

SETTLE_SECONDS = 20
# With looks ten seconds apart, a file is loading at the latest 40 seconds after it came; the promise is a minute.
LOOK_SECONDS = 10
READING = "reading"


@dataclass(frozen=True)
class Folder:
    """How a sender's folder looked: its fingerprint, since when it looks so, and the one loaded last."""

    fingerprint: str
    since: float
    loaded: str


@dataclass(frozen=True)
class State:
    """What is remembered from one look to the next, by what is watched."""

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
    """The new state, and what has changed and come to rest.

    What is seen for the first time counts as loaded: what lay there before anybody watched is the nightly's.
    """
    folders: dict[str, Folder] = {}
    due = []
    for name, fingerprint in fingerprints.items():
        folder = state.folders.get(name, Folder(fingerprint, now, fingerprint))
        if folder.fingerprint != fingerprint:
            folder = Folder(fingerprint, now, folder.loaded)
        elif fingerprint and folder.loaded != fingerprint and now - folder.since >= SETTLE_SECONDS:
            folder = replace(folder, loaded=fingerprint)
            due.append(name)
        folders[name] = folder
    return State(folders), due


def watched(sender: Sender, registry: Registry, inbox: Path) -> dict[str, str]:
    """Fingerprints of what is watched of a sender: of its inbox, under its id, and of how it is read."""
    parts = [registry.folder / "senders" / f"{sender.id}.yaml"]
    parts += [registry.folder / "systems" / f"{profile.id}.yaml" for profile in registry.systems_of(sender)]
    # By content, not by time: a checkout touches every file, and most then say what they said before.
    content = hashlib.sha256(repr([part.read_bytes() for part in parts if part.exists()]).encode()).hexdigest()[:16]
    return {sender.id: fingerprint(inbox), f"{sender.id}/{READING}": content}


def to_load(state: State, changed: Iterable[str]) -> dict[str, str]:
    """The senders to load, each once, with a word that names this change and no other."""
    words: dict[str, str] = {}
    for name in changed:
        sender_id = name.partition("/")[0]
        folder = state.folders[name]
        words[sender_id] = f"{words.get(sender_id, sender_id)}:{folder.fingerprint}:{folder.since:.0f}"
    return words


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
