"""Every distortion changes what is delivered, can be left out by its name, and moves no other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache

import polars as pl
import pytest

from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.recording.accidents import accidents_with
from cls_pipeline.sample.recording.distort import Distorting, checked, distortions
from cls_pipeline.sample.recording.extract import Handover, handovers, within_period
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.nights import nights_of
from cls_pipeline.sample.recording.render import tables
from cls_pipeline.sample.world import World
from cls_pipeline.sample.write import Recorder, everything
from cls_pipeline.settings import get_settings

from ..conftest import UNTIL, world_of

#: Those that a last extract cannot show; the last of them has a test in `test_migration.py`.
BY_NIGHT = ("missing-nights", "stale-nights", "changes-only-extract", "late-back-fill")
RECORDED = [name for name in distortions() if name not in BY_NIGHT]
NIGHTS = (date(2026, 9, 20), UNTIL)


@cache
def _registry() -> Registry:
    return load_registry(get_settings().contracts_dir)


@cache
def _world(site: str) -> World:
    return world_of(site, years=10, scale=0.004)


@cache
def _delivered(site: str, without: frozenset[str]) -> list[tuple[Handover, dict[str, pl.DataFrame]]]:
    """Every extract of a site as text, without some distortions and without accidents."""
    d, world, registry = Distorting(7, without), _world(site), _registry()
    nothing = accidents_with(7, frozenset(everything()))
    found = []
    for handover in handovers(registry.senders[site], registry, world.span, d):
        frames = within_period(held(world, handover, d), handover, d)
        found.append((handover, tables(frames, handover, registry, nothing, d, world.span.last)))
    return found


def _differ(site: str, name: str) -> bool:
    """Whether leaving one out changes any extract of a site."""
    ours, theirs = _delivered(site, frozenset()), _delivered(site, frozenset({name}))
    if [handover.as_of for handover, _ in ours] != [handover.as_of for handover, _ in theirs]:
        return True
    return any(
        not one[table].equals(other[table]) for (_, one), (_, other) in zip(ours, theirs, strict=True) for table in one
    )


def _sites() -> Iterator[str]:
    """Sites with the most systems first: they are the likeliest to show anything."""
    sites = [one for one in _registry().senders.values() if one.kind == "site"]
    yield from (one.id for one in sorted(sites, key=lambda one: (-len(one.systems), one.id)))


@pytest.mark.parametrize("name", RECORDED)
def test_a_distortion_changes_what_some_site_delivers(name: str) -> None:
    assert any(_differ(site, name) for site in _sites())


@pytest.mark.parametrize("name", ["missing-nights", "stale-nights"])
def test_a_distortion_of_nights_changes_which_nights_there_are(name: str) -> None:
    def nights(site: str, without: frozenset[str]) -> list[tuple[date, bool]]:
        sender = _registry().senders[site]
        found = nights_of(sender, _registry(), _world(site).span, *NIGHTS, Distorting(7, without))
        return [(night.day, night.is_stale) for night in found]

    assert any(nights(site, frozenset()) != nights(site, frozenset({name})) for site in _sites())


def test_without_extracts_of_changes_every_night_tells_everything() -> None:
    def rows(site: str, without: frozenset[str]) -> int:
        recorder = Recorder(_registry(), _world(site).span, Distorting(7, without), accidents_with(7, without))
        extracts = recorder.extracts(_world(site), _registry().senders[site], NIGHTS)
        return sum(table.height for extract in extracts for table in extract.tables.values())

    (site, *_) = [one for one in _sites() if _last_coverage(one) == "changes"]
    assert rows(site, frozenset()) < rows(site, frozenset({"changes-only-extract"}))


def _last_coverage(site: str) -> str:
    registry = _registry()
    (last,) = [one for one in registry.senders[site].in_force(UNTIL) if "case" in registry.systems[one.system].family]
    return registry.systems[last.system].coverage


def test_leaving_one_out_moves_no_other() -> None:
    ours, theirs = Distorting(7), Distorting(7, frozenset({"open-cases-only"}))
    for name in set(distortions()) - {"open-cases-only"}:
        assert ours.size(name, "fife", "birch_social_7") == theirs.size(name, "fife", "birch_social_7")


def test_a_distortion_acts_at_about_its_share_of_places_with_a_size_in_its_range() -> None:
    for one in distortions().values():
        sizes = [Distorting(seed).size(one.name, "somewhere", "a system") for seed in range(1_500)]
        acting = [size for size in sizes if size]
        assert len(acting) / 1_500 == pytest.approx(one.share, abs=0.05), one.name
        assert all(one.low <= size <= one.high for size in acting), one.name


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no distortion late-nights\. There are: .*missing-nights"):
        checked({"late-nights"}, everything())


def test_names_are_distinct_and_have_no_blanks() -> None:
    assert len(set(everything())) == len(everything())
    assert not [name for name in everything() if " " in name]
