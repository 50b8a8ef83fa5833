"""Pulls what a sender offers: files are matched to its systems' profiles, hashed, and landed where they are new.

The folder route. Unchanged content costs its hash; a file that fits no profile is reported, not touched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from rapidfuzz import process

from cls_pipeline.deliveries.delivery import Delivery, LandedFile
from cls_pipeline.deliveries.landing import Lander, enter_landed, sweep_drafts
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.registry import Registry, Sender, SystemProfile
from cls_pipeline.settings import Settings


@dataclass(frozen=True)
class Bundle:
    """Files that make one delivery: of one system and, where their names state it, one day."""

    system: SystemProfile
    as_of: date | None
    captures: dict[str, str]
    files: tuple[tuple[Path, tuple[str, ...]], ...]


@dataclass(frozen=True)
class PullResult:
    """What a pull found: how many deliveries are new, how many unchanged, and what was odd, in sentences."""

    new: int = 0
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


class Unsettled(Exception):
    """A file that is still being written, or went away, while it was read."""


def pull(sender: Sender, registry: Registry, settings: Settings, ledger: Ledger) -> PullResult:
    """Lands what is new in the sender's folder.

    Raises:
        OSError: the folder or the landing cannot be read or written.
    """
    sweep_drafts(settings.landing, sender.id)
    enter_landed(settings.landing, sender.id, ledger)
    folder = settings.inbox_of(sender.id)
    if not folder.is_dir():
        return PullResult()
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not _hidden(p.relative_to(folder)))
    bundles, problems = bundle(files, sender, registry)
    new = unchanged = 0
    for item in bundles:
        try:
            known, problem = _land(item, sender, settings, ledger)
        except Unsettled as error:
            problems.append(str(error))
            continue
        unchanged, new = unchanged + known, new + (not known)
        problems += [problem] if problem else []
    return PullResult(new, unchanged, problems)


def _hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)


def bundle(
    files: Iterable[Path], sender: Sender, registry: Registry, on: date | None = None
) -> tuple[list[Bundle], list[str]]:
    """Groups files into deliveries by the profiles' file names; a sentence for each file that fits none.

    `on` is the day that files stand for whose names state none; today if None.
    """
    day = on or date.today()
    systems = registry.systems_of(sender)
    groups: dict[tuple[str, ...], Bundle] = {}
    problems = []
    for path in files:
        fits = [found for system in systems if (found := _match(path.name, system)) is not None]
        if not fits:
            problems.append(_fits_none(path.name, systems))
            continue
        # Two versions of a product may name their files alike: the one in force on the stated day wrote this one.
        system, tables, captures = next((f for f in fits if _in_force(sender, f[0], f[0].as_of(f[2]) or day)), fits[0])
        as_of = system.as_of(captures)
        alone = system.bundle == "each_file"
        key = (system.id, path.name if alone else str(as_of))
        so_far = groups.get(key, Bundle(system, as_of, captures, ()))
        groups[key] = Bundle(system, as_of, captures, (*so_far.files, (path, tables)))
    bundles = []
    for item in sorted(groups.values(), key=lambda item: (item.as_of or date.max, item.system.id)):
        repeated = _repeated_name(item)
        problems += [repeated] if repeated else []
        bundles += [] if repeated else [item]
    return bundles, problems


def _fits_none(name: str, systems: list[SystemProfile]) -> str:
    names = {table.name: system.name for system in systems for table in system.files}
    nearest = process.extractOne(name, list(names))
    hint = f" The nearest expected name is {nearest[0]} ({names[nearest[0]]})." if nearest else ""
    return f"{name} fits no file that is expected from this sender.{hint} Rename it and send it again."


def _in_force(sender: Sender, system: SystemProfile, day: date) -> bool:
    return any(entry.system == system.id for entry in sender.in_force(day))


def _repeated_name(item: Bundle) -> str | None:
    """A sentence where one delivery holds two files of the same name, of which only one can be meant."""
    names = [path.name for path, _ in item.files]
    for name in sorted({name for name in names if names.count(name) > 1}):
        folders = " and ".join(f"{path.parent.name}/" for path, _ in item.files if path.name == name)
        return (
            f"{name} stands in more than one folder ({folders}), so no file of this delivery was taken. "
            "Keep the one that is meant and remove the other."
        )
    return None


def _match(name: str, system: SystemProfile) -> tuple[SystemProfile, tuple[str, ...], dict[str, str]] | None:
    fits = {table.id: captures for table in system.files if (captures := system.match(table, name)) is not None}
    return (system, tuple(fits), next(iter(fits.values()))) if fits else None


def _land(item: Bundle, sender: Sender, settings: Settings, ledger: Ledger) -> tuple[bool, str | None]:
    """Lands a bundle; True where its content is known already, with a sentence if the name says otherwise."""
    lander = Lander(settings.landing, sender.id)
    try:
        landed = tuple(_land_file(path, tables, lander, ledger, sender.id) for path, tables in item.files)
        delivery_id = content_id(item.system.id, landed)
        known = ledger.find(sender.id, delivery_id)
        if known and known.status == "refused" and known.captures != item.captures:
            # It was refused under another name, perhaps for that name: under this one it is read anew.
            delivery_id = content_id(item.system.id, landed, item.captures)
            known = ledger.find(sender.id, delivery_id)
        if known:
            lander.discard()
            if _put_back(known, item, ledger):
                ledger.reopen(known)
                return False, None
            return True, _told_otherwise(item, known)
        received = datetime.now(UTC)
        as_of = item.as_of or received.date()
        delivery = Delivery.landed(delivery_id, sender.id, item.system.id, as_of, received, item.captures, landed)
        lander.finish(delivery, ledger)
        return False, None
    except BaseException:
        lander.discard()
        raise


def _land_file(path: Path, tables: tuple[str, ...], lander: Lander, ledger: Ledger, sender_id: str) -> LandedFile:
    content = _read_settled(path)
    sha256 = hashlib.sha256(content).hexdigest()
    holder = ledger.holder_of(sender_id, sha256)
    if holder is None or not lander.link(path.name, holder):
        lander.add(path.name, content)
    return LandedFile(path.name, tables, len(content), sha256)


def _read_settled(path: Path) -> bytes:
    """The content of a file that nobody wrote to meanwhile.

    Raises:
        Unsettled: it changed or went away while it was read.
    """
    try:
        before = path.stat()
        content = path.read_bytes()
        after = path.stat()
    except FileNotFoundError as error:
        raise Unsettled(f"{path.name} went away while it was read, so nothing of its delivery was taken.") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != after.st_size:
        raise Unsettled(f"{path.name} was still being written; its delivery is taken by the next run.")
    return content


def content_id(system_id: str, files: Iterable[LandedFile], captures: dict[str, str] | None = None) -> str:
    """The identity of a delivery: its system, and the content that each of its tables reads, whatever the file names.

    `captures`, what the names say, count only where the same content was refused under other names.
    """
    parts = sorted(f"{file.sha256} {' '.join(file.tables)}" for file in files)
    named = [f"{key}={value}" for key, value in sorted((captures or {}).items())]
    return hashlib.sha256("\n".join([system_id, *parts, *named]).encode()).hexdigest()[:16]


def _put_back(known: Delivery, item: Bundle, ledger: Ledger) -> bool:
    """Whether a sender took back a correction: it sends again, for the same day, what the correction had replaced."""
    if known.status != "accepted" or known.in_force or known.captures != item.captures:
        return False
    return any(d.in_force and d.as_of == known.as_of for d in ledger.deliveries(known.sender_id, known.system_id))


def _told_otherwise(item: Bundle, known: Delivery) -> str | None:
    names, before = (sorted(names) for names in ([p.name for p, _ in item.files], [f.name for f in known.files]))
    if names == before:
        return None
    return (
        f"{names[0]} holds exactly what was delivered as {before[0]} on {known.received_at:%d %B %Y}, "
        "so it was not loaded again. If it was meant to be new, export it anew and send it again."
    )
