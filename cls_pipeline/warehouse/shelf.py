"""The folder of releases: what stands in it, which one `current` leads to, and what is swept away.

A release is drafted whole beside the others under a name that begins with a dot, renamed once, and then followed. What
is in it is written elsewhere (`database`, `cls_pipeline.publishing`).
"""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import duckdb

from cls_pipeline.registry.origin import Origin
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.sql import one

RELEASE_FILE: Final = "cls.duckdb"
CURRENT: Final = "current"
PREVIOUS: Final = "previous"
# Result pages of drafts that were not let through; they are no releases.
HELD: Final = "held"


class ReleaseError(RuntimeError):
    """No release could be made; the message says why. The current one stays as it is."""


@dataclass(frozen=True)
class Release:
    """A release on disk. `rows` counts the rows of each mart; `is_new` is False where nothing had changed.

    `records_origin` is None where no site has records, and for releases made before it was written. Counts are
    `rounded_to` the nearest of a number, 1 where they are not.
    """

    release_id: str
    path: Path
    created_at: datetime
    software_version: str
    content: str
    rows: dict[str, int]
    suppressed: int
    is_current: bool
    is_new: bool = False
    records_origin: Origin | None = None
    rounded_to: int = 1

    @property
    def folder(self) -> Path:
        """Where all its files stand."""
        return self.path.parent


def current_release(settings: Settings) -> Release | None:
    """The release that `current` points at, or None before the first."""
    link = settings.releases / CURRENT
    return _read(link.resolve(), is_current=True) if (link / RELEASE_FILE).exists() else None


def list_releases(settings: Settings) -> list[Release]:
    """Every release on disk, the newest first."""
    current = (settings.releases / CURRENT).resolve()
    return [_read(folder, is_current=folder.resolve() == current) for folder in reversed(_finished(settings))]


def find_release(settings: Settings, name: str) -> Release:
    """The release that is meant by its id or the start of it, by `current`, or by `previous`, the one before that.

    Raises:
        ReleaseError: there is none of this name, or more than one.
    """
    found = list_releases(settings)
    if name == CURRENT:
        meant = [release for release in found if release.is_current]
    elif name == PREVIOUS:
        at = next((at for at, release in enumerate(found) if release.is_current), len(found))
        meant = found[at + 1 : at + 2]
    else:
        meant = [release for release in found if release.release_id.startswith(name)]
    if len(meant) == 1:
        return meant[0]
    kept = ", ".join(release.release_id for release in meant or found) or "none"
    what = "More than one release begins with" if meant else "There is no release"
    raise ReleaseError(f"{what} {name} in {settings.releases}. {'They are' if meant else 'Kept are'}: {kept}.")


def release_before(settings: Settings, release: Release) -> Release | None:
    """The release that was made before one, where it is still kept."""
    ids = list_releases(settings)
    at = next(at for at, item in enumerate(ids) if item.release_id == release.release_id)
    return ids[at + 1] if at + 1 < len(ids) else None


def draft_folder(settings: Settings, release_id: str) -> Path:
    """An empty folder beside the releases in which one is drafted."""
    draft = settings.releases / f".{release_id}.draft"
    draft.mkdir(parents=True)
    return draft


def put_on_shelf(settings: Settings, draft: Path, release_id: str) -> None:
    """Brings a draft to disk, closes its files to writing, gives it its name, and points `current` at it.

    A reader finds the old release or the new one, never none and never half of one.
    """
    for path in sorted(draft.rglob("*"), reverse=True):
        if path.is_file():
            path.chmod(0o444)
        _to_disk(path)
    _to_disk(draft)
    draft.rename(settings.releases / release_id)
    link = settings.releases / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id)
    link.replace(settings.releases / CURRENT)
    _to_disk(settings.releases)


def clear_unfinished(settings: Settings) -> None:
    """Removes what a release that was killed has left; it was never current."""
    finished = set(_finished(settings))
    for path in settings.releases.iterdir():
        if path.name in (CURRENT, HELD) or path in finished:
            continue
        path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)


def prune(settings: Settings, keep: int) -> None:
    """Removes all but the newest releases; the current one stays in any case."""
    current = (settings.releases / CURRENT).resolve()
    for folder in _finished(settings)[:-keep]:
        if folder.resolve() != current:
            shutil.rmtree(folder)


def _finished(settings: Settings) -> list[Path]:
    """The folders of whole releases, the oldest first."""
    if not settings.releases.exists():
        return []
    folders = [path for path in settings.releases.iterdir() if not path.is_symlink() and path.name[0] != "."]
    return sorted((path for path in folders if (path / RELEASE_FILE).exists()), key=_age)


def _age(folder: Path) -> tuple[str, int]:
    """The second in its name, then its file's time: names of one second differ only by their content."""
    return folder.name.partition("-")[0], (folder / RELEASE_FILE).stat().st_mtime_ns


def _read(folder: Path, *, is_current: bool) -> Release:
    with closing(duckdb.connect(str(folder / RELEASE_FILE), read_only=True)) as con:
        columns = con.sql("from marts.release").columns
        row = dict(zip(columns, one(con, "from marts.release"), strict=True))
    return Release(
        release_id=row["release_id"],
        path=folder / RELEASE_FILE,
        created_at=row["created_at"].replace(tzinfo=UTC),
        software_version=row["software_version"],
        content=row["content"],
        rows=row["rows"],
        suppressed=row["suppressed"],
        is_current=is_current,
        records_origin=row.get("records_origin"),
        rounded_to=row.get("rounded_to", 1),
    )


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
