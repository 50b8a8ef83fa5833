"""Hubs, staff and the way to support against the truth: the figures by quarter as published, and as read naively."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from cls_pipeline.sample.survival.compare import NOT_COMPARABLE
from cls_pipeline.sample.truth_quarters import quarterly_truth

KEY: Final = ["site_id", "metric_id", "quarter_start", "breakdown", "breakdown_value"]
#: What tells a record of each entity from another of its system.
RECORDS: Final = {
    "hub_session": "session_id",
    "workforce": "team, month",
    "request": "request_id",
    "assessment": "assessment_id",
    "service": "service_id",
    "review": "review_id",
    "person": "person_id",
}
#: The latest export of each system put together, as by an analyst who joins the files. A person of two systems is two.
_LATEST: Final = """
    select records.*
    from facts.fct_{entity} as records
    inner join intermediate.int_load as loads
        on records.site_id = loads.sender_id and records.load_id = loads.load_id and loads.entity = '{entity}'
    qualify row_number() over (
        partition by records.site_id, records.system_id, {key} order by loads.precedence desc
    ) = 1
"""
_PUBLISHED: Final = """
    select site_id, metric_id, period_start as quarter_start, breakdown, breakdown_value, value, flags
    from marts.metric_series
    where grain = 'quarter' and area = 'all'
"""


def quarters_compared(con: duckdb.DuckDBPyConnection, home: Path, until: date) -> pl.DataFrame:
    """The true figures by quarter beside those published and those read naively; an error is a share of the truth.

    Quarters of the world's first year are left out: nobody can look back from them.

    Returns:
        `site_id`, `metric_id`, `quarter_start`, `breakdown`, `breakdown_value`, `comparable`, `error`, `naive_error`.
    """
    events = {entity: pl.read_parquet(home / "truth" / f"{entity}.parquet") for entity in RECORDS}
    true = quarterly_truth(events, until).filter(pl.col("value") > 0)
    since = events["workforce"]["month"].min()
    true = true.filter(pl.col("quarter_start") >= pl.lit(since).dt.offset_by("1y"))
    naive = quarterly_truth({entity: _naive(con, entity) for entity in RECORDS}, until)
    both = (
        true.select(*KEY, true_value="value")
        .join(con.execute(_PUBLISHED).pl(), on=KEY, how="left")
        .join(naive.select(*KEY, naive_value="value"), on=KEY, how="left")
    )
    usable = ~pl.col("flags").list.eval(pl.element().is_in(list(NOT_COMPARABLE))).list.any()
    return both.select(
        *KEY,
        comparable=(pl.col("value").is_not_null() & usable).fill_null(False),
        error=(pl.col("value") - pl.col("true_value")).abs() / pl.col("true_value"),
        naive_error=(pl.col("naive_value") - pl.col("true_value")).abs() / pl.col("true_value"),
    )


def _naive(con: duckdb.DuckDBPyConnection, entity: str) -> pl.DataFrame:
    found = con.execute(_LATEST.format(entity=entity, key=RECORDS[entity])).pl()
    return found.rename({"person_id": "person_number"}, strict=False)
