"""How texts are compared: one home for it, so that two rooms never differ on whether two texts are the same.

What a text stands for belongs in a system's profile.
"""

from __future__ import annotations

import re


def fold(text: str) -> str:
    """A text as it is compared: trimmed, case folded, white space as one blank."""
    return re.sub(r"\s+", " ", text).strip().casefold()
