"""The dry run of a load: what the contract says of files not yet delivered, and what changed since the last ones.

Nothing is written, and neither the key of the pseudonyms nor a home is needed: a site runs it on its own machine.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from cls_pipeline.comparing.kept import LAST_DELIVERY, NoSummaryError, handed, kept
from cls_pipeline.comparing.since_last import accepted_before, is_compared, needed, since_last
from cls_pipeline.comparing.summary import Summary
from cls_pipeline.conform.delivery import conform_delivery
from cls_pipeline.conform.write import Draft
from cls_pipeline.deliveries.delivery import Delivery, LandedFile
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.pull import Bundle, bundle, content_id
from cls_pipeline.loading import rows_replaced
from cls_pipeline.outcomes import DeliveryOutcome
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.settings import Settings

# Where nothing is kept, any key will do; the real one would be made and written on its first use.
ANY_KEY = b"dry run"


@dataclass(frozen=True)
class Undelivered:
    """A delivery that has not landed, with the content of its files by name."""

    delivery: Delivery
    content: dict[str, bytes]

    def conformed(
        self, sender: Sender, registry: Registry, rows: dict[str, int], draft: Draft | None, key: bytes
    ) -> DeliveryOutcome:
        """What the contract says of it, given the rows by table of the delivery whose place it would take."""
        return conform_delivery(
            self.delivery, sender, registry, key, lambda file: self.content[file.name], draft, "dry run", rows
        )


def check_files(
    files: list[Path],
    sender_id: str,
    on: date | None,
    registry: Registry,
    settings: Settings,
    against: Sequence[Path] = (),
) -> tuple[list[DeliveryOutcome], list[str]]:
    """A dry run of the contract on files not yet delivered; nothing is written.

    Args:
        files: the files, named as they would be delivered.
        sender_id: who would send them.
        on: the day they are taken to be delivered, where their names do not say; today if None.
        against: what they are compared with: a `last_delivery.json` that the pipeline handed back, the files sent last
            time, or a folder that holds either. Without it, with what the home has.

    Returns:
        The outcome of each delivery they make, with what changed, and sentences about files that fit none.

    Raises:
        NoSummaryError: what they are compared with is not of this sender, or no such file.
    """
    sender = registry.senders[sender_id]
    given = summaries(against, sender, registry) if against else None
    bundles, problems = bundle(files, sender, registry, on)
    outcomes = []
    for item in bundles:
        undelivered = _undelivered(item, sender, on)
        before, rows = _before(undelivered.delivery, given, registry, settings)
        outcome = undelivered.conformed(sender, registry, rows, None, ANY_KEY)
        if outcome.summary is not None and is_compared(item.system):
            comparison = since_last(outcome.summary, before, item.system, sender.alarm_fall)
            outcome = replace(outcome, comparison=comparison)
        outcomes.append(outcome)
    return outcomes, problems


def try_bundle(
    item: Bundle,
    sender: Sender,
    on: date | None,
    registry: Registry,
    settings: Settings,
    draft: Draft | None = None,
    key: bytes = ANY_KEY,
) -> DeliveryOutcome:
    """A dry run of the contract on the files of one delivery; nothing is written but what the draft takes."""
    undelivered = _undelivered(item, sender, on)
    _, rows = _before(undelivered.delivery, None, registry, settings)
    return undelivered.conformed(sender, registry, rows, draft, key)


def summaries(paths: Sequence[Path], sender: Sender, registry: Registry) -> list[Summary]:
    """What earlier deliveries held, oldest first, from what was handed back or from the files themselves.

    Raises:
        NoSummaryError: a file fits no table of the sender, or is no `last_delivery.json` of it; nothing was found.
    """
    found: list[Summary] = []
    files: list[Path] = []
    for path in paths:
        # A folder may hold what it likes beside what is looked for.
        inside = [item for item in sorted(path.iterdir()) if item.is_file()] if path.is_dir() else [path]
        for item in inside:
            if item.name == LAST_DELIVERY or (item == path and item.suffix == ".json"):
                found += _handed_back(item, sender)
            else:
                files.append(item)
        _, unfit = bundle([path], sender, registry) if path in files else ([], [])
        if unfit:
            raise NoSummaryError(f"What is compared with: {unfit[0]}")
    for bundled in bundle(files, sender, registry)[0]:
        summary = _undelivered(bundled, sender, None).conformed(sender, registry, {}, None, ANY_KEY).summary
        found += [summary] if summary else []
    if not found:
        raise NoSummaryError(f"What is compared with holds nothing that {sender.name} sends.")
    return sorted(found, key=lambda item: item.as_of)


def _handed_back(path: Path, sender: Sender) -> tuple[Summary, ...]:
    found = handed(path)
    if found.sender != sender.id:
        raise NoSummaryError(f"{path.name} is of {found.sender}, not of {sender.id}.")
    return found.deliveries


def _before(
    delivery: Delivery, given: list[Summary] | None, registry: Registry, settings: Settings
) -> tuple[list[Summary], dict[str, int]]:
    """What the deliveries before it held, and the rows by table of the one whose place it would take."""
    system = registry.systems[delivery.system_id]
    if given is not None:
        before = [item for item in given if item.system_id == system.id]
        whole = before[-1:] if system.coverage == "full" else []
        return before, {table.table: table.rows for item in whole for table in item.tables}
    if not settings.ledger_path.exists():
        return [], {}
    ledger = Ledger(settings.ledger_path)
    earlier = accepted_before(delivery, ledger.deliveries(delivery.sender_id, system.id))
    return kept(settings, delivery.sender_id, needed(earlier, system)), rows_replaced(earlier, registry, ledger)


def _undelivered(item: Bundle, sender: Sender, on: date | None) -> Undelivered:
    content = {path.name: path.read_bytes() for path, _ in item.files}
    landed = tuple(
        LandedFile(path.name, tables, len(content[path.name]), hashlib.sha256(content[path.name]).hexdigest())
        for path, tables in item.files
    )
    as_of, received = item.as_of or on or date.today(), datetime.now(UTC)
    delivery_id = content_id(item.system.id, landed)
    delivery = Delivery.landed(delivery_id, sender.id, item.system.id, as_of, received, item.captures, landed)
    return Undelivered(delivery, content)
