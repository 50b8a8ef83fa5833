"""What the assets work with: one resource, `platform`, that tests replace in part.

Its functions are those of the other rooms; they are imported when called, so that definitions load quickly.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from filelock import FileLock

from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.orchestration.transports import FileTransport, LogTransport, Transport
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry
from cls_pipeline.settings import Settings

if TYPE_CHECKING:
    from cls_pipeline.warehouse.shelf import Release


def load_sender(sender_id: str, registry: Registry, settings: Settings) -> SenderLoad:
    """See `cls_pipeline.loading.load_sender`."""
    from cls_pipeline.loading import load_sender

    return load_sender(sender_id, registry, settings)


def export_sources(registry: Registry, settings: Settings) -> None:
    """See `cls_pipeline.exporting.export_sources`."""
    from cls_pipeline.exporting import export_sources

    export_sources(registry, settings)


def publish(settings: Settings) -> Release:
    """See `cls_pipeline.warehouse.release.publish`."""
    from cls_pipeline.warehouse.release import publish

    return publish(settings)


@dataclass(frozen=True)
class Platform:
    """Settings, registry and the functions of the other rooms that the assets call.

    registry_faults: what is mistaken in the newest registry, where an older one is gone by.
    """

    settings: Settings
    registry: Registry
    registry_faults: tuple[str, ...] = ()
    load_sender: Callable[[str, Registry, Settings], SenderLoad] = field(default=load_sender)
    export_sources: Callable[[Registry, Settings], None] = field(default=export_sources)
    publish: Callable[[Settings], Release] = field(default=publish)
    extra_transports: tuple[Transport, ...] = ()

    @property
    def transports(self) -> tuple[Transport, ...]:
        """Where digests go: a file, the log, and any transport that was added."""
        return (FileTransport(self.settings.returns), LogTransport(), *self.extra_transports)

    @contextmanager
    def warehouse(self) -> Iterator[None]:
        """Waits until no other process builds or reads out the warehouse. A sender's load has a lock of its own.

        A lock of the operating system, not a Dagster pool: it ends with its process, so a killed run blocks nobody.
        """
        self.settings.warehouse.mkdir(parents=True, exist_ok=True)
        with FileLock(self.settings.warehouse / "orchestration.lock"):
            yield

    def note_fault(self, sender_id: str, fault: str) -> None:
        """Remembers in the ledger, for `cls status`, that the platform failed to load a sender."""
        # If the ledger is what failed, the check and the run's end still tell.
        with suppress(sqlite3.Error, OSError):
            Ledger(self.settings.ledger_path).note_pull(sender_id, fault)
