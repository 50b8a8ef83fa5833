"""The likeliest code of a text that the map in force does not know, and why.

In the order of their weight: what another version of the product makes of it, what another site on the product has
added, the same number written otherwise, what any other profile makes of the same words, the label most like it. A
number is like nothing that its digits resemble; of one that nobody knows only its neighbours are told.
Columns under a new name are in `columns`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from rapidfuzz import process

from cls_pipeline.registry import CodeList, Registry, Sender, SystemProfile
from cls_pipeline.registry.text import fold

#: Less like than this (of 100), a label is another label.
SIMILAR_ENOUGH: Final = 60
# What makes a published name one of words, and not a code such as E09000008.
WORD: Final = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True)
class Suggestion:
    """What a text most likely stands for: our code, or None; the text that led to it, or none; the reason in words."""

    text: str
    code: str | None
    nearest: str
    why: str


@dataclass(frozen=True)
class Elsewhere:
    """What another map makes of texts, folded; `words_only`: its numbers are those of another product."""

    who: str
    codes: Mapping[str, str]
    words_only: bool


@dataclass(frozen=True)
class KnownTexts:
    """All that is known of the texts of one map: those of the map itself and our own labels (text and code, by the
    folded text), and what others make of them, the weightiest first."""

    own: Mapping[str, tuple[str, str]]
    labels: Mapping[str, tuple[str, str]]
    elsewhere: tuple[Elsewhere, ...]


def known_texts(registry: Registry, sender: Sender, system: SystemProfile, name: str, codes: CodeList) -> KnownTexts:
    """What is known of the texts of a map of a system at a sender.

    Args:
        registry: where others' maps are.
        sender: whose delivery.
        system: the profile in force.
        name: the map's name in the profile and under `additions`.
        codes: the list that it leads to.
    """
    theirs = system.codes.get(name, {}) | sender.additions.codes.get(name, {})
    ours = {item.label: code for code, item in codes.codes.items()} | {code: code for code in codes.codes}
    for scheme in codes.aliases.values():
        ours = {text: code for text, code in scheme.items() if WORD.search(text)} | ours
    return KnownTexts(
        own={fold(text): (text, code) for text, code in theirs.items()},
        labels={fold(text): (text, code) for text, code in (ours | theirs).items() if _has_words(text)},
        elsewhere=tuple(_elsewhere(registry, sender, system, name)),
    )


def likeliest(text: str, known: KnownTexts) -> Suggestion:
    """What the text most likely stands for."""
    folded = fold(text)
    for other in known.elsewhere:
        if folded in other.codes and (_has_words(text) or not other.words_only):
            return Suggestion(text, other.codes[folded], "", f"{other.who} maps it so")
    number = _number(folded)
    for written, (shown, code) in known.own.items():
        if number is not None and _number(written) == number:
            return Suggestion(text, code, shown, f"the same number as {shown!r}")
    if number is not None:
        return _between(text, number, known)
    if not _has_words(text):
        return Suggestion(text, None, "", "nothing is like it")
    found = process.extractOne(folded, list(known.labels), score_cutoff=SIMILAR_ENOUGH)
    if found is None:
        return Suggestion(text, None, "", "nothing is like it")
    shown, code = known.labels[found[0]]
    return Suggestion(text, code, shown, f"most like {shown!r}")


def _elsewhere(registry: Registry, sender: Sender, system: SystemProfile, name: str) -> Iterator[Elsewhere]:
    product = registry.numbering(system.id)
    versions = [s for s in registry.systems.values() if s.id != system.id and registry.numbering(s.id) == product]
    for version in versions:
        yield Elsewhere(version.name, _folded(version.codes.get(name, {})), words_only=False)
    for other in registry.senders.values():
        added = other.additions.codes.get(name, {})
        if added and other.id != sender.id and any(registry.numbering(s.system) == product for s in other.systems):
            yield Elsewhere(f"{other.name}, on the same product,", _folded(added), words_only=False)
    used = registry.systems_of(sender)
    rest = [s for s in registry.systems.values() if s not in used]
    for profile in [*used, *rest]:
        if profile.id != system.id and profile not in versions:
            yield Elsewhere(profile.name, _folded(profile.codes.get(name, {})), words_only=True)


def _folded(codes: Mapping[str, str]) -> dict[str, str]:
    return {fold(text): code for text, code in codes.items()}


def _between(text: str, number: Decimal, known: KnownTexts) -> Suggestion:
    """A number by its neighbours in the map; a code only where those on both sides stand for one and the same."""
    numbers = {value: told for written, told in known.own.items() if (value := _number(written)) is not None}
    below = max((value for value in numbers if value < number), default=None)
    above = min((value for value in numbers if value > number), default=None)
    sides = [numbers[value] for value in (below, above) if value is not None]
    if not sides:
        return Suggestion(text, None, "", "no number of the map is known")
    told = " and ".join(f"{shown!r} ({code})" for shown, code in sides)
    if len(sides) == 1:
        return Suggestion(text, None, "", f"{'after' if above is None else 'before'} {told}")
    same = sides[0][1] == sides[1][1]
    return Suggestion(text, sides[0][1] if same else None, "", f"between {told}")


def _has_words(text: str) -> bool:
    return any(map(str.isalpha, text))


def _number(text: str) -> Decimal | None:
    """The number that a text is, so that 0215 and 215.0 are 215."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
