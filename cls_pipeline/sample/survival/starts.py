"""When open support truly began: the starts of a home's open services against the known truth.

Which service of the world a record is, is known from the simulator's own numbering; the pipeline never sees it.
"""

from __future__ import annotations

from typing import Final

import duckdb
import polars as pl

from cls_pipeline.sample.recording.identifiers import Numbering
from cls_pipeline.sample.recording.records import COPY

ALL, CARRIED = "all open services", "begun before the site's last change of system"

#: Services that are open on the last day of the installation in force.
OPEN: Final = """
    select origins.numbering, origins.service_id, origins.recorded_start, origins.true_start as found_start,
        origins.position > 1 as has_changed, tenures.begins
    from intermediate.int_service_origin as origins
    inner join intermediate.int_service_record as records on origins.record_no = records.record_no
    inner join intermediate.int_tenure as tenures
        on origins.site_id = tenures.site_id and origins.numbering = tenures.numbering and tenures.entity = 'service'
    where origins.site_id = ? and records.end_date is null and tenures.next_begins is null
"""
SCHEMA: Final = {
    "recorded_start": pl.Date,
    "found_start": pl.Date,
    "true_start": pl.Date,
    "is_carried": pl.Boolean,
}


def starts_of(con: duckdb.DuckDBPyConnection, site: str, seed: int, services: pl.DataFrame) -> pl.DataFrame:
    """The open services of a site: as the system in force has their start, as the warehouse found it, as it was.

    A service whose price changed is told by its newest record, whose own start is the day of that price.

    Args:
        services: `site_id`, `service_id` and `start_date` of `truth/service.parquet`.

    Returns:
        `recorded_start`, `found_start` (null where it is said not to be known), `true_start`, `is_carried` (whether it
        truly began before the last change of system).
    """
    open_services = con.execute(OPEN, [site]).pl()
    mine = services.filter(pl.col("site_id") == site).select(number="service_id", true_start="start_date")
    numbered = [
        mine.select(
            Numbering(seed, site, str(one)).records("service", pl.col("number") + more).alias("local"), "true_start"
        ).with_columns(numbering=pl.lit(str(one)))
        for one in open_services["numbering"].unique()
        for more in (0, COPY)
    ]
    if not numbered:
        return pl.DataFrame(schema=SCHEMA)
    local = pl.col("service_id").str.split("-").list.first()
    known = open_services.with_columns(local=local).join(pl.concat(numbered), on=["numbering", "local"])
    return known.select(
        "recorded_start",
        "found_start",
        "true_start",
        is_carried=pl.col("has_changed") & (pl.col("true_start") < pl.col("begins")),
    )


def recovered(starts: pl.DataFrame) -> pl.DataFrame:
    """By `which` services, all and those carried over: how many `services`, the shares of them with the exact start as
    `recorded` and as `found`, how many are said to be `not_known`, and how many were `spoiled`: rightly recorded, and
    found otherwise."""
    told = pl.concat(
        [
            starts.with_columns(which=pl.lit(ALL)),
            starts.filter("is_carried").with_columns(which=pl.lit(CARRIED)),
        ]
    )
    right = pl.col("recorded_start") == pl.col("true_start")
    found = (pl.col("found_start") == pl.col("true_start")).fill_null(False)
    return told.group_by("which", maintain_order=True).agg(
        services=pl.len(),
        recorded=right.mean(),
        found=found.mean(),
        not_known=pl.col("found_start").is_null().sum(),
        spoiled=(right & ~found).sum(),
    )
