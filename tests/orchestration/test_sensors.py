"""The sensor of arrivals: a load where a file came or a mapping changed, and none over a mistaken registry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import dagster as dg
import pytest

from cls_pipeline.orchestration import sensors
from cls_pipeline.orchestration.jobs import all_jobs
from cls_pipeline.orchestration.resources import Platform

# Looks once: the jobs asked for, and why there are none.
Look = Callable[[], tuple[list[str], str]]


@pytest.fixture
def own(platform: Platform, tmp_path: Path) -> Platform:
    """A platform over a registry of its own, that a test may change."""
    folder = tmp_path / "own"
    copytree(platform.registry.folder, folder)
    return replace(platform, registry=replace(platform.registry, folder=folder))


@pytest.fixture
def look(own: Platform, monkeypatch: pytest.MonkeyPatch) -> Look:
    """Looks once, thirty seconds after the last time."""
    sensor = sensors.arrivals_sensor(all_jobs(own.registry), own)
    now = 0.0
    cursor: str | None = None
    monkeypatch.setattr(sensors.time, "time", lambda: now)

    def once() -> tuple[list[str], str]:
        nonlocal now, cursor
        now += 30
        answer = sensor.evaluate_tick(dg.build_sensor_context(cursor=cursor))
        cursor = answer.cursor or cursor
        return [str(request.job_name) for request in answer.run_requests or ()], answer.skip_message or ""

    return once


def map_a_code(own: Platform, text: str) -> None:
    with (own.registry.folder / "senders" / "birch.yaml").open("a") as file:
        file.write(text)


def test_a_new_file_loads_its_sender(own: Platform, look: Look) -> None:
    look()
    inbox = own.settings.inbox_of("ash")
    inbox.mkdir(parents=True)
    (inbox / "contacts_2026-09-01.csv").write_text("a\n")
    assert [look()[0], look()[0], look()[0]] == [[], ["load_ash"], []]


def test_a_changed_mapping_loads_its_sender_again(own: Platform, look: Look) -> None:
    look()
    map_a_code(own, "refuse_above: 0.2\n")
    assert [look()[0], look()[0], look()[0]] == [[], ["load_birch"], []]


def test_a_mistake_in_a_mapping_loads_nobody_and_is_told_until_it_is_mended(own: Platform, look: Look) -> None:
    look()
    file = own.registry.folder / "senders" / "birch.yaml"
    good = file.read_text()
    map_a_code(own, "refuse_above: lots\n")
    look()
    for _ in range(2):
        asked, why = look()
        assert asked == []
        assert "birch.yaml, line 8, refuse_above" in why
    file.write_text(good + "refuse_above: 0.2\n")
    assert [look()[0], look()[0]] == [[], ["load_birch"]]
