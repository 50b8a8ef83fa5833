"""Publishes a release: one immutable copy of the marts that analysts open, swapped in at once.

What may leave the warehouse is decided in `disclosure`, what the tables hold in the dbt project. A release is written
beside the others, renamed into place and then followed by `current`; a reader on an older one is undisturbed.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from cls_pipeline.registry.origin import Origin, origin
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import PROJECT_SOURCES, content_hash, warehouse_file
from cls_pipeline.warehouse.comments import RELEASE_COLUMNS, Comments, describe, read_comments
from cls_pipeline.warehouse.control import CONTROL_SOURCES, CONTROL_TABLE, write_control_points
from cls_pipeline.warehouse.disclosure import released
from cls_pipeline.warehouse.first_published import RELEASE_FILE, keep_first_published
from cls_pipeline.warehouse.sql import quoted
from cls_pipeline.warehouse.withheld import DISCLOSURE_SOURCES, judge, keep_state, state_file

MARTS = (
    "metric_series",
    "series_break",
    "dim_metric",
    "dim_instrument",
    "dim_site",
    "dim_system",
    "site_system",
    "delivery",
    "row_account",
    "contract_fault",
    "correction",
    "data_quality",
    "data_currency",
)
CURRENT = "current"
# A reader that has just followed `current` may be about to open the release before this one.
FEWEST_KEPT = 2


class ReleaseError(RuntimeError):
    """No release could be made; the message says why. The current one stays as it is."""


@dataclass(frozen=True)
class Release:
    """A release on disk. `rows` counts the rows of each mart; `is_new` is False where nothing had changed.

    `records_origin` is None where no site has records, and for releases made before it was written.
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


def publish(settings: Settings) -> Release:
    """Writes a release of the warehouse and makes it current; returns the current one where nothing has changed.

    One at a time: whoever calls this sees to it that no other release or build of the same home is under way.

    Raises:
        ReleaseError: there is no warehouse, a mart is missing, or a table or column has no description.
    """
    if not warehouse_file(settings).exists():
        raise ReleaseError(f"There is no warehouse in {settings.warehouse} yet. Run `cls nightly` first.")
    settings.releases.mkdir(parents=True, exist_ok=True)
    _clear_unfinished(settings)
    comments = read_comments(settings, MARTS)
    content = _fingerprint(settings, comments)
    current = current_release(settings)
    is_new = current is None or current.content != content
    if is_new:
        created_at = datetime.now(UTC)
        release_id = f"{created_at:%Y%m%dT%H%M%SZ}-{content[:8]}"
        _write(settings, release_id, created_at, content, comments)
        _follow(settings, release_id)
        keep_first_published(settings, release_id)
    _prune(settings, max(settings.keep_releases, FEWEST_KEPT))
    return replace(_read((settings.releases / CURRENT).resolve(), is_current=True), is_new=is_new)


def current_release(settings: Settings) -> Release | None:
    """The release that `current` points at, or None before the first."""
    link = settings.releases / CURRENT
    return _read(link.resolve(), is_current=True) if (link / RELEASE_FILE).exists() else None


def list_releases(settings: Settings) -> list[Release]:
    """Every release on disk, the newest first."""
    current = (settings.releases / CURRENT).resolve()
    return [_read(folder, is_current=folder.resolve() == current) for folder in reversed(_finished(settings))]


def _finished(settings: Settings) -> list[Path]:
    """The folders of whole releases, the oldest first."""
    if not settings.releases.exists():
        return []
    folders = [path for path in settings.releases.iterdir() if not path.is_symlink()]
    return sorted((path for path in folders if (path / RELEASE_FILE).exists()), key=_age)


def _age(folder: Path) -> tuple[str, int]:
    """The second in its name, then its file's time: names of one second differ only by their content."""
    return folder.name.partition("-")[0], (folder / RELEASE_FILE).stat().st_mtime_ns


def _clear_unfinished(settings: Settings) -> None:
    """Removes what a release that was killed has left; it was never current."""
    finished = set(_finished(settings))
    for path in settings.releases.iterdir():
        if path.name == CURRENT or path in finished:
            continue
        path.unlink() if path.is_symlink() or path.is_file() else shutil.rmtree(path)


def _fingerprint(settings: Settings, comments: Comments) -> str:
    """A hash of all that a release is made of: marts, loads in force, descriptions, limits, and the software."""
    project = content_hash([settings.dbt_dir / part for part in PROJECT_SOURCES])
    rules = [released(mart, settings.small_number) for mart in MARTS]
    code = content_hash([*CONTROL_SOURCES, *DISCLOSURE_SOURCES])
    parts = [project, code, version("cls-pipeline"), *rules, repr(comments)]
    with closing(duckdb.connect(str(warehouse_file(settings)), read_only=True)) as con:
        for mart in MARTS:
            parts.append(str(_one(con, f"select count(*), sum(hash(t)) from marts.{mart} as t")))
        loads = settings.warehouse / "ledger" / "load.parquet"
        parts.append(str(_one(con, f"select count(*), sum(hash(t)) from read_parquet({quoted(str(loads))}) as t")))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _write(settings: Settings, release_id: str, created_at: datetime, content: str, comments: Comments) -> None:
    """Writes the file under another name, brings it to disk, and gives it its name."""
    file = settings.releases / release_id / RELEASE_FILE
    unfinished = file.with_name(f"{RELEASE_FILE}.tmp")
    unfinished.parent.mkdir(exist_ok=True)
    with closing(duckdb.connect()) as con:
        con.execute("set memory_limit = '1GB'")
        con.execute(f"attach {quoted(str(warehouse_file(settings)))} as work (read_only)")
        con.execute(f"attach {quoted(str(unfinished))} as release_file")
        con.execute("create schema release_file.marts")
        judge(con, settings.small_number, state_file(settings))
        for mart in MARTS:
            con.execute(f"create table release_file.marts.{mart} as {released(mart, settings.small_number)}")
        write_control_points(con)
        records_origin = _records_origin(con, settings)
        _describe_release(con, release_id, created_at, content, records_origin)
        describe(con, comments, records_origin)
        keep_state(con, settings)
        con.execute("checkpoint release_file")
        con.execute("detach release_file")
    _to_disk(unfinished)
    unfinished.chmod(0o444)
    unfinished.rename(file)
    _to_disk(file.parent)


def _records_origin(con: duckdb.DuckDBPyConnection, settings: Settings) -> Origin | None:
    """Where the sites' records in force come from. Publishers' figures are no records."""
    loads = quoted(str(settings.warehouse / "ledger" / "load.parquet"))
    layouts = con.execute(
        "select distinct systems.layout"
        f" from read_parquet({loads}) as loads"
        " inner join work.marts.dim_system as systems using (system_id)"
        " inner join work.marts.dim_site as sites on loads.sender_id = sites.site_id and sites.kind = 'site'"
        " where loads.rows > 0"
    ).fetchall()
    return origin(layout for (layout,) in layouts)


def _describe_release(
    con: duckdb.DuckDBPyConnection,
    release_id: str,
    created_at: datetime,
    content: str,
    records_origin: Origin | None,
) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in RELEASE_COLUMNS.items())
    con.execute(f"create table release_file.marts.release ({columns})")
    names = [*MARTS, CONTROL_TABLE]
    counts = [_one(con, f"select count(*) from release_file.marts.{name}")[0] for name in names]
    suppressed = _one(
        con,
        "select count(*) from release_file.marts.metric_series as released"
        " inner join work.marts.dim_metric as metrics using (metric_id, definition_version)"
        " where metrics.source_kind = 'records' and list_contains(released.flags, 'suppressed')",
    )[0]
    con.execute(
        "insert into release_file.marts.release values (?, ?, ?, ?, map(?, ?), ?, ?)",
        [
            release_id,
            created_at.replace(tzinfo=None),
            version("cls-pipeline"),
            content,
            names,
            counts,
            suppressed,
            records_origin,
        ],
    )


def _follow(settings: Settings, release_id: str) -> None:
    """Points `current` at a release in one step: a reader finds the old one or the new one, never none."""
    link = settings.releases / f".{CURRENT}-{os.getpid()}"
    link.unlink(missing_ok=True)
    link.symlink_to(release_id)
    link.replace(settings.releases / CURRENT)
    _to_disk(settings.releases)


def _prune(settings: Settings, keep: int) -> None:
    current = (settings.releases / CURRENT).resolve()
    for folder in _finished(settings)[:-keep]:
        if folder.resolve() != current:
            shutil.rmtree(folder)


def _read(folder: Path, *, is_current: bool) -> Release:
    with closing(duckdb.connect(str(folder / RELEASE_FILE), read_only=True)) as con:
        columns = con.sql("from marts.release").columns
        row = dict(zip(columns, _one(con, "from marts.release"), strict=True))
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
    )


def _one(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[Any, ...]:
    try:
        row = con.execute(sql).fetchone()
    except duckdb.CatalogException as error:
        raise ReleaseError(f"The warehouse is not complete: {error}. Run `cls nightly` again.") from error
    assert row is not None
    return row


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
