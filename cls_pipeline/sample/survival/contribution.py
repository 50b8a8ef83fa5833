"""Contribution against the planted effect: do intervals hold the true size, and how often is one found where none is?

Run as `python -m cls_pipeline.sample.survival.contribution HOME` on a simulated home: on its true figures, on those of
the world without the programme, and on what the warehouse made of its records, if it is built.
"""

from __future__ import annotations

import sys
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import numpy as np
import polars as pl

from cls_pipeline.evidence.comparison_line import HALF
from cls_pipeline.evidence.contribution import contributions
from cls_pipeline.registry import load_registry
from cls_pipeline.sample.places import read_sites
from cls_pipeline.settings import get_settings

UNITS: Final = {
    "requests_resolved_at_first_contact": "percent",
    "people_waiting_for_assessment": "people",
    "median_days_request_to_assessment": "days",
    "people_with_long_term_support": "people",
}
#: The true figures by area, as the warehouse calls and tells them: by quarter, a stock at its end.
BY_AREA: Final = {
    "requests_resolved_at_first_contact": "resolved_at_first_contact_by_area",
    "people_waiting_for_assessment": "people_waiting_by_area",
}
_MONTHLY: Final = """
    with
        parts as (select distinct site_id, area, innovation_area from '{truth}/programme.parquet'),
        monthly as (
            select
                figures.site_id, metric_id, month, numerator, denominator, value,
                case when figures.area = 'all' or innovation_area then figures.area else 'rest' end as area
            from '{truth}/monthly.parquet' as figures left join parts using (site_id, area)
            where world = '{world}' and metric_id in {metrics}
        )
    select
        site_id, 'all' as area, metric_id, 'month' as grain, month as period_start, value,
        coalesce(denominator, numerator) as people
    from monthly where area = 'all'
    union all
    select
        site_id, area, case metric_id {names} end as metric_id, 'quarter', date_trunc('quarter', month)::date,
        case when any_value(denominator) is null then sum(numerator) filter (month(month) % 3 = 0)
            else 100 * sum(numerator) / nullif(sum(denominator), 0) end,
        coalesce(sum(denominator), sum(numerator) filter (month(month) % 3 = 0))
    from monthly where area <> 'all' and metric_id in {with_area} group by all
"""


def true_series(truth: Path, world: str) -> pl.DataFrame:
    """The true figures of a world (`as_is` or `without_programme`) as `contributions` takes them."""
    names = " ".join(f"when '{metric}' then '{name}'" for metric, name in BY_AREA.items())
    question = _MONTHLY.format(truth=truth, world=world, metrics=tuple(UNITS), names=names, with_area=tuple(BY_AREA))
    with closing(duckdb.connect()) as con:
        return con.sql(question).pl()


def estimates(series: pl.DataFrame) -> pl.DataFrame:
    """Contributions of true figures, by the programme as the registry has it and with no break anywhere."""
    registry = load_registry(get_settings().contracts_dir)
    areas = [
        (site.id, area.name, area.start, area.innovation)
        for site in registry.senders.values()
        if site.programme
        for area in site.programme.areas
    ]
    units = UNITS | {name: UNITS[metric] for metric, name in BY_AREA.items()}
    metrics = series.select("metric_id").unique().sort("metric_id")
    return contributions(
        series,
        pl.DataFrame(areas, schema=["site_id", "area", "start_date", "is_innovation"], orient="row"),
        pl.DataFrame(schema={"site_id": pl.String, "metric_id": pl.String, "break_date": pl.Date}),
        pl.DataFrame([site[:2] for site in read_sites()], schema=["site_id", "nation"], orient="row"),
        metrics.with_columns(
            unit=pl.col("metric_id").replace_strict(units), comparability=pl.lit("limited"), is_published=False
        ),
    )


def true_effect(row: dict[str, object], as_is: pl.DataFrame, without: pl.DataFrame) -> float | None:
    """What the programme did to a figure over the points after, in the unit of the estimate, its comparison's own
    effect taken off; None where the true figures don't tell."""
    first, last = _after(row)

    def gap(area: object) -> float | None:
        def scaled(world: pl.DataFrame) -> pl.DataFrame:
            kept = world.filter(
                pl.col("site_id") == row["site_id"],
                pl.col("area") == area,
                pl.col("metric_id") == row["metric_id"],
                pl.col("period_start").is_between(first, last),
            )
            is_ratio = row["unit"] == "percent"
            value = pl.col("value").clip(HALF).log() if is_ratio else pl.col("value")
            return kept.select("period_start", "people", value=value).drop_nulls()

        both = scaled(as_is).join(scaled(without), on="period_start", suffix="_without")
        if not both.height:
            return None
        return float(np.average(both["value"] - both["value_without"], weights=both["people"].clip(HALF)))

    own = gap(row["area"])
    rest = gap("rest") if row["design"] == "innovation_area" else 0.0
    if own is None or rest is None:
        return None
    return 100 * float(np.expm1(own - rest)) if row["unit"] == "percent" else own - rest


def _after(row: dict[str, object]) -> tuple[date, date]:
    """First and last period after the start of a row."""
    last = row["period_until"]
    assert isinstance(last, date)
    step = 3 if row["design"] == "innovation_area" else 1
    months = 12 * last.year + last.month - 1 - step * (int(str(row["points_after"])) - 1)
    return date(months // 12, months % 12 + 1, 1), last


def scored(found: pl.DataFrame, truth: Path) -> pl.DataFrame:
    """`summed` of the sites' estimates that are shown, each beside its true size."""
    as_is, without = (true_series(truth, world) for world in ("as_is", "without_programme"))
    shown = found.filter(
        "is_shown", pl.col("site_id") != "programme", pl.col("metric_id").is_in(as_is["metric_id"].unique().to_list())
    )
    rows = [row | {"true": true_effect(row, as_is, without)} for row in shown.rows(named=True)]
    return summed(pl.DataFrame(rows, schema_overrides={"true": pl.Float64}))


def summed(rows: pl.DataFrame) -> pl.DataFrame:
    """By design and metric, and by design: how many sites have an estimate, how many intervals hold the true size; how
    many effects were `planted`, how many of these are `found` (the interval leaves nought out on their side); how many
    intervals leave nought out where there is no effect or one the other way (`false`); the means of true size and
    estimate, and the median half width."""
    true, low, high = (pl.col(name) for name in ("true", "low", "high"))
    is_told = (low > 0) | (high < 0)
    is_found = ((low > 0) & (true > 0)) | ((high < 0) & (true < 0))
    known = rows.drop_nulls("true")
    everything = known.with_columns(metric_id=pl.lit("all"))
    counted = (
        pl.concat([known, everything])
        .group_by("design", "metric_id")
        .agg(
            sites=pl.len(),
            inside=true.is_between("low", "high").sum(),
            planted=(true != 0).sum(),
            found=is_found.sum(),
            false=(is_told & ~is_found).sum(),
            true=true.mean().round(2),
            estimate=pl.mean("estimate").round(2),
            half_width=((high - low) / 2).median().round(2),
        )
        .sort("design", "metric_id")
    )
    # Means over figures of several units say nothing.
    means = ("true", "estimate", "half_width")
    return counted.with_columns(pl.when(pl.col("metric_id") != "all").then(pl.col(means)))


def main(home: Path) -> None:
    """Prints three tables: on true figures, without the programme, and on the warehouse's figures."""
    truth, warehouse = home / "truth", home / "warehouse" / "warehouse.duckdb"
    without = estimates(true_series(truth, "without_programme"))
    nought = without.filter("is_shown", pl.col("site_id") != "programme").with_columns(true=pl.lit(0.0))
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_width_chars=200, fmt_str_lengths=50):
        print("On true figures:", scored(estimates(true_series(truth, "as_is")), truth), sep="\n")
        print("On the figures of the world without the programme:", summed(nought), sep="\n")
        if warehouse.exists():
            with closing(duckdb.connect(str(warehouse), read_only=True)) as con:
                made = con.sql("from marts.contribution").pl()
            print("On what the warehouse made of the records:", scored(made, truth), sep="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
