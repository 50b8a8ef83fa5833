"""Writes a simulated programme: deliveries under `inbox/<sender>/`, and the truth beside them under `truth/`.

The pipeline never reads `truth/`. One site is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from rich.progress import Progress

from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.accidents import Mishap, accidents_with, no_accident
from cls_pipeline.sample.days import span_of
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import place_of
from cls_pipeline.sample.record import handovers, held
from cls_pipeline.sample.registers import delayed_discharges, registers, signposting
from cls_pipeline.sample.render import render
from cls_pipeline.sample.tally import Calendar
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.truth_beyond import monthly_beyond
from cls_pipeline.sample.world import Frames, World, make_twin, make_world
from cls_pipeline.settings import get_settings

#: Day numbers and the like, which only the simulation needs.
INNER = (
    "day",
    "start",
    "end",
    "end_day",
    "arrived",
    "dies",
    "born",
    "moves",
    "area_after",
    "cares_for",
    "cared_dies",
    "key",
    "eligible",
    "base_price",
    "supported_at_start",
)


@dataclass(frozen=True)
class SampleSummary:
    """What was written: source rows and files in the inboxes, and for how many sites."""

    rows: int
    files: int
    sites: int


def write_sample(
    directory: Path,
    *,
    seed: int,
    years: int,
    scale: float,
    until: date,
    accidents: bool = True,
    registry: Registry | None = None,
    progress: Progress | None = None,
) -> SampleSummary:
    """Writes what the programme's sites would deliver on a day; identical bytes for the same arguments.

    Args:
        directory: gets `inbox/` and `truth/`.
        years: how many years of history, ending on `until`.
        scale: 1 is the programme at real size.
        accidents: whether bad rows and one bad export are among the deliveries (never in the truth).

    Raises:
        ValueError: an argument makes no sense, or a profile cannot say something of the world.
    """
    if years < 1 or scale <= 0:
        raise ValueError(f"Give at least one year and a scale above 0; found {years} years and scale {scale}.")
    registry = registry or load_registry(get_settings().contracts_dir)
    sites = [sender for sender in registry.senders.values() if sender.kind == "site"]
    span = span_of(years, until)
    mishap = accidents_with(seed) if accidents else no_accident
    task = progress.add_task("Simulating", total=len(sites)) if progress else None
    rows = files = 0
    # The truth and its twin are counted beside the writing of the files; both are done before the next site.
    with _parquet_files(directory / "truth") as keep, ThreadPoolExecutor(1) as beside:
        for sender in sorted(sites, key=lambda item: item.id):
            if progress and task is not None:
                progress.update(task, description=f"Simulating {sender.name}")
            world = make_world(place_of(sender.id, seed, scale, until), span, seed)
            kept = beside.submit(_keep_truth, world, registry, seed, keep)
            for name, content, height in _delivered(world, sender.id, registry, seed, mishap):
                path = directory / "inbox" / sender.id / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
                rows, files = rows + height, files + 1
            kept.result()
            if progress and task is not None:
                progress.advance(task)
    return SampleSummary(rows, files, len(sites))


def _delivered(
    world: World, site: str, registry: Registry, seed: int, mishap: Mishap
) -> Iterator[tuple[str, bytes, int]]:
    for handover in handovers(registry.senders[site], registry, world.span):
        yield from render(held(world, handover, seed), handover, registry, mishap)


class _Keeper:
    """Parquet files that grow by a site at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.writers: dict[str, pq.ParquetWriter] = {}

    def __call__(self, name: str, frame: pl.DataFrame) -> None:
        table: pa.Table = frame.to_arrow()
        if name not in self.writers:
            self.writers[name] = pq.ParquetWriter(self.folder / f"{name}.parquet", table.schema, compression="zstd")
        self.writers[name].write_table(table)


@contextmanager
def _parquet_files(folder: Path) -> Iterator[_Keeper]:
    folder.mkdir(parents=True, exist_ok=True)
    keeper = _Keeper(folder)
    try:
        yield keeper
    finally:
        for writer in keeper.writers.values():
            writer.close()


def _keep_truth(world: World, registry: Registry, seed: int, keep: _Keeper) -> None:
    frames = known_on(world, world.span.until)
    site = pl.lit(world.place.site).alias("site_id")
    for entity, frame in frames.items():
        keep(entity, _plain(frame.drop(INNER, strict=False)).select(site, pl.all()))
    kept = registers(world, frames, seed)
    for name, register in kept.items():
        keep(name, _plain(register).select(site, pl.all()))
    as_is = _monthly(world, frames, kept, registry)
    twin = make_twin(world, seed)
    # A place where the programme has no effect is its own twin.
    without = as_is if twin is world else _monthly_of_twin(twin, registry, seed)
    for name, monthly in (("as_is", as_is), ("without_programme", without)):
        keep("monthly", monthly.select(site, pl.all(), pl.lit(name).alias("world")))


def _monthly_of_twin(twin: World, registry: Registry, seed: int) -> pl.DataFrame:
    frames = known_on(twin, twin.span.until)
    kept = {
        "signposting": signposting(frames),
        "delayed_discharge": delayed_discharges(twin.place, frames, seed),
    }
    return _monthly(twin, frames, kept, registry)


def _monthly(world: World, frames: Frames, kept: Frames, registry: Registry) -> pl.DataFrame:
    calendar = Calendar(world.span.months, world.place.areas)
    return pl.concat(
        [
            monthly_truth(frames, calendar.months, registry.code_lists, calendar.areas),
            monthly_beyond(frames, kept["signposting"], kept["delayed_discharge"], calendar, registry.code_lists),
        ]
    )


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.Enum, pl.Categorical).cast(pl.String))
