"""A site whose old system has delivered, and a trial export of the new one, with distortions of the test's choice."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from cls_pipeline.cutover.question import Question, ask
from cls_pipeline.cutover.report import Report, compare
from cls_pipeline.loading import load_sender
from cls_pipeline.registry import Registry
from cls_pipeline.registry.sender import SystemInForce
from cls_pipeline.sample import everything
from cls_pipeline.sample.days import number, span_of
from cls_pipeline.sample.places import place_of
from cls_pipeline.sample.recording.accidents import accidents_with
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import handover_on
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.render import render, tables
from cls_pipeline.sample.recording.tenures import tenures
from cls_pipeline.sample.world import Frames, World, make_world
from cls_pipeline.settings import Settings

UNTIL = date(2026, 10, 31)
#: The trial export's day; the old system has delivered as of the day before.
GO_LIVE = date(2026, 10, 1)
SEED, SITE, OLD, NEW = 11, "york", "birch_social_7", "alder_case_4"
NOTHING = accidents_with(SEED, frozenset(everything()))


@dataclass(frozen=True)
class Certainly(Distorting):
    """Distortions of stated sizes everywhere, and no others; everybody gets a new number."""

    sizes: Mapping[str, float] = field(default_factory=dict)

    def size(self, name: str, *where: str) -> float:
        return {"renumbered-people": 1.0, **self.sizes}.get(name, 0.0)


def certainly(**sizes: float) -> Certainly:
    """Named with underscores for dashes."""
    return Certainly(SEED, sizes={name.replace("_", "-"): size for name, size in sizes.items()})


@dataclass(frozen=True)
class Trial:
    """A loaded home and the files of the trial export; `registry` does not know that the new system is coming.

    `old_held`, `new_held` are what the two systems hold, with the true `person_number` and the world's record numbers.
    """

    settings: Settings
    registry: Registry
    files: list[Path]
    new: str
    old_held: Frames
    new_held: Frames

    def ask(self) -> Question:
        return ask(self.registry, SITE, self.new, self.files)

    def report(self) -> Report:
        return compare(self.ask(), self.registry, self.settings)


def world(scale: float = 0.05) -> World:
    return make_world(place_of(SITE, SEED, scale, UNTIL), span_of(4, UNTIL), SEED)


def trial(
    folder: Path, registry: Registry, made: World, d: Distorting, *, old: str = OLD, new: str = NEW, beside: str = ""
) -> Trial:
    """Loads the old system's delivery into a home in the folder and writes the trial export beside it.

    `beside` is a system of the other family that the site uses too.
    """
    coming = [
        (old, None, GO_LIVE - timedelta(days=1)),
        (new, GO_LIVE, None),
        *([(beside, None, None)] if beside else []),
    ]
    simulated = _using(registry, *coming)
    present = _using(registry, *[(system, None, None) for system, _, _ in coming if system != new])
    settings = Settings(home=folder / "home", pseudonym_key_file=folder / "key")
    old_held, _ = _write(settings.inbox / SITE, simulated, old, GO_LIVE - timedelta(days=1), made, d)
    load = load_sender(SITE, present, settings)
    assert [one.status for one in load.outcomes] == ["accepted"], load
    new_held, files = _write(folder / "trial", simulated, new, GO_LIVE, made, d)
    return Trial(settings, present, files, new, old_held, new_held)


def _write(
    folder: Path, registry: Registry, system: str, day: date, made: World, d: Distorting
) -> tuple[Frames, list[Path]]:
    sender = registry.senders[SITE]
    family = tenures(sender, registry, registry.systems[system].family, made.span, d)
    position = next(n for n, one in enumerate(family) if one.system == system)
    handover = handover_on(number(day), position, family, sender, registry, made.span, d)
    frames = held(made, handover, d)
    spelled = tables(frames, handover, registry, NOTHING, d, made.span.last)
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, content, _ in render(spelled, handover, registry):
        (folder / name).write_bytes(content)
        files.append(folder / name)
    return frames, files


def _using(registry: Registry, *systems: tuple[str, date | None, date | None]) -> Registry:
    used = tuple(SystemInForce(system=name, valid_from=since, valid_until=until) for name, since, until in systems)
    return replace(registry, senders={SITE: registry.senders[SITE].model_copy(update={"systems": used})})


def hashes(folder: Path) -> dict[str, str]:
    """Every file below a folder with its content's hash."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def row(table: pl.DataFrame, **where: str) -> dict[str, object]:
    """The one row of a table with these values."""
    found = table.filter(*[pl.col(name) == value for name, value in where.items()])
    assert found.height == 1, found
    return found.row(0, named=True)
