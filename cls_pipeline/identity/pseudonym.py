"""Pseudonyms: a keyed hash of an identifier within its scheme.

The scheme keeps apart what only looks alike: a local number is unique within one system at one sender and nowhere
else, while an NHS number or a CHI number is the same person wherever it appears.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable

import polars as pl

LENGTH = 32


def pseudonym(key: bytes, scheme: str, identifier: str) -> str:
    """The pseudonym of one identifier: 32 hexadecimal digits of HMAC-SHA-256 (RFC 2104) over scheme and identifier."""
    return hmac.digest(key, f"{scheme}\x1f{identifier}".encode(), "sha256").hex()[:LENGTH]


def pseudonymise(values: pl.Series, key: bytes, scheme: str) -> pl.Series:
    """The pseudonyms of a column of identifiers in one scheme; null stays null."""
    distinct: Iterable[str] = values.drop_nulls().unique().to_list()
    return values.replace_strict({v: pseudonym(key, scheme, v) for v in distinct}, default=None, return_dtype=pl.String)


def local_scheme(sender_id: str, system_id: str) -> str:
    """The scheme of the numbers that one system gives at one sender."""
    return f"local:{sender_id}:{system_id}"
