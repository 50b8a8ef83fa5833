"""The scorecard of `cls sample score`: what survives changes of systems, as tables beside what is to be reached."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from rich.table import Table

from cls_pipeline.sample.survival.compare import accuracy
from cls_pipeline.sample.survival.links import quality
from cls_pipeline.sample.survival.periods import periods_accuracy
from cls_pipeline.sample.survival.scores import scores_accuracy
from cls_pipeline.sample.survival.starts import recovered

if TYPE_CHECKING:
    from cls_pipeline.sample.survival.play import Survival

#: What is to be reached within twelve months of a cutover, as shares.
MEDIAN, P95, COVERAGE, TIMES_BETTER = 0.005, 0.03, 0.97, 10
PRECISION = {"some shared id": 0.999, "no shared id": 0.99}
RECALL = {"some shared id": 0.99, "no shared id": 0.85}
EFFECT_WITHIN, BREAKS_FOUND = 0.10, 0.95


def scorecard(played: Sequence[Survival]) -> Iterator[Table]:
    """The tables: errors and coverage of months, scores and further periods, those that miss an aim, links, starts of
    services, breaks, the planted effect."""
    yield _accuracy(played)
    yield _errors(
        pl.concat(one.scores for one in played),
        "scores by instrument and year",
        "site-years",
        "Outcome scores: errors of counts, in points of shares, and of the length of the scale for means",
    )
    yield from period_tables(pl.concat(one.periods for one in played))
    yield _links(played)
    yield _starts(played)
    yield _breaks(played)
    yield _effects(played)


def write_details(played: Sequence[Survival], file: Path) -> None:
    """Writes `periods.periods_accuracy` by metric and what it is broken down by as CSV."""
    periods_accuracy(pl.concat(one.periods for one in played), "figure").write_csv(file)


def table(columns: Sequence[str], numbers: Sequence[str], title: str) -> Table:
    """An empty table; the columns in `numbers` stand to the right."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in numbers else "left", no_wrap=True)
    return made


def _accuracy(played: Sequence[Survival]) -> Table:
    figures = pl.concat(one.figures.with_columns(seed=pl.lit(one.seed)) for one in played)
    rows = sum(one.rows for one in played)
    seeds = ", ".join(str(one.seed) for one in played)
    made = table(
        [
            "metric",
            "months",
            "site-months",
            "coverage",
            "median error",
            "95th",
            "naive median",
            "naive 95th",
            "reached",
        ],
        ["site-months", "coverage", "median error", "95th", "naive median", "naive 95th"],
        f"Published comparable values against the truth: seeds {seeds}, {rows:,} source rows",
    )
    everything = accuracy(figures.with_columns(near=pl.lit(False)))
    near = accuracy(figures.filter("near"))
    for where, rows_of in (("all", everything), ("within 12 of a cutover", near)):
        for row in rows_of.iter_rows(named=True):
            made.add_row(
                row["metric_id"],
                where,
                f"{row['months']:,}",
                f"{row['coverage']:.1%}",
                _percent(row["median"]),
                _percent(row["p95"]),
                _percent(row["naive_median"]),
                _percent(row["naive_p95"]),
                _reached(row) if where != "all" else "",
            )
    return made


def _reached(row: dict[str, Any]) -> str:
    missed = _missed(row)
    if row["median"] and (row["naive_median"] or 0) < TIMES_BETTER * row["median"]:
        missed.append("ten times better")
    return "yes" if not missed else "not: " + ", ".join(missed)


def _missed(row: dict[str, Any]) -> list[str]:
    """Which of the aims of an error and of coverage are missed."""
    aims = (
        ("coverage", row["coverage"] >= COVERAGE),
        ("median", (row["median"] or 0) <= MEDIAN),
        ("95th", (row["p95"] or 0) <= P95),
    )
    return [name for name, is_reached in aims if not is_reached]


def period_tables(figures: pl.DataFrame) -> Iterator[Table]:
    """Of `periods.periods_compared`: a table by what metrics are of, worst first, and one of metrics that are off by
    too much within twelve months of a cutover; those that are seldom comparable are named below it."""
    numbers = ["figures", "coverage", "exact", "median", "95th", "naive median", "naive 95th"]
    groups = table(
        ["figures of", "periods", *numbers],
        numbers,
        "By quarter, year, area and team: errors as a share of the truth, of shares in points",
    )
    found = periods_accuracy(figures, "of")
    for near, where in ((True, "within 12 of a cutover"), (False, "others")):
        for row in found.filter(pl.col("near") == near).iter_rows(named=True):
            groups.add_row(row["of"], where, *_period_cells(row))
    yield groups
    close = figures.filter("near")
    missing = table(
        ["metric", "of", *numbers],
        numbers,
        f"Of these within 12 months of a cutover, what is off by more than is to be reached (median {MEDIAN:.1%},"
        f" 95th {P95:.0%})",
    )
    for row in periods_accuracy(close, "figure").iter_rows(named=True):
        if set(_missed(row)) - {"coverage"}:
            missing.add_row(row["figure"], row["of"], *_period_cells(row))
    seldom = periods_accuracy(close, "metric_id").filter(pl.col("coverage") < COVERAGE).sort("coverage", "metric_id")
    names = [f"{metric} {share:.1%}" for metric, share in seldom.select("metric_id", "coverage").iter_rows()]
    missing.caption = f"Comparable less often than {COVERAGE:.0%}: {', '.join(names) or 'none'}"
    missing.caption_justify = "left"
    yield missing


def _period_cells(row: dict[str, Any]) -> list[str]:
    errors = (_percent(row[name]) for name in ("median", "p95", "naive_median", "naive_p95"))
    return [f"{row['figures']:,}", f"{row['coverage']:.1%}", f"{row['exact'] or 0:.1%}", *errors]


def _errors(figures: pl.DataFrame, what: str, counted: str, title: str) -> Table:
    numbers = [counted, "coverage", "median error", "95th", "naive median", "naive 95th"]
    made = table([what, *numbers], numbers, title)
    for row in scores_accuracy(figures).iter_rows(named=True):
        errors = (_percent(row[name]) for name in ("median", "p95", "naive_median", "naive_p95"))
        made.add_row(row["metric_id"], f"{row['figures']:,}", f"{row['coverage']:.1%}", *errors)
    return made


def _links(played: Sequence[Survival]) -> Table:
    made = table(
        ["people linked", "true pairs", "precision", "recall", "to reach"],
        ["true pairs", "precision", "recall"],
        "One person across systems",
    )
    for row in quality(pl.concat(one.pairs for one in played)).iter_rows(named=True):
        name = row["evidence"]
        aim = f"{PRECISION[name]:.1%} and {RECALL[name]:.0%}" if name in PRECISION else ""
        made.add_row(name, f"{row['pairs']:,}", _percent(row["precision"]), _percent(row["recall"]), aim)
    return made


def _starts(played: Sequence[Survival]) -> Table:
    made = table(
        ["open services", "services", "start as recorded is exact", "as found", "not known", "spoiled"],
        ["services", "start as recorded is exact", "as found", "not known", "spoiled"],
        "When open support truly began",
    )
    for row in recovered(pl.concat(one.starts for one in played)).iter_rows(named=True):
        counts = (str(row[name]) for name in ("not_known", "spoiled"))
        made.add_row(row["which"], f"{row['services']:,}", _percent(row["recorded"]), _percent(row["found"]), *counts)
    return made


def _breaks(played: Sequence[Survival]) -> Table:
    breaks = pl.concat(one.breaks.with_columns(seed=pl.lit(one.seed)) for one in played)
    sites = sum(one.figures["site_id"].n_unique() for one in played)
    made = table(
        ["metric", "true breaks over 5 %", "of these told", "false alarms"],
        ["true breaks over 5 %", "of these told", "false alarms"],
        f"Breaks in the values as recorded (to reach: {BREAKS_FOUND:.0%} told, fewer false alarms than sites: {sites})",
    )
    counted = breaks.group_by("metric_id").agg(
        true=pl.col("is_true").sum(),
        told=(pl.col("is_true") & pl.col("is_told")).sum(),
        false=(~pl.col("is_true")).sum(),
    )
    for row in counted.sort("metric_id").iter_rows(named=True):
        made.add_row(row["metric_id"], str(row["true"]), str(row["told"]), str(row["false"]))
    made.add_row("all", *(str(int(counted[name].sum())) for name in ("true", "told", "false")))
    return made


def _effects(played: Sequence[Survival]) -> Table:
    readings = {"true_value": "truth", "value": "linked", "value_raw": "raw", "naive_value": "naive"}
    made = table(
        ["metric", *readings.values(), "linked off by", "naive off by"],
        [*readings.values(), "linked off by", "naive off by"],
        f"The planted effect at full strength (to reach: linked within {EFFECT_WITHIN:.0%} of the truth)",
    )
    effects = pl.concat(one.effects for one in played).group_by("metric_id").agg(pl.col(*readings).mean())
    for row in effects.sort("metric_id").iter_rows(named=True):
        true = row["true_value"]
        off = [None if not true or row[name] is None else row[name] / true - 1 for name in ("value", "naive_value")]
        made.add_row(row["metric_id"], *(_percent(row[name]) for name in readings), *(_percent(one) for one in off))
    return made


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.2f} %"
