"""Plays one seed of the simulated programme through the pipeline in a home of its own and measures what survives."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import polars as pl

from cls_pipeline.exporting import export_sources
from cls_pipeline.loading import load_sender
from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.days import month_end
from cls_pipeline.sample.survival.breaks import breaks_found
from cls_pipeline.sample.survival.compare import accuracy, compared
from cls_pipeline.sample.survival.effect import estimate, reached
from cls_pipeline.sample.survival.links import pairs_of
from cls_pipeline.sample.survival.naive import naive_monthly
from cls_pipeline.sample.survival.periods import periods_compared
from cls_pipeline.sample.survival.scores import naive_scores, scores_compared
from cls_pipeline.sample.survival.starts import starts_of
from cls_pipeline.sample.write import write_sample
from cls_pipeline.settings import Settings, get_settings
from cls_pipeline.warehouse.build import (
    BUILD_ARGUMENTS,
    dbt_env,
    dbt_executable,
    prepare,
    warehouse_file,
)

READINGS = ("true_value", "value", "value_raw", "naive_value")


@dataclass(frozen=True)
class Survival:
    """What one seed showed: `figures` (see `compare.compared`), `accuracy`, `pairs` of people (see `links.pairs_of`),
    `breaks` (see `breaks.breaks_found`), `effects` (`metric_id` and the estimate by reading), `starts` of services
    (see `starts.starts_of`), outcome `scores` (see `scores.scores_compared`) and figures of other `periods` (see
    `periods.periods_compared`)."""

    seed: int
    rows: int
    figures: pl.DataFrame
    accuracy: pl.DataFrame
    pairs: pl.DataFrame
    breaks: pl.DataFrame
    effects: pl.DataFrame
    starts: pl.DataFrame
    scores: pl.DataFrame
    periods: pl.DataFrame


def survive(
    seed: int, *, scale: float, years: int, until: date, say: Callable[[str], None] = lambda _: None
) -> Survival:
    """Simulates, loads, links, builds and compares.

    Raises:
        RuntimeError: dbt could not build the warehouse.
    """
    registry = load_registry(get_settings().contracts_dir)
    with tempfile.TemporaryDirectory(prefix="cls-survival-") as folder:
        settings = Settings(home=Path(folder) / "home", pseudonym_key_file=Path(folder) / "key")
        say("simulating")
        made = write_sample(settings.home, seed=seed, years=years, scale=scale, until=until, registry=registry)
        for sender in registry.senders.values():
            if sender.kind == "site":
                say(f"loading {sender.name}")
                load_sender(sender.id, registry, settings)
        say("linking people")
        export_sources(registry, settings)
        say("building the marts")
        _build(settings)
        say("comparing")
        with closing(duckdb.connect(str(warehouse_file(settings)), read_only=True)) as con:
            return _measured(con, seed, made.rows, registry, settings)


def _build(settings: Settings) -> None:
    prepare(settings)
    command = [dbt_executable(), "--quiet", "--no-use-colors", *BUILD_ARGUMENTS]
    done = subprocess.run(command, env={**os.environ, **dbt_env(settings)}, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"dbt could not build the warehouse:\n{(done.stdout + done.stderr)[-4000:]}")


def _measured(con: duckdb.DuckDBPyConnection, seed: int, rows: int, registry: Registry, settings: Settings) -> Survival:
    truth = settings.home / "truth"
    months = pl.read_parquet(truth / "monthly.parquet")["month"].unique().sort().to_list()
    sites = sorted(sender.id for sender in registry.senders.values() if sender.kind == "site")
    naive = pl.concat(
        naive_monthly(con, site, months, registry.code_lists).select(pl.lit(site).alias("site_id"), pl.all())
        for site in sites
    )
    figures = compared(con, settings.home, naive)
    joined = pl.concat(
        naive_scores(con, site, month_end(months[-1])).select(pl.lit(site).alias("site_id"), pl.all()) for site in sites
    )
    people = pl.read_parquet(truth / "person.parquet").group_by("site_id").agg(pl.col("person_number").max())
    last = dict(people.iter_rows())
    pairs = pl.concat(pairs_of(con, site, registry, seed, last.get(site, 0), settings.pseudonym_key) for site in sites)
    exposure = reached(pl.read_parquet(truth / "programme.parquet"), months)
    services = pl.read_parquet(truth / "service.parquet", columns=["site_id", "service_id", "start_date"])
    return Survival(
        seed=seed,
        rows=rows,
        figures=figures,
        accuracy=accuracy(figures),
        pairs=pairs,
        breaks=breaks_found(con, figures),
        effects=_effects(figures, exposure),
        starts=pl.concat(starts_of(con, site, seed, services) for site in sites),
        scores=scores_compared(con, settings.home, joined),
        periods=periods_compared(con, settings.home, registry, month_end(months[-1])),
    )


def _effects(figures: pl.DataFrame, exposure: pl.DataFrame) -> pl.DataFrame:
    """On the months that are comparable, so that all readings speak of the same ones."""
    usable = figures.filter("comparable")
    found = []
    for (metric,), frame in usable.group_by("metric_id", maintain_order=True):
        estimates = [estimate(frame.select("site_id", "month", value=reading), exposure) for reading in READINGS]
        found.append((str(metric), *estimates))
    schema = {"metric_id": pl.String} | dict.fromkeys(READINGS, pl.Float64)
    return pl.DataFrame(found, schema=schema, orient="row").sort("metric_id")
