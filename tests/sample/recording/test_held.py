"""What systems hold when nothing is distorted: renumbering at a cutover, prices without a finance system."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.days import span_of
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.recording.extract import handovers
from cls_pipeline.sample.truth import monthly_truth

from ..conftest import UNTIL
from .conftest import CLEAN, MOVE, Recorded, recorded, using

FINANCE = ("dunlin_finance_3", None, None)


def test_a_retired_system_hands_over_once_more_on_its_last_day(clean_move: Recorded) -> None:
    found = {name: item.as_of for name, item in clean_move.handovers.items()}
    assert found == {"birch_social_7": date(2025, 3, 31), "alder_case_4": UNTIL}


def test_people_are_renumbered_and_keep_the_old_number_beside_the_new(clean_move: Recorded) -> None:
    old, new = (clean_move.frames[name]["person"] for name in ("birch_social_7", "alder_case_4"))
    both = old.join(new, on="person_number", suffix="_new")
    assert both.height == old.height
    assert both.filter(pl.col("person_id") == pl.col("person_id_new")).is_empty()
    assert both["legacy_person_id_new"].to_list() == both["person_id"].to_list()
    assert old["legacy_person_id"].null_count() == old.height
    newcomers = new.join(old, on="person_number", how="anti")
    assert newcomers.height > 0 and newcomers["legacy_person_id"].null_count() == newcomers.height


def test_a_version_of_the_same_product_goes_on_with_its_numbers(registry: Registry) -> None:
    made = recorded(
        registry, CLEAN, ("alder_case_4", None, "2025-03-31"), ("alder_case_5", "2025-04-01", None), scale=0.02
    )
    old, new = (made.frames[name] for name in ("alder_case_4", "alder_case_5"))
    both = old["person"].join(new["person"], on="person_number", suffix="_new")
    assert both.height == old["person"].height
    assert both["person_id"].equals(both["person_id_new"])
    assert new["person"]["legacy_person_id"].null_count() == new["person"].height
    assert set(old["service"]["service_id"]) <= set(new["service"]["service_id"])


def test_a_clean_cutover_carries_all_history(clean_move: Recorded) -> None:
    old, new = (clean_move.frames[name] for name in ("birch_social_7", "alder_case_4"))
    for entity in ("request", "assessment", "service", "review", "outcome_score"):
        assert new[entity].height > old[entity].height > 0


def test_clean_records_give_the_true_figures(clean_move: Recorded, registry: Registry) -> None:
    known, frames = known_on(clean_move.world, UNTIL), clean_move.frames["alder_case_4"]
    months = clean_move.world.span.months
    recorded_figures, true = (
        monthly_truth({**known, **one, "cost_line": known["cost_line"]}, months, registry.code_lists)
        for one in (frames, known)
    )
    assert recorded_figures.equals(true)


def test_the_finance_system_uses_the_numbers_of_the_case_system(registry: Registry) -> None:
    made = recorded(registry, CLEAN, *MOVE, FINANCE, scale=0.02)
    lines, case = made.frames["dunlin_finance_3"]["cost_line"], made.frames["alder_case_4"]
    assert lines["person_id"].is_in(case["person"]["person_id"].implode()).all()
    assert lines["service_id"].is_in(case["service"]["service_id"].implode()).all()


def test_without_a_finance_system_service_rows_keep_the_history_of_prices(
    clean_move: Recorded, registry: Registry
) -> None:
    truth = known_on(clean_move.world, UNTIL)
    services = clean_move.frames["alder_case_4"]["service"]
    assert services.height > truth["service"].height
    months = clean_move.world.span.months
    found = monthly_truth({**truth, "service": services, "cost_line": services}, months, registry.code_lists)
    true = monthly_truth(truth, months, registry.code_lists)
    for metric in ("weekly_cost_open_packages", "people_with_long_term_support"):
        of_metric = pl.col("metric_id") == metric
        assert found.filter(of_metric)["value"].to_list() == pytest.approx(true.filter(of_metric)["value"].to_list())


def test_a_day_before_any_system_hands_over_nothing(registry: Registry) -> None:
    there = using(registry, "york", ("alder_case_4", "2016-04-01", None))
    assert handovers(there.senders["york"], there, span_of(1, date(2012, 3, 31)), CLEAN) == []
