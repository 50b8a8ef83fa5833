"""The naive reading: the latest export of each system put together, nobody linked, nothing set right, nothing carried.

What an analyst has who joins the files. It is counted with the truth's own code, so that only the records differ.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import duckdb
import polars as pl

from cls_pipeline.registry import CodeList
from cls_pipeline.sample.days import NEVER
from cls_pipeline.sample.truth import monthly_truth

COLUMNS: Final = {
    "request": ("request_id", "person_id", "request_date", "event_outcome"),
    "assessment": ("assessment_id", "person_id", "start_date"),
    "service": (
        "service_id",
        "person_id",
        "service_type",
        "start_date",
        "end_date",
        "unit_cost",
        "cost_frequency",
        "planned_units_per_week",
    ),
    "cost_line": (
        "service_id",
        "person_id",
        "start_date",
        "end_date",
        "unit_cost",
        "cost_frequency",
        "planned_units_per_week",
    ),
}


def naive_monthly(
    con: duckdb.DuckDBPyConnection, site: str, months: list[date], lists: dict[str, CodeList]
) -> pl.DataFrame:
    """The columns of `truth.monthly_truth` for a site, from the facts of a warehouse as they are."""
    frames = {entity: con.execute(_latest(entity, columns), [site]).pl() for entity, columns in COLUMNS.items()}
    everybody = pl.concat([frame["person_id"] for frame in frames.values()]).drop_nulls().unique().sort()
    numbers = {person: number for number, person in enumerate(everybody, start=1)}
    for entity, frame in frames.items():
        frame = frame.with_columns(
            person_number=pl.col("person_id").replace_strict(numbers, default=None, return_dtype=pl.Int64)
        ).filter(pl.col("person_number").is_not_null())
        frames[entity] = _numbered(entity, frame)
    if frames["cost_line"].is_empty():
        # Without a finance system the prices stand with the services.
        frames["cost_line"] = frames["service"]
    return monthly_truth(frames, months, lists)


def _latest(entity: str, columns: tuple[str, ...]) -> str:
    """Each record as its system last sent it."""
    named = ", ".join(f"records.{name}" for name in columns)
    return f"""
        select {named}
        from facts.fct_{entity} as records
        inner join intermediate.int_load as loads
            on records.site_id = loads.sender_id and records.load_id = loads.load_id and loads.entity = '{entity}'
        where records.site_id = ?
        qualify row_number() over (
            partition by records.system_id, records.{entity}_id order by loads.precedence desc
        ) = 1
    """


def _numbered(entity: str, frame: pl.DataFrame) -> pl.DataFrame:
    """With the day numbers and prices that the truth's code reads."""
    first = "request_date" if entity == "request" else "start_date"
    frame = frame.filter(pl.col(first).is_not_null()).with_columns(day=pl.col(first).cast(pl.Int32))
    if "unit_cost" in frame.columns:
        frame = frame.with_columns(
            pl.col("unit_cost").cast(pl.Float64),
            start=pl.col("start_date").cast(pl.Int32),
            end=pl.col("end_date").cast(pl.Int32).fill_null(NEVER),
        )
    return frame.sort(first)
