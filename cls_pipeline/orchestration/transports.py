"""How a digest reaches its sender. Two transports are here: a file in `returns/<sender>/`, and the log.

Another one (mail, a chat channel) is a class with `send`, given to `Platform.extra_transports`.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from cls_pipeline.returns.folder import site_folder

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Digest:
    """What one sender is told of one run; `text` is Markdown."""

    sender_id: str
    day: date
    run_id: str
    text: str


class Transport(Protocol):
    """Takes a digest to its sender. Sending the same digest again must change nothing."""

    def send(self, digest: Digest) -> None:
        """Delivers the digest."""


@dataclass(frozen=True)
class FileTransport:
    """Writes `returns/<sender>/digest_<date>.md`, with a part for each run of that day."""

    returns: Path

    def send(self, digest: Digest) -> None:
        """Writes the digest's part into the day's file, in the place of an earlier version of the same part."""
        target = self.path(digest)
        folder = site_folder(self.returns, digest.sender_id)
        parts = _parts(target.read_text(encoding="utf-8")) if target.exists() else {}
        parts[digest.run_id] = digest.text.strip()
        draft = target.with_suffix(".part")
        draft.write_text(
            "\n\n".join(f"<!-- run {run_id} -->\n{text}" for run_id, text in parts.items()) + "\n", encoding="utf-8"
        )
        # For the site's group where the folder is, whatever this process makes files as.
        draft.chmod(0o600 | folder.stat().st_mode & 0o040)
        draft.replace(target)

    def path(self, digest: Digest) -> Path:
        """The day's file."""
        return self.returns / digest.sender_id / f"digest_{digest.day:%Y-%m-%d}.md"


@dataclass(frozen=True)
class LogTransport:
    """Writes the digest's headings to the log, for whoever runs the platform."""

    def send(self, digest: Digest) -> None:
        """Logs one line."""
        subjects = re.findall(r"^### (.+)$", digest.text, flags=re.MULTILINE)
        logger.info("Digest for %s of %s: %s", digest.sender_id, digest.day, ", ".join(subjects))


def _parts(text: str) -> dict[str, str]:
    pieces = re.split(r"<!-- run (\S+) -->\n", text)
    return {run_id: part.strip() for run_id, part in zip(pieces[1::2], pieces[2::2], strict=True)}
