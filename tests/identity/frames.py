"""Literal people and events for tests of linking: only what matters is given, the rest is usual."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from cls_pipeline.identity.records import EVENTS, MERGES, PEOPLE

USUAL: dict[str, Any] = {
    "national_id": None,
    "legacy_person_id": None,
    "legacy_numbering": None,
    "birth_month": date(1941, 5, 1),
    "sex": "female",
    "postcode_district": "XA1",
    "ethnicity": "white_british",
    "death_date": None,
    "first_seen": date(2015, 1, 1),
}


def person(numbering: str, person_id: str, **known: Any) -> dict[str, Any]:
    """A row of people; `legacy` is short for a number of the numbering `old`."""
    if "legacy" in known:
        known |= {"legacy_person_id": known.pop("legacy"), "legacy_numbering": "old"}
    return {"numbering": numbering, "person_id": person_id} | USUAL | known


def people(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=PEOPLE)


def events(*rows: tuple[str, str, str, date, str]) -> pl.DataFrame:
    """Rows of numbering, person_id, entity, day, code."""
    return pl.DataFrame(list(rows), schema=EVENTS, orient="row")


def merges(*rows: tuple[str, str, str]) -> pl.DataFrame:
    """Rows of numbering, from, to."""
    return pl.DataFrame(list(rows), schema=MERGES, orient="row")


def persons(links: pl.DataFrame) -> set[frozenset[str]]:
    """Who is one person: sets of `numbering/person_id`."""
    named = links.select("person_key", pl.format("{}/{}", "numbering", "person_id").alias("record"))
    return {frozenset(group) for group in named.group_by("person_key").agg("record")["record"].to_list()}


def method_of(links: pl.DataFrame, numbering: str, person_id: str) -> str:
    row = links.row(by_predicate=(pl.col("numbering") == numbering) & (pl.col("person_id") == person_id), named=True)
    return str(row["method"])


def key_of(links: pl.DataFrame, numbering: str, person_id: str) -> str:
    row = links.row(by_predicate=(pl.col("numbering") == numbering) & (pl.col("person_id") == person_id), named=True)
    return str(row["person_key"])
