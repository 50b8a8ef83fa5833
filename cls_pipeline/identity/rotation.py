"""A new secret key: how the pipeline notices it. Making and keeping keys belongs in `settings.py`.

Pseudonyms cannot be turned into those of another key, and need not be: what was received is in landing. The mark of
the key is part of the recipe of every load (`loading.py`), so under a new key every delivery in force is read again
from landing, and loads of the old key are swept like those of any old recipe.
"""

from __future__ import annotations

import hmac

LENGTH = 16


def key_mark(key: bytes) -> str:
    """The mark of a key: 16 hexadecimal digits of HMAC-SHA-256 over a fixed text, equal for equal keys only.

    It tells keys apart and gives nothing of them away: to find a key of 32 characters from it is to guess the key.
    """
    return hmac.digest(key, b"mark of the pseudonym key", "sha256").hex()[:LENGTH]
