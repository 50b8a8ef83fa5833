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

from cls_pipeline.deliveries.landing import Lander, sweep_drafts
from cls_pipeline.deliveries.ledger import Delivery, LandedFile, Ledger
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


def pull(sender: Sender, registry: Registry, settings: Settings, ledger: Ledger) -> PullResult:
    """Lands what is new in the sender's folder.

    Raises:
        OSError: the folder or the landing cannot be read or written.
    """
    sweep_drafts(settings.landing, sender.id)
    folder = Path(sender.route.path) if sender.route.path else settings.inbox / sender.id
    if not folder.is_dir():
        return PullResult()
    files = sorted(p for p in folder.rglob("*") if p.is_file() and not p.name.startswith("."))
    bundles, problems = bundle(files, registry.systems_of(sender))
    new = unchanged = 0
    for item in bundles:
        known, problem = _land(item, sender, settings, ledger)
        unchanged, new = unchanged + known, new + (not known)
        problems += [problem] if problem else []
    return PullResult(new, unchanged, problems)


def bundle(files: Iterable[Path], systems: list[SystemProfile]) -> tuple[list[Bundle], list[str]]:
    """Groups files into deliveries by the profiles' file names; a sentence for each file that fits none."""
    groups: dict[tuple[str, ...], Bundle] = {}
    problems = []
    for path in files:
        found = _match(path.name, systems)
        if found is None:
            names = {table.name: system.name for system in systems for table in system.files}
            nearest = process.extractOne(path.name, list(names))
            hint = f" The nearest expected name is {nearest[0]} ({names[nearest[0]]})." if nearest else ""
            problems.append(
                f"{path.name} fits no file that is expected from this sender.{hint} Rename it and send again."
            )
            continue
        system, tables, captures = found
        as_of = system.as_of(captures)
        alone = system.bundle == "each_file"
        key = (system.id, path.name if alone else str(as_of))
        so_far = groups.get(key, Bundle(system, as_of, captures, ()))
        groups[key] = Bundle(system, as_of, captures, (*so_far.files, (path, tables)))
    return sorted(groups.values(), key=lambda item: (item.as_of or date.max, item.system.id)), problems


def _match(name: str, systems: list[SystemProfile]) -> tuple[SystemProfile, tuple[str, ...], dict[str, str]] | None:
    for system in systems:
        fits = {table.id: captures for table in system.files if (captures := system.match(table, name)) is not None}
        if fits:
            return system, tuple(fits), next(iter(fits.values()))
    return None


def _land(item: Bundle, sender: Sender, settings: Settings, ledger: Ledger) -> tuple[bool, str | None]:
    """Lands a bundle; True where its content is known already, with a sentence if the name says otherwise."""
    lander = Lander(settings.landing, sender.id)
    try:
        landed = [_land_file(path, tables, lander, ledger, sender.id) for path, tables in item.files]
        delivery_id = content_id(item.system.id, [file.sha256 for file in landed])
        received = datetime.now(UTC)
        known = ledger.find(sender.id, delivery_id)
        if known:
            lander.discard()
            return True, _told_otherwise(item, known)
        delivery = Delivery(
            delivery_id=delivery_id,
            sender_id=sender.id,
            system_id=item.system.id,
            as_of=item.as_of or received.date(),
            received_at=received,
            captures=item.captures,
            status="landed",
            in_force=False,
            recipe="",
            load_id="",
            files=tuple(landed),
        )
        lander.finish(delivery, ledger)
        return False, None
    except BaseException:
        lander.discard()
        raise


def _land_file(path: Path, tables: tuple[str, ...], lander: Lander, ledger: Ledger, sender_id: str) -> LandedFile:
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    holder = ledger.holder_of(sender_id, sha256)
    if holder:
        lander.link(path.name, holder)
    else:
        lander.add(path.name, content)
    return LandedFile(path.name, tables, len(content), sha256)


def content_id(system_id: str, hashes: list[str]) -> str:
    """The identity of a delivery: its system and its content, whatever the files are called."""
    return hashlib.sha256("\n".join([system_id, *sorted(hashes)]).encode()).hexdigest()[:16]


def _told_otherwise(item: Bundle, known: Delivery) -> str | None:
    if item.captures == known.captures:
        return None
    now, then = item.files[0][0].name, known.files[0].name
    return (
        f"{now} holds exactly what was delivered as {then} on {known.received_at:%d %B %Y}, so it was not loaded again. "
        f"If it was meant to be new, export it anew and send it again."
    )
