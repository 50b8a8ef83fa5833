"""Searches that are kept: read again only while nothing changed, and the same as a full search."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from cls_pipeline.evidence import kept as module
from cls_pipeline.evidence.followed import breaks_of, linked_values
from cls_pipeline.evidence.kept import kept, kept_breaks, kept_links

from .simulated import MONTHS, Sites, counted, frame, name, stepped

SERIES = pl.DataFrame({"site": ["a", "b", "c"], "value": [0.1, None, 3.0]})


class Counting:
    """A search that knows how often it was done."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> pl.DataFrame:
        self.times += 1
        return pl.DataFrame({"found": [self.times]})


def searches(folder: Path, *inputs: pl.DataFrame) -> int:
    """How often is searched for these inputs, one after the other."""
    search = Counting()
    for one in inputs:
        kept(folder, "break", [one], search)
    return search.times


def test_the_same_series_is_searched_once(tmp_path: Path) -> None:
    assert searches(tmp_path / "new", SERIES, SERIES, SERIES) == 1


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    assert searches(tmp_path, SERIES, SERIES.reverse(), SERIES.sample(fraction=1, shuffle=True, seed=9001)) == 1


@pytest.mark.parametrize(
    "changed",
    [
        SERIES.with_columns(value=pl.Series([0.1, None, np.nextafter(3.0, 4.0)])),
        SERIES.with_columns(value=pl.Series([0.1, 0.0, 3.0])),
        SERIES.with_columns(site=pl.Series(["a", "b", "d"])),
        SERIES.head(2),
        pl.concat([SERIES, SERIES.tail(1)]),
        SERIES.with_columns(pl.col("value").cast(pl.Float32)),
    ],
)
def test_whatever_is_changed_is_searched_again(changed: pl.DataFrame, tmp_path: Path) -> None:
    assert searches(tmp_path, SERIES, changed) == 2


def test_another_method_searches_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    search = Counting()
    kept(tmp_path, "break", [SERIES], search)
    monkeypatch.setattr(module, "_method", lambda: "another")
    assert kept(tmp_path, "break", [SERIES], search)["found"].to_list() == [2]


def test_a_damaged_result_is_searched_again(tmp_path: Path) -> None:
    search = Counting()
    kept(tmp_path, "break", [SERIES], search)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:40])
    assert kept(tmp_path, "break", [SERIES], search)["found"].to_list() == [2]
    assert kept(tmp_path, "break", [SERIES], search)["found"].to_list() == [2]


def test_one_result_of_a_name_is_kept(tmp_path: Path) -> None:
    searches(tmp_path, SERIES, SERIES.head(2), SERIES)
    kept(tmp_path, "break-other", [SERIES], Counting())
    assert sorted(file.name.split(".")[0] for file in tmp_path.iterdir()) == ["break", "break-other"]


def test_a_search_that_fails_leaves_what_was_kept(tmp_path: Path) -> None:
    def fails() -> pl.DataFrame:
        raise ValueError

    search = Counting()
    kept(tmp_path, "break", [SERIES], search)
    with pytest.raises(ValueError):
        kept(tmp_path, "break", [SERIES.head(1)], fails)
    assert kept(tmp_path, "break", [SERIES], search)["found"].to_list() == [1]


def two_metrics(seed: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Seven sites with two metrics, one of which steps undeclared, and a cutover."""
    sites = Sites((900.0,) * 7, seed)
    one = frame(counted(stepped(sites.expected(), {2: (60, 0.4)}), seed), "requests")
    other = frame(counted(sites.expected(), seed + 1), "waits")
    cutovers = pl.DataFrame({"site_id": [name(1)] * 2, "metric_id": ["requests", "waits"], "month": [MONTHS[70]] * 2})
    return pl.concat([one, other]).with_columns(unit=pl.lit("people")), cutovers


@given(st.integers(9101, 9999), st.integers(0, 6), st.integers(0, 119))
@settings(max_examples=4, deadline=None)
def test_what_is_kept_equals_a_full_search_night_after_night(
    tmp_path_factory: pytest.TempPathFactory, seed: int, site: int, month: int
) -> None:
    folder = tmp_path_factory.mktemp("kept")
    series, cutovers = two_metrics(seed)
    restated = (pl.col("metric_id") == "waits") & (pl.col("site_id") == name(site)) & (pl.col("month") == MONTHS[month])
    later = series.with_columns(value=pl.when(restated).then(pl.col("value") * 2).otherwise("value"))
    nights = [series.filter(pl.col("month") < MONTHS[119]), series, series, later]
    for night in nights:
        ours, full = kept_breaks(night, cutovers, folder), breaks_of(night, cutovers)
        key = ["site_id", "metric_id", "month", "how_known"]
        assert_frame_equal(ours.sort(key), full.sort(key))
        assert_frame_equal(kept_links(night, ours, folder), linked_values(night, ours), check_row_order=False)


def test_a_change_of_one_metric_leaves_the_others_result(tmp_path: Path) -> None:
    series, cutovers = two_metrics(9002)
    kept_breaks(series, cutovers, tmp_path)
    before = {file.name for file in tmp_path.iterdir()}
    changed = series.with_columns(
        value=pl.when(pl.col("metric_id") == "waits").then(pl.col("value") + 1).otherwise("value")
    )
    kept_breaks(changed, cutovers, tmp_path)
    (same,) = before & {file.name for file in tmp_path.iterdir()}
    assert same.startswith("break-requests.")


def test_sums_added_up_in_another_order_are_no_change(tmp_path: Path) -> None:
    series, cutovers = two_metrics(9004)
    kept_breaks(series, cutovers, tmp_path)
    before = {file.name for file in tmp_path.iterdir()}
    kept_breaks(series.with_columns(pl.col("value") * (1 + 2e-16) + 1e-13), cutovers, tmp_path)
    assert {file.name for file in tmp_path.iterdir()} == before


def test_no_series_have_no_breaks(tmp_path: Path) -> None:
    series, cutovers = two_metrics(9003)
    assert kept_breaks(series.clear(), cutovers.clear(), tmp_path).is_empty()
