"""Figures by quarter, year, area and team against the truth: as published, and as read naively.

What is true is in `truth_periods.py`; months are in `compare.py`, scores by instrument in `scores.py`.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from cls_pipeline.registry import Registry
from cls_pipeline.sample.survival.compare import CUTOVERS, NEAR, NOT_COMPARABLE
from cls_pipeline.sample.truth_periods import ENTITIES, GROUP_OF, KEY, true_periods

#: What tells a record of each entity from another of its system.
RECORDS: Final = {entity: f"{entity}_id" for entity in ENTITIES} | {
    "hub_session": "session_id",
    "workforce": "team, month",
}
MONTHS: Final = {"month": 1, "quarter": 3, "year": 12}
#: A mean change lies near nought, so a share of itself says nothing; its error is a share of what changed.
INSTEAD: Final = {"change_in_weekly_cost_after_conversation": "weekly_cost_before_conversation"}
#: Only some systems have a field for what these rest on; before a site tells them, it has nothing to lose.
OF_SOME_SYSTEMS: Final = ("goals_met", "open_cases_per_worker", "reviews_with_goals", "team_open_cases_per_worker")
EXACT: Final = 1e-6
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
    select site_id, area, metric_id, grain, period_start, breakdown, breakdown_value, value, flags, unit
    from marts.metric_series
    inner join marts.dim_metric using (metric_id, definition_version)
"""


def periods_compared(con: duckdb.DuckDBPyConnection, home: Path, registry: Registry, until: date) -> pl.DataFrame:
    """The true figures beside those published and those read naively, of every kind of figure that is published.

    An error is a share of the truth, for shares percentage points. Periods that begin in the world's first year are
    left out, as nobody can look back from them; so is what is truly nought, unless it is a share.

    Returns:
        `truth_periods.KEY`, `of` (what the metric is of), `figure` (the metric and what it is broken down by), `near`
        (touches within twelve months of a cutover), `comparable`, `error` and `naive_error` (null by areas, whose
        spelling is each system's own).
    """
    events = {entity: pl.read_parquet(home / "truth" / f"{entity}.parquet") for entity in ENTITIES}
    since = pl.lit(events["workforce"]["month"].min()).dt.offset_by("1y")
    published = con.execute(_PUBLISHED).pl()
    kinds = published.select("metric_id", "grain", "breakdown", "unit").unique()
    true = true_periods(events, registry, until).filter(pl.col("period_start") >= since)
    naive = true_periods(naive_events(con), registry, until).filter(pl.col("area") == "all")
    both = (
        _where_told(true, published)
        .rename({"value": "true_value"})
        .join(kinds, on=["metric_id", "grain", "breakdown"])
        .join(published.drop("unit"), on=KEY, how="left")
        .join(naive.rename({"value": "naive_value"}), on=KEY, how="left")
        .join(
            near_cutovers(true, con.execute(CUTOVERS.format(home=home)).pl()), on=["site_id", "grain", "period_start"]
        )
    )
    return with_errors(both)


def _where_told(true: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Without `OF_SOME_SYSTEMS` up to the period in which a site's system first tells of them."""
    some = pl.col("metric_id").is_in(list(OF_SOME_SYSTEMS))
    first = published.filter(some, pl.col("value") > 0).group_by("site_id", "metric_id")
    begun = first.agg(told_from=pl.min("period_start"))
    since = true.join(begun, on=["site_id", "metric_id"], how="left")
    return since.filter(~some | (pl.col("period_start") > pl.col("told_from")).fill_null(False)).drop("told_from")


def with_errors(both: pl.DataFrame) -> pl.DataFrame:
    base = both.filter(pl.col("metric_id").is_in(list(INSTEAD.values()))).select(*KEY, base="true_value")
    rest = [name for name in KEY if name != "metric_id"]
    instead = both.select(*rest, pl.col("metric_id").replace(INSTEAD)).join(
        base, on=KEY, how="left", maintain_order="left"
    )["base"]
    is_share, is_instead = pl.col("unit") == "percent", pl.col("metric_id").is_in(list(INSTEAD))
    whole = pl.when(is_share).then(100.0).when(is_instead).then(instead).otherwise(pl.col("true_value").abs())
    usable = ~pl.col("flags").list.eval(pl.element().is_in(list(NOT_COMPARABLE))).list.any()
    return (
        both.with_columns(whole=whole)
        .filter(pl.col("whole") > 0)
        .select(
            *KEY,
            pl.col("metric_id").replace_strict(GROUP_OF).alias("of"),
            figure=pl.when(pl.col("breakdown") == "all")
            .then("metric_id")
            .otherwise(pl.concat_str("metric_id", pl.lit(" by "), "breakdown")),
            near="near",
            comparable=(pl.col("value").is_not_null() & usable).fill_null(False),
            error=(pl.col("value") - pl.col("true_value")).abs() / pl.col("whole"),
            naive_error=(pl.col("naive_value") - pl.col("true_value")).abs() / pl.col("whole"),
        )
    )


def near_cutovers(figures: pl.DataFrame, cutovers: pl.DataFrame) -> pl.DataFrame:
    """`site_id`, `grain`, `period_start` and whether a month of the period is within twelve of a cutover."""
    periods = figures.select("site_id", "grain", "period_start").unique()

    def month(day: str) -> pl.Expr:
        return pl.col(day).dt.year() * 12 + pl.col(day).dt.month()

    after = month("cutover") - month("period_start")
    length = pl.col("grain").replace_strict(MONTHS, return_dtype=pl.Int32)
    is_near = after.is_between(-NEAR, length - 1 + NEAR).fill_null(False).any()
    return (
        periods.join(cutovers, on="site_id", how="left").group_by("site_id", "grain", "period_start").agg(near=is_near)
    )


def naive_events(con: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The events of `truth_periods.ENTITIES` from the facts of a warehouse as they are, no area told."""
    found = {}
    for entity in ENTITIES:
        frame = con.execute(_LATEST.format(entity=entity, key=RECORDS[entity])).pl()
        found[entity] = frame.rename({"person_id": "person_number"}, strict=False)
    priced = ("unit_cost", "planned_units_per_week")
    for entity in ("cost_line", "service"):
        found[entity] = found[entity].with_columns(pl.col(priced).cast(pl.Float64))
    # Without a finance system the prices stand with the services.
    lines = found["cost_line"]
    elsewhere = found["service"].join(lines, on="site_id", how="anti")
    columns = [name for name in lines.columns if name in elsewhere.columns]
    found["cost_line"] = pl.concat([lines.select(columns), elsewhere.select(columns)], how="vertical_relaxed")
    found["person"] = found["person"].unique(["site_id", "person_number"], keep="last", maintain_order=True)
    found["request"] = found["request"].with_columns(area=pl.lit(None, dtype=pl.String))
    return found


def periods_accuracy(figures: pl.DataFrame, by: str) -> pl.DataFrame:
    """By `by` (`of`, `metric_id` or `figure`) and whether near a cutover: `of`, `figures`, `coverage`, `exact` (a
    share), `median` and `p95` error of comparable figures, `naive_median` and `naive_p95` of the naive reading of
    them."""
    error, naive = (pl.col(name).filter("comparable") for name in ("error", "naive_error"))
    return (
        figures.group_by(by, "near")
        .agg(
            *([] if by == "of" else [pl.col("of").first()]),
            figures=pl.len(),
            coverage=pl.col("comparable").mean(),
            exact=(error < EXACT).mean(),
            median=error.median(),
            p95=error.quantile(0.95, "linear"),
            naive_median=naive.median(),
            naive_p95=naive.quantile(0.95, "linear"),
        )
        .sort("p95", "coverage", by, descending=[True, False, False], nulls_last=True)
    )
