"""The evidence on all series at once, frame in and frame out. The methods are in the modules that this one calls."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

import polars as pl

from cls_pipeline.evidence.detect import Found, Reach, detect
from cls_pipeline.evidence.overlap import preferred, step_in_overlap
from cls_pipeline.evidence.peers import panel_of
from cls_pipeline.evidence.pool import pool_of, pooled
from cls_pipeline.evidence.scale import Scale, scale_of
from cls_pipeline.evidence.step import Step, placebos_of, step_at
from cls_pipeline.evidence.verdict import verdict_on

_Schema = Mapping[str, type[pl.DataType]]

MEASURED: _Schema = {
    "site_id": pl.String,
    "metric_id": pl.String,
    "month": pl.Date,
    "method": pl.String,
    "shift": pl.Float64,
    "low": pl.Float64,
    "high": pl.Float64,
    "size": pl.Float64,
    "size_low": pl.Float64,
    "size_high": pl.Float64,
    "level": pl.Float64,
    "months_before": pl.Int32,
    "months_after": pl.Int32,
    "peers": pl.Int32,
    "note": pl.String,
    "verdict": pl.String,
}
FOUND: _Schema = {
    "metric_id": pl.String,
    "site_id": pl.String,
    "kind": pl.String,
    "month": pl.Date,
    "months": pl.Int32,
    "shift": pl.Float64,
    "size": pl.Float64,
    "size_low": pl.Float64,
    "size_high": pl.Float64,
    "score": pl.Float64,
}
REACH: _Schema = {
    "metric_id": pl.String,
    "site_id": pl.String,
    "months": pl.Int32,
    "detectable": pl.Float64,
    "note": pl.String,
}


def scales_of(series: pl.DataFrame) -> dict[str, Scale]:
    """The scale of each metric from its `unit`.

    Raises:
        ValueError: a metric comes in two units.
    """
    units = series.select("metric_id", "unit").unique().sort("metric_id", "unit")
    twice = units.filter(pl.col("metric_id").is_duplicated())
    if not twice.is_empty():
        raise ValueError(
            f"Metric {twice['metric_id'][0]} comes in the units {', '.join(twice['unit'])}; one is needed."
        )
    return {metric: scale_of(unit) for metric, unit in units.iter_rows()}


def measure_breaks(
    series: pl.DataFrame, breaks: pl.DataFrame, parallel: pl.DataFrame | None = None, pool: bool = False
) -> pl.DataFrame:
    """Every known break measured, with its verdict.

    Args:
        series: as recorded: `site_id`, `metric_id`, `month` (first of month), `value` (null where none) and `unit`.
        breaks: `site_id`, `metric_id` and `month`, the first month of the new level; declared and detected alike.
        parallel: months that both systems report: `site_id`, `metric_id`, `month` (of the break), `overlap_month`,
            `value_old` and `value_new`.
        pool: whether measurements against peers are drawn towards what breaks of the metric usually do, see `pool`.

    Returns:
        A row for each break of a metric that is in the series, columns as in MEASURED.
    """
    rows = []
    for metric, scale in scales_of(series).items():
        wanted = breaks.filter(pl.col("metric_id") == metric).unique(["site_id", "month"]).sort("site_id", "month")
        panel = panel_of(series.filter(pl.col("metric_id") == metric), wanted, scale)
        wanted = wanted.filter(pl.col("site_id").is_in(panel.sites))
        if wanted.is_empty():
            continue
        placebos = placebos_of(panel)
        places = list(wanted.select("site_id", "month").iter_rows())
        steps = [step_at(panel, site, month, placebos=placebos) for site, month in places]
        usual = pool_of(steps) if pool else None
        if usual is not None:
            steps = [pooled(step, usual, scale) for step in steps]
        for (site, month), step in zip(places, steps, strict=True):
            best = preferred(_overlap(parallel, site, metric, month, scale), step)
            rows.append({"site_id": site, "metric_id": metric, "month": month, **asdict(best)})
            rows[-1]["verdict"] = verdict_on(best)
    return pl.DataFrame(rows, schema=dict(MEASURED))


def find_breaks(series: pl.DataFrame, breaks: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What happened beside the known breaks (columns as in FOUND), and what could be seen (columns as in REACH).

    Args:
        series, breaks: as for `measure_breaks`.
    """
    found, reach = [], []
    for metric, scale in scales_of(series).items():
        known = breaks.filter(pl.col("metric_id") == metric)
        events, seen = detect(panel_of(series.filter(pl.col("metric_id") == metric), known, scale))
        found += [_row(metric, event) for event in events]
        reach += [_row(metric, one) for one in seen]
    return pl.DataFrame(found, schema=dict(FOUND)), pl.DataFrame(reach, schema=dict(REACH))


def _row(metric: str, of: Found | Reach) -> dict[str, object]:
    return {"metric_id": metric, **asdict(of)}


def _overlap(parallel: pl.DataFrame | None, site: str, metric: str, month: object, scale: Scale) -> Step:
    if parallel is None:
        return Step("thin")
    both = parallel.filter(site_id=site, metric_id=metric, month=month).drop("month")
    old, new = (
        both.select(pl.col("overlap_month").alias("month"), pl.col(name).alias("value"))
        for name in ("value_old", "value_new")
    )
    return step_in_overlap(old, new, scale)
