"""Landing: what was received, unchanged, compressed with zstd, each delivery in a folder that appears whole.

Content that a sender delivered before is linked, not stored again. What the bytes mean does not belong here.
"""

from __future__ import annotations

import io
import os
import shutil
import uuid
from pathlib import Path

import pyarrow as pa

from cls_pipeline.deliveries.delivery import Delivery, LandedFile
from cls_pipeline.deliveries.ledger import Ledger

# Level 3 keeps up with a disk and shrinks case-system exports to about a sixth; more costs time for little.
ZSTD_LEVEL = 3
MANIFEST = "manifest.json"


class Lander:
    """Collects the files of one delivery in a hidden folder and moves them into place at once."""

    def __init__(self, root: Path, sender_id: str):
        self._sender = root / sender_id
        self._draft = self._sender / f".draft-{uuid.uuid4().hex[:12]}"
        self._draft.mkdir(parents=True)

    def add(self, name: str, content: bytes) -> None:
        """Compresses new content into the draft."""
        packed = pa.Codec("zstd", compression_level=ZSTD_LEVEL).compress(content)
        with (self._draft / f"{name}.zst").open("wb") as file:
            file.write(packed)

    def link(self, name: str, holder: tuple[str, str]) -> bool:
        """Links content that an earlier delivery of the sender holds; False where the disk cannot or it is gone."""
        try:
            os.link(self._sender / holder[0] / f"{holder[1]}.zst", self._draft / f"{name}.zst")
        except OSError:
            return False
        return True

    def finish(self, delivery: Delivery, ledger: Ledger) -> None:
        """Writes the manifest, moves the folder into place and enters the delivery in the ledger."""
        (self._draft / MANIFEST).write_text(delivery.manifest())
        place = self._sender / delivery.delivery_id
        if place.exists():  # landed, but the process was killed before the ledger knew
            shutil.rmtree(place)
        self._draft.rename(place)
        ledger.enter(delivery)

    def discard(self) -> None:
        """Removes the draft."""
        shutil.rmtree(self._draft, ignore_errors=True)


def sweep_drafts(root: Path, sender_id: str) -> None:
    """Removes drafts that a killed process left."""
    for draft in (root / sender_id).glob(".draft-*"):
        shutil.rmtree(draft, ignore_errors=True)


def read_landed(root: Path, delivery: Delivery, file: LandedFile) -> bytes:
    """The bytes of a landed file as they were received."""
    path = root / delivery.sender_id / delivery.delivery_id / f"{file.name}.zst"
    with pa.CompressedInputStream(str(path), "zstd") as stream:
        buffer = io.BytesIO()
        shutil.copyfileobj(stream, buffer, 1 << 20)
    return buffer.getvalue()


def enter_landed(root: Path, sender_id: str, ledger: Ledger) -> None:
    """Enters a sender's landed deliveries in a ledger that knows none of it: a new one, after the old one was lost."""
    if ledger.deliveries(sender_id):
        return
    manifests = [path.read_text() for path in (root / sender_id).glob(f"*/{MANIFEST}")]
    for delivery in sorted(map(Delivery.from_manifest, manifests), key=lambda item: item.received_at):
        ledger.enter(delivery)
