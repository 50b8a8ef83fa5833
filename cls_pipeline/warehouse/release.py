"""Publishes a release: one immutable folder that analysts open, swapped in at once.

It is drafted whole: the database, then the gate, then the parts that are made from the database alone. Only a draft to
which nothing is missing is put on the shelf; a reader on an older release is undisturbed.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from cls_pipeline.gate.accepted import use_up
from cls_pipeline.gate.held import let_through
from cls_pipeline.publishing.parts import PARTS, Part, write_parts
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import warehouse_file
from cls_pipeline.warehouse.comments import Comments, read_comments
from cls_pipeline.warehouse.database import MARTS, write_database
from cls_pipeline.warehouse.fingerprint import Fingerprint, fingerprint
from cls_pipeline.warehouse.first_published import keep_first_published
from cls_pipeline.warehouse.shelf import (
    HELD,
    RELEASE_FILE,
    Release,
    ReleaseError,
    clear_unfinished,
    current_release,
    draft_folder,
    prune,
    put_on_shelf,
)
from cls_pipeline.warehouse.withheld import keep_state

# A reader that has just followed `current` may be about to open the release before this one.
FEWEST_KEPT = 2


def publish(settings: Settings, parts: Mapping[str, Part] = PARTS) -> Release:
    """Writes a release of the warehouse and makes it current; returns the current one where nothing has changed.

    Args:
        settings: whose warehouse and releases.
        parts: what is made beside the database.

    One at a time: whoever calls this sees to it that no other release or build of the same home is under way.

    Raises:
        ReleaseError: there is no warehouse, a mart is missing, or a part could not be written.
        GateError: the gate holds the draft back.
        CommentError: a table or column has no description.
    """
    if not warehouse_file(settings).exists():
        raise ReleaseError(f"There is no warehouse in {settings.warehouse} yet. Run `cls nightly` first.")
    settings.releases.mkdir(parents=True, exist_ok=True)
    clear_unfinished(settings)
    comments = read_comments(settings, MARTS)
    mark = fingerprint(settings, comments)
    current = current_release(settings)
    is_new = current is None or current.content != mark.content
    if is_new:
        _make(settings, mark, comments, current.path if current else None, parts)
    prune(settings, max(settings.keep_releases, FEWEST_KEPT))
    made = current_release(settings)
    assert made is not None
    return replace(made, is_new=is_new)


def _make(
    settings: Settings, mark: Fingerprint, comments: Comments, previous: Path | None, parts: Mapping[str, Part]
) -> None:
    """Drafts a release and puts it on the shelf; a draft that fails is removed."""
    created_at = datetime.now(UTC)
    release_id = f"{created_at:%Y%m%dT%H%M%SZ}-{mark.content[:8]}"
    draft = draft_folder(settings, release_id)
    try:
        database = draft / RELEASE_FILE
        write_database(settings, database, release_id, created_at, mark, comments)
        let_through(database, previous, draft, settings.releases / HELD, release_id)
        write_parts(database, draft, settings, parts)
        # From here on readers may see it. Killed in between, what they have been shown is believed to be more than it
        # is, which is only stricter.
        keep_state(settings)
        put_on_shelf(settings, draft, release_id)
        use_up(settings.releases / HELD)
    except Exception:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    keep_first_published(settings, release_id)
