"""What is asked: which site, which profile, which files, and the sender as it would be with the new system in force.

A question that makes no sense is answered with a sentence. Reading the files belongs in `sides.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from rapidfuzz import process

from cls_pipeline.deliveries.pull import Bundle, bundle
from cls_pipeline.registry import Registry, Sender, SystemInForce, SystemProfile

Item = TypeVar("Item")

#: Less like than this, a name is no slip of the pen.
SIMILAR_ENOUGH = 60


class CutoverError(ValueError):
    """The question makes no sense; the message says why."""


@dataclass(frozen=True)
class Question:
    """A trial export to look at.

    `sender` is the site as its file has it, `trial` the same with the new system in force from the export's day on;
    `old` is the system that gives way, `bundles` the files by delivery.
    """

    sender: Sender
    trial: Sender
    old: SystemProfile
    new: SystemProfile
    as_of: date
    bundles: tuple[Bundle, ...]


def ask(registry: Registry, site: str, profile: str, files: list[Path], on: date | None = None) -> Question:
    """The question, made whole.

    Args:
        registry: senders and profiles; the sender's file need not name the new system.
        site, profile: ids.
        files: named as the new profile names them.
        on: the day they stand for, where their names state none; today if None.

    Raises:
        CutoverError: no such site or profile, files that fit no table of the profile or are of several days, or a
            site that had no system of that kind before.
    """
    sender = _named(site, {one.id: one for one in registry.senders.values() if one.kind == "site"}, "site")
    local = {one.id: one for one in registry.systems.values() if one.family != "publication"}
    new = _named(profile, local, "profile of a local system")
    bundles = _bundles(files, sender, new, registry, on)
    as_of = bundles[0].as_of or on or date.today()
    old = _giving_way(sender, new, as_of, registry)
    return Question(sender, _with_new(sender, new, as_of), old, new, as_of, tuple(bundles))


def _named(name: str, known: Mapping[str, Item], what: str) -> Item:
    if name in known:
        return known[name]
    nearest = process.extractOne(name, list(known), score_cutoff=SIMILAR_ENOUGH)
    hint = f"The nearest is {nearest[0]}." if nearest else f"There are: {', '.join(sorted(known))}."
    raise CutoverError(f"There is no {what} {name!r}. {hint}")


def _bundles(
    files: list[Path], sender: Sender, new: SystemProfile, registry: Registry, on: date | None
) -> list[Bundle]:
    unfit = [path.name for path in files if not any(new.match(table, path.name) is not None for table in new.files)]
    if unfit:
        nearest = process.extractOne(unfit[0], list(dict.fromkeys(table.name for table in new.files)))
        raise CutoverError(
            f"{', '.join(unfit)} {'fits' if len(unfit) == 1 else 'fit'} no table of {new.name}. "
            f"The nearest name that it gives its files is {nearest[0]}."
        )
    alone = sender.model_copy(update={"systems": (SystemInForce(system=new.id),)})
    bundles, problems = bundle(files, alone, registry, on)
    if problems:
        raise CutoverError(" ".join(problems))
    days = sorted({str(item.as_of) for item in bundles})
    if len(days) > 1:
        raise CutoverError(f"The files are of {len(days)} days ({', '.join(days)}); give those of one export.")
    return bundles


def _giving_way(sender: Sender, new: SystemProfile, day: date, registry: Registry) -> SystemProfile:
    """The system that the new one would follow: of its kind, in force on the day or else the one that ended last."""
    before = [
        item
        for item in sender.systems
        if registry.systems[item.system].family == new.family and item.system != new.id and _began(item) <= day
    ]
    if not before:
        kind = new.family.replace("_", " ")
        raise CutoverError(f"{sender.name} had no other {kind} system by {day:%d %B %Y}, so there is no cutover.")
    chosen = max([item for item in before if item.covers(day)] or before, key=_began)
    return registry.systems[chosen.system]


def _with_new(sender: Sender, new: SystemProfile, day: date) -> Sender:
    if any(item.system == new.id and item.covers(day) for item in sender.systems):
        return sender
    known = tuple(item for item in sender.systems if item.system != new.id or _began(item) <= day)
    return sender.model_copy(update={"systems": (*known, SystemInForce(system=new.id, valid_from=day))})


def _began(item: SystemInForce) -> date:
    return item.valid_from or date.min
