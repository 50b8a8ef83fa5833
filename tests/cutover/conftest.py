"""The registry, one small town, and the trial exports at which several modules look."""

from __future__ import annotations

import pytest

from cls_pipeline.cutover.report import Report
from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.world import World
from cls_pipeline.settings import get_settings

from .trial import Trial, certainly, trial, world


@pytest.fixture(scope="session")
def registry() -> Registry:
    return load_registry(get_settings().contracts_dir)


@pytest.fixture(scope="session")
def made() -> World:
    return world()


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory, registry: Registry, made: World) -> Trial:
    """All history moves, everybody is renumbered and keeps the old number."""
    return trial(tmp_path_factory.mktemp("clean"), registry, made, certainly())


@pytest.fixture(scope="session")
def clean_report(clean: Trial) -> Report:
    return clean.report()


@pytest.fixture(scope="session")
def rough(tmp_path_factory: pytest.TempPathFactory, registry: Registry, made: World) -> Trial:
    """A crosswalk with gaps, lost and doubled records, restarted services, blanked attributes."""
    d = certainly(
        crosswalk_gaps=0.2,
        services_restarted=1.0,
        closed_cases_lost=0.1,
        duplicate_records=0.05,
        attributes_blanked=0.5,
    )
    return trial(tmp_path_factory.mktemp("rough"), registry, made, d)


@pytest.fixture(scope="session")
def rough_report(rough: Trial) -> Report:
    return rough.report()
