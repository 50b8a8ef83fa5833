"""Landing: what was received, unchanged, compressed with zstd, each delivery in a folder that appears whole.

Content that a sender delivered before is linked, not stored again. What the bytes mean does not belong here.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import uuid
from pathlib import Path

import pyarrow as pa

from cls_pipeline.deliveries.ledger import Delivery, LandedFile, Ledger
from cls_pipeline.settings import private_folder

# Level 3 keeps up with a disk and shrinks case-system exports to about a sixth; more costs time for little.
ZSTD_LEVEL = 3


class Lander:
    """Collects the files of one delivery in a hidden folder and moves them into place at once."""

    def __init__(self, root: Path, sender_id: str):
        self._sender = root / sender_id
        self._draft = self._sender / f".draft-{uuid.uuid4().hex[:12]}"
        private_folder(root)
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
        manifest = {
            "delivery_id": delivery.delivery_id,
            "sender": delivery.sender_id,
            "system": delivery.system_id,
            "as_of": delivery.as_of.isoformat(),
            "received_at": delivery.received_at.isoformat(),
            "captures": delivery.captures,
            "files": [
                {"name": f.name, "tables": list(f.tables), "size": f.size, "sha256": f.sha256} for f in delivery.files
            ],
        }
        (self._draft / "manifest.json").write_text(json.dumps(manifest, indent=2))
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
