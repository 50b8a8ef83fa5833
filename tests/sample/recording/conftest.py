"""A site with systems of the test's choice, and distortions that act with a size of the test's choice."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.registry.sender import SystemInForce
from cls_pipeline.sample.days import NEVER, number
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import Handover, handovers
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.world import Frames, World
from cls_pipeline.sample.write import everything

from ..conftest import world_of

#: The day of the one cutover of `case_move`.
GO_LIVE = date(2025, 4, 1)

Use = tuple[str, str | None, str | None]
MOVE: tuple[Use, ...] = (("birch_social_7", None, "2025-03-31"), ("alder_case_4", "2025-04-01", None))


@dataclass(frozen=True)
class Certainly(Distorting):
    """Distortions of stated sizes everywhere, and no others. New numbers come with every move, as they do."""

    sizes: dict[str, float] = field(default_factory=dict)

    def size(self, name: str, *where: str) -> float:
        return {"renumbered-people": 1.0, "parallel-running": 1.0, **self.sizes}.get(name, 0.0)


def certainly(**sizes: float) -> Certainly:
    """Named with underscores for dashes."""
    return Certainly(7, sizes={name.replace("_", "-"): size for name, size in sizes.items()})


CLEAN = Distorting(7, frozenset(everything()) - {"renumbered-people", "parallel-running"})


def using(registry: Registry, site: str, *systems: Use) -> Registry:
    """The registry with a site that uses the systems, each from a day until a day."""
    used = tuple(
        SystemInForce(
            system=system,
            valid_from=date.fromisoformat(since) if since else None,
            valid_until=date.fromisoformat(until) if until else None,
        )
        for system, since, until in systems
    )
    return replace(registry, senders={site: registry.senders[site].model_copy(update={"systems": used})})


@dataclass(frozen=True)
class Recorded:
    """What each system of a site holds when it last hands over, by system."""

    world: World
    handovers: dict[str, Handover]
    frames: dict[str, Frames]


def recorded(registry: Registry, d: Distorting, *systems: Use, site: str = "york", scale: float = 0.05) -> Recorded:
    world = world_of(site, scale=scale)
    found = handovers(using(registry, site, *systems).senders[site], registry, world.span, d)
    return Recorded(world, {h.profile.id: h for h in found}, {h.profile.id: held(world, h, d) for h in found})


def before(frame: pl.DataFrame, day: date = GO_LIVE, column: str = "start_date") -> pl.DataFrame:
    return frame.filter(pl.col(column) < day)


def open_on(frame: pl.DataFrame, day: date = GO_LIVE) -> pl.DataFrame:
    """Truly open on a day: rows of services carry the true days as numbers."""
    return frame.filter((pl.col("start") < number(day)) & (pl.col("end").fill_null(NEVER) >= number(day)))


@pytest.fixture(scope="session")
def clean_move(registry: Registry) -> Recorded:
    return recorded(registry, CLEAN, *MOVE)
