"""The registry, and one small world that several modules look at."""

from __future__ import annotations

from datetime import date

import pytest

from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.days import span_of
from cls_pipeline.sample.places import place_of
from cls_pipeline.sample.world import World, make_world
from cls_pipeline.settings import get_settings

UNTIL = date(2026, 10, 31)


def world_of(site: str, seed: int = 7, years: int = 3, scale: float = 0.05) -> World:
    return make_world(place_of(site, seed, scale, UNTIL), span_of(years, UNTIL), seed)


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry(get_settings().contracts_dir)


@pytest.fixture(scope="session")
def fife() -> World:
    return world_of("fife")
