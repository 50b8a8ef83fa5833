"""Loads senders and links sites on all processors: a night's crew of processes, each at one sender at a time.

Loading is mostly Python, of which threads would wait for each other. The processes are gone, with their memory, before
dbt begins. What is done belongs in `loading` and `identity`; nothing of Dagster is known here.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress

from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry
from cls_pipeline.settings import Settings

#: A process holds up to half a gigabyte while it loads a large site.
MOST = 4


class Crew:
    """Processes that have begun to load senders, in the order named.

    Where a process was killed, what it had in hand is done in this one.
    """

    def __init__(self, registry: Registry, settings: Settings, senders: Sequence[str]) -> None:
        Ledger(settings.ledger_path)  # made once, before several open it
        # Not forked: a library's threads are not copied, and what they hold would stay held.
        context = multiprocessing.get_context("spawn")
        size = min(MOST, os.cpu_count() or 1)
        self._processes = ProcessPoolExecutor(size, context, initializer=_begin, initargs=(registry, settings))
        self._loads: dict[str, Future[SenderLoad]] = {item: self._processes.submit(_load, item) for item in senders}

    def load_sender(self, sender_id: str, registry: Registry, settings: Settings) -> SenderLoad:
        """As `loading.load_sender`, done already or under way."""
        begun = self._loads.get(sender_id)
        # A fault of the load itself is raised here, with the trace of the process that it arose in.
        with suppress(BrokenProcessPool):
            if begun is not None:
                return begun.result()
        return _loaded(sender_id, registry, settings)

    def export_sources(self, registry: Registry, settings: Settings) -> None:
        """As `exporting.export_sources`, several sites linked at a time. The crew's last work."""
        from cls_pipeline.exporting import export_sources

        sites = [sender.id for sender in registry.senders.values() if sender.kind == "site"]
        # What is not linked in a process, or fails there, is linked below.
        with suppress(BrokenProcessPool):
            wait([self._processes.submit(_link, site) for site in sites])
        self.end()
        export_sources(registry, settings)

    def end(self) -> None:
        """Ends the processes, once they have finished what they have begun."""
        self._processes.shutdown(cancel_futures=True)


@contextmanager
def crew(registry: Registry, settings: Settings, senders: Sequence[str] = ()) -> Iterator[Crew]:
    """A crew at work on senders, on all where none is named; it is ended in any case.

    Where the registry does not know one of them it loads nobody: whoever asked is told so, and nothing has been done.
    """
    named = senders or tuple(registry.senders)
    made = Crew(registry, settings, named if registry.senders.keys() >= set(named) else ())
    try:
        yield made
    finally:
        made.end()


_place: tuple[Registry, Settings]


def _begin(registry: Registry, settings: Settings) -> None:
    global _place
    _place = registry, settings


def _load(sender_id: str) -> SenderLoad:
    return _loaded(sender_id, *_place)


def _loaded(sender_id: str, registry: Registry, settings: Settings) -> SenderLoad:
    # Imported where it is needed: while the processes load, the nightly need not.
    from cls_pipeline.loading import load_sender

    return load_sender(sender_id, registry, settings)


def _link(site: str) -> None:
    from cls_pipeline.identity.site_links import link_site

    registry, settings = _place
    link_site(registry.senders[site], registry, settings, Ledger(settings.ledger_path))
