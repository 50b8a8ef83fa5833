"""What systems hold and hand over: renumbering at a cutover, prices without a finance system."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.record import Handover, handovers, held
from cls_pipeline.sample.truth import monthly_truth

from .conftest import UNTIL, world_of


def _of(site: str, registry: Registry) -> list[Handover]:
    return handovers(registry.senders[site], registry, world_of(site, scale=0.005).span)


def test_a_retired_system_hands_over_once_more_on_its_last_day(registry: Registry) -> None:
    found = [(item.profile.id, item.as_of) for item in _of("bradford", registry)]
    assert found == [
        ("birch_social_7", date(2024, 9, 30)),
        ("alder_case_4", UNTIL),
        ("dunlin_finance_3", UNTIL),
    ]


def test_people_are_renumbered_and_keep_the_old_number_beside_the_new(registry: Registry) -> None:
    world = world_of("bradford")
    old, new, _ = (held(world, item, 7) for item in _of("bradford", registry))
    both = old["person"].join(new["person"], on="person_number", suffix="_new")
    assert both.height == old["person"].height
    assert both.filter(pl.col("person_id") == pl.col("person_id_new")).is_empty()
    assert both["legacy_person_id_new"].to_list() == both["person_id"].to_list()
    assert old["person"]["legacy_person_id"].null_count() == old["person"].height
    newcomers = new["person"].join(old["person"], on="person_number", how="anti")
    assert newcomers.height > 0 and newcomers["legacy_person_id"].null_count() == newcomers.height


def test_a_clean_cutover_carries_all_history(registry: Registry) -> None:
    world = world_of("fife")
    old, new, _ = (held(world, item, 7) for item in _of("fife", registry))
    for entity in ("request", "assessment", "service", "review", "outcome_score"):
        assert (
            new[entity].filter(pl.col("day" if entity != "service" else "start").is_not_null()).height
            >= old[entity].height
        )


def test_the_finance_system_uses_the_numbers_of_the_case_system(registry: Registry) -> None:
    world = world_of("fife")
    _, case, finance = (held(world, item, 7) for item in _of("fife", registry))
    lines = finance["cost_line"]
    assert lines["person_id"].is_in(case["person"]["person_id"].implode()).all()
    assert lines["service_id"].is_in(case["service"]["service_id"].implode()).all()


def test_local_numbers_are_unique(registry: Registry) -> None:
    world = world_of("leeds", scale=0.1)
    for item in _of("leeds", registry):
        frames = held(world, item, 7)
        for entity in frames:
            key = [name for name in registry.contracts[entity].key if name in frames[entity].columns]
            assert frames[entity].select(key).is_unique().all(), (item.profile.id, entity)


def test_without_a_finance_system_service_rows_keep_the_history_of_prices(registry: Registry) -> None:
    world = world_of("york")
    (handover,) = [item for item in _of("york", registry) if item.profile.family == "case_management"]
    assert handover.prices_in_case_system
    services = held(world, handover, 7)["service"]
    truth = known_on(world, UNTIL)
    assert services.height > truth["service"].height
    recorded = monthly_truth(
        {**truth, "service": services, "cost_line": services}, world.span.months, registry.code_lists
    )
    true = monthly_truth(truth, world.span.months, registry.code_lists)
    for metric in ("weekly_cost_open_packages", "people_with_long_term_support"):
        of_metric = pl.col("metric_id") == metric
        assert recorded.filter(of_metric)["value"].to_list() == pytest.approx(true.filter(of_metric)["value"].to_list())


def test_a_day_before_any_system_hands_over_nothing(registry: Registry) -> None:
    from cls_pipeline.sample.days import span_of

    assert handovers(registry.senders["york"], registry, span_of(1, date(2012, 3, 31))) == []
