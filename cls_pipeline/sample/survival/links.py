"""How well people are linked across systems: the links of a home against who they truly are.

Who a local number truly belongs to is known from the simulator's own numbering; the pipeline never sees it.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from cls_pipeline.identity.pseudonym import local_scheme, pseudonymise
from cls_pipeline.registry import Registry
from cls_pipeline.sample.recording.identifiers import Numbering
from cls_pipeline.sample.recording.people_held import SECOND

SHARED, NOT_SHARED, ALL = "some shared id", "no shared id", "all"

PEOPLE: Final = """
    select people.person_id, bool_or(people.national_id is not null) as has_national,
        any_value(people.national_id) as national_id, any_value(people.legacy_person_id) as legacy_person_id,
        loads.numbering, any_value(keys.person_key) as person_key
    from facts.fct_person as people
    inner join intermediate.int_load as loads
        on people.site_id = loads.sender_id and people.load_id = loads.load_id and loads.entity = 'person'
    left join intermediate.int_person_key as keys
        on people.site_id = keys.site_id and loads.numbering = keys.numbering and people.person_id = keys.person_id
    where people.site_id = ?
    group by people.person_id, loads.numbering
"""


def pairs_of(
    con: duckdb.DuckDBPyConnection, site: str, registry: Registry, seed: int, people: int, key: bytes
) -> pl.DataFrame:
    """Pairs of records of different installations that are one person in truth or by the links.

    Args:
        people: the highest number of a person of the site in the world.

    Returns:
        `evidence` (whether the two share an id), `is_true`, `is_found`: a row for each pair.
    """
    held = con.execute(PEOPLE, [site]).pl()
    if held["numbering"].n_unique() < 2:
        return pl.DataFrame(schema={"evidence": pl.String, "is_true": pl.Boolean, "is_found": pl.Boolean})
    truth = pl.concat([_owners(site, str(one), seed, people, key) for one in held["numbering"].unique()])
    known = held.join(truth, on=["numbering", "person_id"], how="left")
    found = _pairs(known, "person_key").with_columns(is_found=pl.lit(True))
    true = _pairs(known, "person_number").with_columns(is_true=pl.lit(True))
    ends = ["numbering", "person_id", "numbering_other", "person_id_other"]
    both = found.join(true.select(*ends, "is_true"), on=ends, how="full", coalesce=True)
    columns = [*true.columns, "is_found"]
    told = both.filter(pl.col("is_found").fill_null(False)).select(columns)
    missed = both.filter(pl.col("is_found").is_null()).select(ends).join(true, on=ends)
    return pl.concat([told, missed.with_columns(is_found=pl.lit(False)).select(columns)]).select(
        evidence=pl.when("shares").then(pl.lit(SHARED)).otherwise(pl.lit(NOT_SHARED)),
        is_true=pl.col("is_true").fill_null(False),
        is_found=pl.col("is_found"),
    )


def _owners(site: str, numbering: str, seed: int, people: int, key: bytes) -> pl.DataFrame:
    """Who the pseudonyms of an installation belong to, second registrations too."""
    numbers = pl.DataFrame({"person_number": pl.int_range(1, people + 1, eager=True)})
    registered = pl.concat([numbers.with_columns(registration=pl.col("person_number") + more) for more in (0, SECOND)])
    local = registered.select(
        Numbering(seed, site, numbering).people(pl.col("registration")).alias("local")
    ).to_series()
    return registered.select(
        "person_number",
        numbering=pl.lit(numbering),
        person_id=pseudonymise(local, key, local_scheme(site, numbering)),
    )


def _pairs(known: pl.DataFrame, same: str) -> pl.DataFrame:
    """Pairs across installations that have the same value, and whether they share a national or an old number."""
    rows = known.filter(pl.col(same).is_not_null())
    pairs = rows.join(rows, on=same, suffix="_other").filter(pl.col("numbering") < pl.col("numbering_other"))
    national = (pl.col("national_id") == pl.col("national_id_other")).fill_null(False)
    legacy = (pl.col("legacy_person_id_other") == pl.col("person_id")).fill_null(False)
    legacy |= (pl.col("legacy_person_id") == pl.col("person_id_other")).fill_null(False)
    return pairs.select(
        "numbering", "person_id", "numbering_other", "person_id_other", shares=national | legacy
    ).unique()


def quality(pairs: pl.DataFrame) -> pl.DataFrame:
    """Precision and recall, by evidence and in all: `evidence`, `pairs`, `precision`, `recall` (shares)."""
    told = pl.concat([pairs, pairs.with_columns(evidence=pl.lit(ALL))])
    both = pl.col("is_true") & pl.col("is_found")
    return (
        told.group_by("evidence")
        .agg(
            pairs=pl.col("is_true").sum(),
            precision=both.sum() / pl.col("is_found").sum(),
            recall=both.sum() / pl.col("is_true").sum(),
        )
        .sort("evidence")
    )
