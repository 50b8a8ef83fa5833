"""Accidents happen where they are named, at least once, and can be left out by name."""

from __future__ import annotations

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.recording.accidents import ACCIDENTS, Accident, accidents_with
from cls_pipeline.sample.recording.extract import handovers
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.spelling import spell

from ..conftest import world_of
from .conftest import CLEAN

EVERYONE = frozenset(accident.name for accident in ACCIDENTS)


def _before_and_after(
    accident: Accident, registry: Registry, without: frozenset[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    world = world_of(accident.site, scale=0.02)
    found = [
        (handover, layout)
        for handover in handovers(registry.senders[accident.site], registry, world.span, CLEAN)
        for layout in handover.profile.files
        if layout.entity == accident.entity
    ]
    handover, layout = found[-1]
    frame = held(world, handover, CLEAN)[layout.entity]
    table = spell(frame, layout, handover.profile, registry.contracts[layout.entity])
    return table, accidents_with(7, without)(table, layout, handover)


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda accident: accident.name)
def test_an_accident_changes_about_its_share_of_rows(accident: Accident, registry: Registry) -> None:
    before, after = _before_and_after(accident, registry, EVERYONE - {accident.name})
    if after.height == before.height:
        changed = sum(one != two for one, two in zip(before.rows(), after.rows(), strict=True))
    else:
        changed = after.height - before.height
    assert 0 < changed <= max(1, round(accident.share * before.height))


@pytest.mark.parametrize("accident", ACCIDENTS, ids=lambda accident: accident.name)
def test_an_accident_can_be_left_out_by_name(accident: Accident, registry: Registry) -> None:
    before, after = _before_and_after(accident, registry, frozenset({accident.name}))
    assert after.equals(before)


def test_one_export_alone_is_bad_enough_to_be_refused(registry: Registry) -> None:
    refused = [a for a in ACCIDENTS if a.share > registry.senders[a.site].refuse_above]
    assert [accident.site for accident in refused] == ["england_23"]


def test_an_impossible_day_is_in_the_systems_way_of_writing_dates(registry: Registry) -> None:
    (accident,) = (a for a in ACCIDENTS if a.name == "impossible-date")
    _, after = _before_and_after(accident, registry, frozenset())
    assert "2019-02-31" in after["STARTED_ON"]
