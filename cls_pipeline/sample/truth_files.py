"""The truth as files: every true event, the registers, and the monthly figures of the world and of its twin.

The pipeline never reads them. What is counted is in `truth.py`, `truth_beyond.py` and `truth_scores.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from cls_pipeline.registry import Registry
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.registers import delayed_discharges, registers, signposting
from cls_pipeline.sample.tally import Calendar
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.truth_beyond import monthly_beyond
from cls_pipeline.sample.truth_scores import yearly_scores
from cls_pipeline.sample.world import Frames, World, make_twin

#: Day numbers and the like, which only the simulation needs.
INNER: Final = (
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


class Keeper:
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
def truth_files(folder: Path) -> Iterator[Keeper]:
    """Files in the folder, closed at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    keeper = Keeper(folder)
    try:
        yield keeper
    finally:
        for writer in keeper.writers.values():
            writer.close()


def keep_truth(world: World, registry: Registry, seed: int, keep: Keeper) -> None:
    """Adds a site to the files."""
    frames = known_on(world, world.span.until)
    site = pl.lit(world.place.site).alias("site_id")
    for entity, frame in frames.items():
        keep(entity, _plain(frame.drop(INNER, strict=False)).select(site, pl.all()))
    kept = registers(world, frames, seed)
    for name, register in kept.items():
        keep(name, _plain(register).select(site, pl.all()))
    keep("scores", yearly_scores(frames["outcome_score"], world.span.until).select(site, pl.all()))
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
