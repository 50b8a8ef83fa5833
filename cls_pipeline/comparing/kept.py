"""Where summaries are kept: beside what was landed, for its owner only, and the last ones in what is handed back.

Each is written whole or not at all. Only those that a comparison can still need are kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from pydantic import ValidationError

from cls_pipeline.comparing.blunt import blunted
from cls_pipeline.comparing.summary import Handed, Summary
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.returns.folder import site_folder, write_whole
from cls_pipeline.settings import Settings

#: What is handed back to a sender, in `returns/<sender>/`.
LAST_DELIVERY: Final = "last_delivery.json"


class NoSummaryError(ValueError):
    """A file that should hold summaries does not; the message says what was expected."""


def keep(settings: Settings, sender_id: str, summary: Summary) -> None:
    """Keeps the summary of a delivery; one of the same delivery is replaced."""
    path = _path(settings, sender_id, summary.delivery_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    _write(path, summary.model_dump_json(exclude_defaults=True))


def kept(settings: Settings, sender_id: str, deliveries: Iterable[Delivery]) -> list[Summary]:
    """The summaries of deliveries, in their order; one that is not there or cannot be read is left out."""
    found = []
    for delivery in deliveries:
        with suppress(OSError, ValidationError):
            text = _path(settings, sender_id, delivery.delivery_id).read_text(encoding="utf-8")
            found.append(Summary.model_validate_json(text))
    return found


def thin(settings: Settings, sender_id: str, delivery_ids: set[str]) -> None:
    """Removes a sender's summaries but those of the deliveries named."""
    for path in (settings.summaries / sender_id).glob("*.json"):
        if path.stem not in delivery_ids:
            path.unlink(missing_ok=True)


def hand_back(settings: Settings, sender_id: str, summaries: Sequence[Summary]) -> Path:
    """Writes what a sender needs to compare its next delivery on its own machine, small counts blunted."""
    path = site_folder(settings.returns, sender_id) / LAST_DELIVERY
    deliveries = tuple(blunted(item, settings.small_number) for item in summaries)
    text = Handed(sender=sender_id, deliveries=deliveries).model_dump_json(exclude_defaults=True, indent=1)
    _write(path, text)
    return path


def handed(path: Path) -> Handed:
    """What was handed back.

    Raises:
        NoSummaryError: the file is none of ours.
    """
    try:
        return Handed.model_validate_json(path.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise NoSummaryError(
            f"{path.name} is not the {LAST_DELIVERY} that the pipeline hands back in returns/<site>/. "
            "Give that file, or the files that you sent last time."
        ) from error


def _path(settings: Settings, sender_id: str, delivery_id: str) -> Path:
    return settings.summaries / sender_id / f"{delivery_id}.json"


def _write(path: Path, text: str) -> None:
    def write(draft: Path) -> None:
        draft.write_text(text, encoding="utf-8")

    write_whole(path, write)
