"""Counts in are counts out: the rows told of a figure add up to it, for every figure of two homes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from cls_pipeline.explaining.asking import open_warehouse
from cls_pipeline.explaining.explanation import explain
from cls_pipeline.exporting import export_sources
from cls_pipeline.loading import load_sender
from cls_pipeline.registry import load_registry
from cls_pipeline.sample import write_sample
from cls_pipeline.settings import Settings
from tests.warehouse.programme import RECORD_METRICS
from tests.warehouse.runner import build

#: One that changes its case system within the span, and has a finance system; one that has neither.
SITES = ("fife", "york")


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two years of sites that record as badly as sites do."""
    folder = tmp_path_factory.mktemp("simulated")
    settings = Settings(home=folder / "home", pseudonym_key_file=folder / "pseudonym.key")
    registry = load_registry(settings.contracts_dir)
    registry = replace(registry, senders={site: registry.senders[site] for site in SITES})
    write_sample(settings.home, seed=11, years=2, scale=0.05, until=date(2026, 10, 31), registry=registry)
    for site in SITES:
        load_sender(site, registry, settings)
    export_sources(registry, settings)
    build(settings)
    return settings


@pytest.mark.parametrize("home", ["moved", "simulated"])
@pytest.mark.parametrize("metric", RECORD_METRICS)
def test_the_rows_told_by_delivery_add_up_to_the_figure(request: pytest.FixtureRequest, home: str, metric: str) -> None:
    off = []
    with open_warehouse(request.getfixturevalue(home)) as connection:
        question = "select site_id, strftime(period_start, '%Y-%m') from marts.metric_series where metric_id = $1"
        figures = connection.execute(question, [metric]).fetchall()
        for site, month in figures:
            found = explain(connection, site, metric, month)
            sources, figure = found.sources, found.figure
            assert sources is not None
            for part in ("numerator", "denominator"):
                told = sum(getattr(item, part) or 0 for item in sources.files)
                if getattr(figure, part) is not None and abs(told - getattr(figure, part)) > 1e-6:
                    off.append((site, month, part, getattr(figure, part), told))
            rows = sum(item.rows for item in (*sources.files, *sources.left_out))
            if rows != sources.considered or not sources.adds_up:
                off.append((site, month, "rows", sources.considered, rows))
    assert figures
    assert off == []


def test_the_answers_told_by_delivery_add_up_to_the_figure_of_their_instrument(simulated: Settings) -> None:
    off = []
    with open_warehouse(simulated) as connection:
        figures = connection.execute(
            "select site_id, metric_id, year(period_start), breakdown_value from marts.metric_series"
            " where breakdown = 'instrument'"
        ).fetchall()
        for site, metric, year, measure in figures:
            period = f"{year}/{(year + 1) % 100:02}"
            found = explain(connection, site, metric, period, f"instrument={measure}").sources
            assert found is not None
            told = sum(item.rows for item in found.files) + sum(item.rows for item in found.left_out)
            if not found.adds_up or told != found.considered:
                off.append((site, metric, period, measure))
    assert {metric for _, metric, _, _ in figures} >= {"mean_first_score", "people_with_a_later_score"}
    assert off == []
