"""What the flags of a figure say, in words for people who read no manual. The full account is in docs/analysts.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

#: Short words for a figure that is shown, and the whole sentence.
FLAGS: Final = {
    "break": ("new system or definition", "The first period of a new definition, or of a new local system."),
    "suppressed": (
        "withheld: few people",
        "Withheld because it, or what it would tell of another figure, counts few people.",
    ),
    "missing": ("not published", "The publisher has no figure."),
    "not_applicable": ("does not apply", "The measure does not apply there."),
    "linked": ("linked across a break", "Carried across a break by a stated step; it is an estimate."),
    "estimated": ("estimate", "Part of it is assumed or converted, or its link has an interval."),
    "not_comparable": (
        "behind a break",
        "It lies behind a break that cannot be linked: compare it with its own side only.",
    ),
    "restated": ("restated", "A later delivery changed it since it was first published."),
    "partial": ("not complete", "Something that it should count is not in it."),
}
#: The flags that say why there is no value, the weightiest first.
WHY_NONE: Final = ("suppressed", "not_applicable", "missing", "partial", "not_comparable")


def why_none(flags: Sequence[str]) -> str:
    """Why a figure has no value, in words; empty where no flag says so."""
    return next((FLAGS[flag][0] for flag in WHY_NONE if flag in flags), "")


def in_words(flags: Sequence[str]) -> str:
    """Flags in short words."""
    return ", ".join(FLAGS[flag][0] if flag in FLAGS else flag for flag in flags)
