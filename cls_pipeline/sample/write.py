"""Writes a simulated programme: deliveries under `inbox/<sender>/` or by night, and the truth beside them in `truth/`.

One site is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl
from rich.progress import Progress

from cls_pipeline.registry import Registry, Sender, load_registry
from cls_pipeline.sample.days import Span, span_of
from cls_pipeline.sample.places import place_of
from cls_pipeline.sample.recording.accidents import ACCIDENTS, Mishap, accidents_with
from cls_pipeline.sample.recording.distort import Distorting, checked, distortions
from cls_pipeline.sample.recording.extract import Handover, handovers, only_changes, within_period
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.nights import nights_of
from cls_pipeline.sample.recording.render import render, tables
from cls_pipeline.sample.truth_files import keep_truth, truth_files
from cls_pipeline.sample.world import World, make_world
from cls_pipeline.settings import get_settings


@dataclass(frozen=True)
class SampleSummary:
    """What was written: source rows and files, and for how many sites."""

    rows: int
    files: int
    sites: int


def catalogue() -> list[tuple[str, str, str]]:
    """Everything that can be left out: its name, where it acts, and what it does."""
    found = [(one.name, one.at, one.acts_on) for one in distortions().values()]
    return found + [(one.name, "export", f"{one.entity} of {one.site}: {one.what}") for one in ACCIDENTS]


def everything() -> tuple[str, ...]:
    """The names of all distortions and accidents."""
    return tuple(name for name, _, _ in catalogue())


def write_sample(
    directory: Path,
    *,
    seed: int,
    years: int,
    scale: float,
    until: date,
    without: frozenset[str] = frozenset(),
    nights: tuple[date, date] | None = None,
    registry: Registry | None = None,
    progress: Progress | None = None,
) -> SampleSummary:
    """Writes what the programme's sites would deliver; identical bytes for the same arguments.

    Args:
        directory: gets `inbox/<sender>/`, or with `nights` `nights/<day>/<sender>/`, and `truth/`.
        years: how many years of history, ending on `until`.
        scale: 1 is the programme at real size.
        until: the last day; with `nights`, the last of them.
        without: names of distortions and accidents (see `everything`) that do not happen. The truth is the same.

    Raises:
        ValueError: an argument makes no sense, or a profile cannot say something of the world.
    """
    if years < 1 or scale <= 0:
        raise ValueError(f"Give at least one year and a scale above 0; found {years} years and scale {scale}.")
    if nights and not nights[0] <= nights[1] == until:
        raise ValueError(f"The nights run from a day to a later one, the last of the world; found {nights}.")
    registry = registry or load_registry(get_settings().contracts_dir)
    sites = sorted((one for one in registry.senders.values() if one.kind == "site"), key=lambda one: one.id)
    span = span_of(years, until)
    recorder = Recorder(registry, span, Distorting(seed, checked(without, everything())), accidents_with(seed, without))
    task = progress.add_task("Simulating", total=len(sites)) if progress else None
    rows = files = 0
    # The truth is counted, and files are rendered, beside what comes next; both are done before the next site.
    with truth_files(directory / "truth") as keep, ThreadPoolExecutor(2) as beside:
        for sender in sites:
            if progress and task is not None:
                progress.update(task, description=f"Simulating {sender.name}")
            world = make_world(place_of(sender.id, seed, scale, until), span, seed)
            kept = beside.submit(keep_truth, world, registry, seed, keep)
            written: Future[tuple[int, int]] | None = None
            for extract in recorder.extracts(world, sender, nights):
                rows, files = _added(rows, files, written)
                written = beside.submit(_write, directory, extract, registry)
            rows, files = _added(rows, files, written)
            kept.result()
            if progress and task is not None:
                progress.advance(task)
    return SampleSummary(rows, files, len(sites))


def _added(rows: int, files: int, written: Future[tuple[int, int]] | None) -> tuple[int, int]:
    """The sums with what was written, which is waited for: no more than two extracts are in memory."""
    more = written.result() if written else (0, 0)
    return rows + more[0], files + more[1]


def _write(directory: Path, extract: Extract, registry: Registry) -> tuple[int, int]:
    """Writes an extract's files below the directory; rows and files."""
    rows = files = 0
    (directory / extract.folder).mkdir(parents=True, exist_ok=True)
    for name, content, height in render(extract.tables, extract.handover, registry):
        (directory / extract.folder / name).write_bytes(content)
        rows, files = rows + height, files + 1
    return rows, files


@dataclass(frozen=True)
class Extract:
    """What one system hands over, as text by layout, and the folder that its files go to."""

    folder: Path
    handover: Handover
    tables: dict[str, pl.DataFrame]


@dataclass(frozen=True)
class Recorder:
    """Makes the extracts of a site, in the order in which they are handed over."""

    registry: Registry
    span: Span
    d: Distorting
    mishap: Mishap

    def extracts(self, world: World, sender: Sender, nights: tuple[date, date] | None) -> Iterator[Extract]:
        if nights is None:
            for handover in handovers(sender, self.registry, self.span, self.d):
                yield Extract(Path("inbox") / sender.id, handover, self._tables(world, handover))
            return
        last: dict[str, dict[str, pl.DataFrame]] = {}
        sent: dict[str, dict[str, pl.DataFrame]] = {}
        for night in nights_of(sender, self.registry, self.span, *nights, self.d):
            folder = Path("nights") / night.day.isoformat() / sender.id
            for handover in night.handovers:
                system = handover.profile.id
                if not (night.is_stale and system in sent):
                    made = self._tables(world, handover)
                    sent[system] = only_changes(made, handover, last.get(system, {}), self.d)
                    last[system] = made
                yield Extract(folder, handover, sent[system])

    def _tables(self, world: World, handover: Handover) -> dict[str, pl.DataFrame]:
        frames = within_period(held(world, handover, self.d), handover, self.d)
        return tables(frames, handover, self.registry, self.mishap, self.d, self.span.last)
