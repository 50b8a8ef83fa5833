"""What the sample delivers loads: clean sites whole, and no name of anybody comes through."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from cls_pipeline.loading import load_sender
from cls_pipeline.registry import Registry
from cls_pipeline.sample import everything, write_sample
from cls_pipeline.sample.recording.names import FORENAMES, SURNAMES
from cls_pipeline.settings import Settings

#: A site for each system, and those that changed system.
CLEAN = ("somerset", "torbay", "york", "bradford", "fife")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Settings:
    folder = tmp_path_factory.mktemp("loaded")
    settings = Settings(home=folder / "home", pseudonym_key_file=folder / "key")
    write_sample(
        settings.home,
        seed=7,
        years=2,
        scale=0.01,
        until=date(2026, 10, 31),
        without=frozenset(everything()),
        registry=registry,
    )
    return settings


@pytest.mark.parametrize("site", CLEAN)
def test_a_clean_site_is_accepted_without_a_single_failure(site: str, loaded: Settings, registry: Registry) -> None:
    load = load_sender(site, registry, loaded)
    assert load.problems == ()
    assert {outcome.status for outcome in load.outcomes} == {"accepted"}
    assert [outcome.failures for outcome in load.outcomes if any(outcome.failures.values())] == []


def test_no_forename_or_surname_reaches_conformed_data(loaded: Settings, registry: Registry) -> None:
    for site in ("somerset", "england_26"):  # the second with rows that fail their contract
        load_sender(site, registry, loaded)
    held = b"".join(_parquet(loaded.conformed))
    assert len(held) > 10_000
    assert [name for name in (*FORENAMES, *SURNAMES) if name.encode() in held] == []


def _parquet(room: Path) -> list[bytes]:
    """Every text in the room's files."""
    return [
        pl.read_parquet(path).select(pl.col(pl.String).exclude("source_file", "source_table")).write_csv().encode()
        for path in room.rglob("*.parquet")
    ]
