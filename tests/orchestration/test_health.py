"""An asset says at a glance what was promised, what came last, and where its rows went."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

import dagster as dg
import pytest

from cls_pipeline.orchestration import health
from cls_pipeline.orchestration.senders import sender_specs, told
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.sender import Rhythm
from tests.orchestration.loads import failure, loaded, outcome, standing_fault

Every = Literal["day", "week", "month", "quarter", "year", "none"]


def promised(registry: Registry, every: Every, tolerance_days: int) -> Sender:
    ash = registry.senders["ash"]
    return ash.model_copy(update={"rhythm": Rhythm(every=every, tolerance_days=tolerance_days)})


def metadata_of(load: SenderLoad, registry: Registry, part: str) -> dict[str, object]:
    made = {r.asset_key: r for r in told(load, registry) if isinstance(r, dg.MaterializeResult)}
    return dict(made[dg.AssetKey(["ash", part])].metadata or {})


@pytest.mark.parametrize(
    ("every", "tolerance", "warns_after", "fails_after"),
    [("day", 2, 1, 3), ("week", 3, 7, 10), ("month", 10, 31, 41), ("quarter", 10, 92, 102)],
)
def test_an_asset_is_due_by_the_rhythm_and_late_after_its_grace(
    registry: Registry, every: Every, tolerance: int, warns_after: int, fails_after: int
) -> None:
    assert health.freshness(promised(registry, every, tolerance)) == dg.FreshnessPolicy.time_window(
        fail_window=timedelta(days=fails_after), warn_window=timedelta(days=warns_after)
    )


def test_without_grace_it_is_late_when_it_is_due_and_without_a_rhythm_never(registry: Registry) -> None:
    week = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=7))
    assert health.freshness(promised(registry, "week", 0)) == week
    assert health.freshness(promised(registry, "none", 10)) is None


def test_every_asset_of_a_sender_is_judged_by_its_rhythm(registry: Registry) -> None:
    ash = registry.senders["ash"]
    assert {spec.freshness_policy for spec in sender_specs(ash, registry)} == {health.freshness(ash)}


def test_an_asset_says_in_which_files_it_is_sent_and_how_often(registry: Registry) -> None:
    specs = {spec.key.path[-1]: spec for spec in sender_specs(registry.senders["ash"], registry)}
    said = "Promised every month, with 10 days of grace. Sent as `contacts_{as_of}.csv`."
    assert said in (specs["request"].description or "") and said in (specs["delivery"].description or "")
    assert specs["request"].kinds == {"csv"}


def test_a_load_says_what_came_last_and_when_the_next_is_due(registry: Registry) -> None:
    metadata = metadata_of(loaded("ash", outcome("ash")), registry, "request")
    assert (metadata["last delivery"], metadata["next due by"]) == ("01 September 2026 (Alder)", "12 October 2026")


def test_of_several_deliveries_the_newest_is_the_last(registry: Registry) -> None:
    load = loaded("ash", outcome("ash"), outcome("ash", as_of=date(2026, 8, 1)))
    assert metadata_of(load, registry, "delivery")["last delivery"] == "01 September 2026 (Alder)"


def test_rows_are_told_by_where_they_went_and_add_up(registry: Registry) -> None:
    load = loaded("ash", outcome("ash", failure()))
    for part in ("request", "delivery"):
        metadata = metadata_of(load, registry, part)
        places = [metadata[name] for name in ("accepted", "quarantined", "refused", "out of scope")]
        assert (metadata["delivered"], places) == (100, [98, 2, 0, 0])
        assert metadata["accepted, % of collected"] == 98.0


def test_rules_that_are_accepted_for_now_do_not_count_as_failed(registry: Registry) -> None:
    faults = (standing_fault(failure()), standing_fault(failure(rule_id="b.valid"), life="waived"))
    load = replace(loaded("ash", outcome("ash")), standing={"request": faults})
    assert metadata_of(load, registry, "request")["rules failed"] == 1
