"""The whole sample: same bytes, accidents that leave the truth alone, and nobody else who reads it."""

from __future__ import annotations

import hashlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import cls_pipeline
from cls_pipeline.registry import Registry
from cls_pipeline.sample import SampleSummary, everything, write_sample
from cls_pipeline.sample.recording.accidents import ACCIDENTS

PACKAGE = Path(cls_pipeline.__file__).parent


UNTIL = date(2026, 10, 31)


def _write(
    folder: Path, registry: Registry, seed: int = 7, without: frozenset[str] = frozenset(), **more: Any
) -> SampleSummary:
    return write_sample(
        folder, seed=seed, years=2, scale=0.002, until=UNTIL, without=without, registry=registry, **more
    )


def _hashes(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> tuple[Path, SampleSummary]:
    folder = tmp_path_factory.mktemp("sample")
    return folder, _write(folder, registry)


def test_the_same_seed_gives_the_same_bytes(
    written: tuple[Path, SampleSummary], tmp_path: Path, registry: Registry
) -> None:
    _write(tmp_path, registry)
    assert _hashes(tmp_path) == _hashes(written[0])


def test_another_seed_gives_other_deliveries(
    written: tuple[Path, SampleSummary], tmp_path: Path, registry: Registry
) -> None:
    _write(tmp_path, registry, seed=8)
    ours, theirs = _hashes(written[0]), _hashes(tmp_path)
    assert ours.keys() == theirs.keys()
    # Tables without a row are alike in all programmes.
    assert len({name for name in ours if ours[name] == theirs[name]}) < 0.02 * len(ours)


def test_every_site_of_the_registry_delivers(written: tuple[Path, SampleSummary], registry: Registry) -> None:
    folder, summary = written
    sites = {sender.id for sender in registry.senders.values() if sender.kind == "site"}
    assert {path.name for path in (folder / "inbox").iterdir()} == sites
    assert summary.sites == len(sites) == 27
    assert summary.files == sum(1 for path in (folder / "inbox").rglob("*") if path.is_file())


def test_accidents_change_their_tables_and_never_the_truth(
    written: tuple[Path, SampleSummary], tmp_path: Path, registry: Registry
) -> None:
    _write(tmp_path, registry, without=frozenset(accident.name for accident in ACCIDENTS))
    with_them, without = _hashes(written[0]), _hashes(tmp_path)
    differ = {name for name in with_them if with_them[name] != without[name]}
    assert {Path(name).parts[:2] for name in differ} == {("inbox", accident.site) for accident in ACCIDENTS}


def test_distortions_change_deliveries_of_every_site_and_never_the_truth(
    written: tuple[Path, SampleSummary], tmp_path: Path, registry: Registry
) -> None:
    _write(tmp_path, registry, without=frozenset(everything()))
    ours, theirs = _hashes(written[0]), _hashes(tmp_path)
    truth = {name for name in ours if name.startswith("truth/")}
    assert truth and {name: ours[name] for name in truth} == {name: theirs[name] for name in truth}
    differ = {Path(name).parts[1] for name in ours if ours[name] != theirs.get(name)}
    assert differ == {sender.id for sender in registry.senders.values() if sender.kind == "site"}


def test_nights_arrive_in_folders_of_their_own_beside_the_same_truth(
    written: tuple[Path, SampleSummary], tmp_path: Path, registry: Registry
) -> None:
    first = date(2026, 10, 26)
    _write(tmp_path, registry, nights=(first, UNTIL))
    nights = sorted(path.name for path in (tmp_path / "nights").iterdir())
    assert nights == [f"2026-10-{day}" for day in range(26, 32)]
    senders = {sender.id for sender in registry.senders.values() if sender.kind == "site"}
    assert {path.name for path in (tmp_path / "nights" / nights[0]).iterdir()} == senders
    ours, theirs = _hashes(written[0]), _hashes(tmp_path)
    assert [theirs[name] for name in ours if name.startswith("truth/")] == [
        ours[name] for name in ours if name.startswith("truth/")
    ]


def test_nights_that_do_not_end_with_the_world_are_refused(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(ValueError, match="the last of the world"):
        _write(tmp_path, registry, nights=(date(2026, 1, 1), date(2026, 1, 31)))


def test_truth_has_every_metric_site_area_and_month_in_both_worlds(written: tuple[Path, SampleSummary]) -> None:
    monthly = pl.read_parquet(written[0] / "truth" / "monthly.parquet")
    assert monthly.columns == ["site_id", "area", "metric_id", "month", "numerator", "denominator", "value", "world"]
    areas = pl.read_parquet(written[0] / "truth" / "programme.parquet").select("site_id", "area").unique().height
    assert monthly.height == (27 + areas) * monthly["metric_id"].n_unique() * 24 * 2
    assert monthly.select("site_id", "area", "metric_id", "month", "world").is_unique().all()
    assert set(monthly["world"]) == {"as_is", "without_programme"}


def test_areas_add_up_where_each_event_has_one(written: tuple[Path, SampleSummary]) -> None:
    monthly = pl.read_parquet(written[0] / "truth" / "monthly.parquet")
    additive = [
        "requests_received",
        "weekly_cost_open_packages",
        "admissions_to_care_homes",
        "delayed_discharge_bed_days",
    ]
    key = ["site_id", "metric_id", "month", "world"]
    counted = monthly.filter(pl.col("metric_id").is_in(additive))
    parts = counted.filter(pl.col("area") != "all").group_by(key).agg(pl.col("value").sum().alias("parts"))
    both = counted.filter(pl.col("area") == "all").join(parts, on=key)
    assert both.height == 27 * len(additive) * 24 * 2
    assert both.filter((pl.col("value") - pl.col("parts")).abs() > 1e-4).is_empty()


REGISTERS = {"monthly", "carer", "delayed_discharge", "programme", "scores", "signposting", "story"}


def test_truth_shows_no_inner_working(written: tuple[Path, SampleSummary], registry: Registry) -> None:
    files = {path.stem: path for path in (written[0] / "truth").glob("*.parquet")}
    assert set(files) > REGISTERS
    for entity in set(files) - REGISTERS:
        columns = set(pl.read_parquet_schema(files[entity])) - {"site_id", "person_number"}
        assert columns <= set(registry.contracts[entity].columns), entity


def test_a_scale_of_nothing_is_refused(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(ValueError, match="scale above 0"):
        write_sample(tmp_path, seed=1, years=1, scale=0, until=date(2026, 10, 31), registry=registry)


def test_nothing_outside_imports_the_sample_but_the_command_line() -> None:
    importing = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"cls_pipeline\.sample|from cls_pipeline import .*\bsample\b", path.read_text(encoding="utf-8"))
    }
    assert {name for name in importing if not name.startswith(("sample/", "cli"))} == set()
