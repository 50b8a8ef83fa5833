"""The key of the one person: stable from night to night, the old ones back when people are parted again.

Who belongs together is decided before (`clusters.py`).

Everybody has a key of their own and a seniority (the order in which the records came to be known), both kept from
night to night. The key of a person is the own key of the most senior record. So it survives whoever joins later, and
when records are parted again each part is called by its own most senior record, as before. If the most senior record
is no longer delivered, the next senior of the same person inherits its key, and gives it back if it returns.
"""

from __future__ import annotations

import hashlib

import polars as pl

from cls_pipeline.identity.records import checked

LENGTH = 32

KEPT: dict[str, type[pl.DataType]] = {
    "numbering": pl.String,
    "person_id": pl.String,
    "person_key": pl.String,
    "own_key": pl.String,
    "seniority": pl.Int64,
}


def key_of(numbering: str, person_id: str) -> str:
    """The key that a record gives: 32 hexadecimal digits of SHA-256 over numbering and person_id.

    No secret is needed: person_id is a keyed pseudonym already.
    """
    return hashlib.sha256(f"{numbering}\x1f{person_id}".encode()).hexdigest()[:LENGTH]


def own_keys(people: pl.DataFrame, previous: pl.DataFrame | None) -> pl.DataFrame:
    """The own key and the seniority of every record.

    Args:
        people: as `prepare` gives them.
        previous: the columns of `KEPT` of last night, or None.

    Returns:
        own_key, seniority, in the order of people. New records come after all known ones, the earliest seen first.
    """
    before = pl.DataFrame(schema=KEPT) if previous is None else checked(previous, KEPT, "links of last night")
    ids = ["numbering", "person_id"]
    now = people.select("record", "first_seen", *ids).join(before, on=ids, how="left", maintain_order="left")
    plain = pl.Series("plain", [key_of(*row) for row in now.select(ids).iter_rows()], dtype=pl.String)
    now = now.with_columns(plain).join(_inherited(before, now), on="record", how="left", maintain_order="left")
    now = now.with_columns(own=pl.coalesce("inherited", "own_key", "plain"))
    given_back = (pl.col("own") != pl.col("plain")) & pl.col("own").is_in(now["plain"].implode())
    first = int(before.select(pl.col("seniority").max()).item() or 0) + 1
    newcomers = now.filter(pl.col("seniority").is_null()).sort("first_seen", *ids, nulls_last=True)
    ranks = newcomers.select("record", rank=pl.int_range(first, first + pl.len(), dtype=pl.Int64))
    now = now.join(ranks, on="record", how="left", maintain_order="left")
    return now.select(
        pl.when(given_back).then("plain").otherwise("own").alias("own_key"),
        pl.coalesce("seniority", "rank").alias("seniority"),
    )


def _inherited(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The keys of records that are gone, for the next senior of the same person: record, inherited."""
    gone = before.join(now, on=["numbering", "person_id"], how="anti")
    left_behind = gone.filter(pl.col("own_key") == pl.col("person_key")).select("person_key")
    heirs = now.join(left_behind, on="person_key", how="semi").sort("seniority")
    return heirs.unique("person_key", keep="first", maintain_order=True).select("record", inherited="person_key")
