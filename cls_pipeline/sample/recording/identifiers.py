"""The numbers that a local system gives to people and records: its own, and others after every change of product.

National identifiers belong to people (`people.py`); pseudonyms belong to the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from cls_pipeline.sample.chance import number_of

#: A prime with seven digits: multiplying by anything below it, modulo it, renumbers without collisions.
MODULUS = 9_999_991

PREFIXES = ("", "", "P", "A")


@dataclass(frozen=True)
class Numbering:
    """How one installation at one site numbers people and records; versions of a product go on with its numbers."""

    seed: int
    site: str
    installation: str

    def people(self, number: pl.Expr) -> pl.Expr:
        """Local ids of people, scattered, with this installation's prefix; null stays null."""
        step = 1 + number_of(self.seed, self.site, self.installation, "person step") % (MODULUS - 1)
        prefix = PREFIXES[number_of(self.seed, self.site, self.installation, "prefix") % len(PREFIXES)]
        scattered = (number.cast(pl.Int64) * step) % MODULUS
        return pl.lit(prefix) + scattered.cast(pl.String).str.zfill(7)

    def records(self, entity: str, number: pl.Expr) -> pl.Expr:
        """Local ids of the records of an entity, in the world's order from a first number of the installation's own."""
        first = 10_000 * (10 + number_of(self.seed, self.site, self.installation, entity) % 90)
        return (number.cast(pl.Int64) + first).cast(pl.String)
