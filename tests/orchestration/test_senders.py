"""What a load becomes in Dagster: materialisations with counts, and checks."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import dagster as dg
import pytest

from cls_pipeline.orchestration.jobs import sender_job
from cls_pipeline.orchestration.senders import sender_assets, sender_specs, told
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry
from tests.orchestration.loads import failure, loaded, outcome, quiet


def told_of(load: SenderLoad, registry: Registry) -> list[str]:
    return [
        f"{result.asset_key.to_user_string()}:{result.check_name}"
        if isinstance(result, dg.AssetCheckResult)
        else result.asset_key.to_user_string()
        for result in told(load, registry)
        if result.asset_key
    ]


def test_a_quiet_sender_tells_only_its_delivery_check(registry: Registry) -> None:
    assert told_of(quiet("ash"), registry) == ["ash/delivery:delivery"]


def test_a_contract_is_told_again_where_a_waiver_begins_or_ends_on_a_quiet_night(registry: Registry) -> None:
    load = replace(quiet("ash"), rejudged=("request",))
    assert told_of(load, registry) == ["ash/request:contract", "ash/delivery:delivery"]


def test_an_accepted_delivery_materialises_the_pull_and_its_entities(registry: Registry) -> None:
    load = loaded("ash", outcome("ash"))
    assert told_of(load, registry) == ["ash/delivery", "ash/request", "ash/request:contract", "ash/delivery:delivery"]


def test_a_refused_delivery_tells_its_failures_and_materialises_no_entity(registry: Registry) -> None:
    load = loaded("ash", outcome("ash", failure(), status="refused"))
    assert told_of(load, registry) == ["ash/delivery", "ash/request:contract", "ash/delivery:delivery"]


def test_rows_are_counted_apart_by_what_became_of_them(registry: Registry) -> None:
    results = list(told(loaded("ash", outcome("ash", failure())), registry))
    request = next(
        r for r in results if isinstance(r, dg.MaterializeResult) and r.asset_key == dg.AssetKey(["ash", "request"])
    )
    counts = {
        name: request.metadata[name]
        for name in ("dagster/row_count", "delivered", "accepted", "quarantined", "refused")
    }
    assert counts == {"dagster/row_count": 98, "delivered": 100, "accepted": 98, "quarantined": 2, "refused": 0}


def test_an_entity_shows_its_columns_and_owner(registry: Registry) -> None:
    request = next(s for s in sender_specs(registry.senders["ash"], registry) if s.key.path[-1] == "request")
    schema = request.metadata["dagster/column_schema"]
    columns = {column.name: column for column in schema.columns}
    assert (columns["request_id"].constraints.nullable, columns["person_id"].type) == (False, "pseudonym")
    assert (list(request.owners), request.group_name) == (["team:ash"], "ash")


def with_layout(registry: Registry, layout: Literal["sourced", "illustrative"]) -> Registry:
    """The registry with its one system of that layout."""
    return replace(registry, systems={"alder": registry.systems["alder"].model_copy(update={"layout": layout})})


@pytest.mark.parametrize(("layout", "is_simulated"), [("illustrative", True), ("sourced", False)])
def test_what_comes_through_an_invented_product_is_simulated_in_every_description(
    registry: Registry, layout: Literal["sourced", "illustrative"], is_simulated: bool
) -> None:
    known = with_layout(registry, layout)
    ash = known.senders["ash"]
    specs, assets = sender_specs(ash, known), sender_assets(ash, known)
    described = [
        *[spec.description for spec in [*specs, *assets.check_specs]],
        assets.op.description,
        sender_job(ash, known).description,
    ]
    assert {"simulated" in (text or "") for text in described} == {is_simulated}
    assert {"simulated" in spec.tags for spec in specs} == {is_simulated}
    assert {spec.metadata["records"] for spec in specs} == {"simulated" if is_simulated else "reported"}


def test_a_materialisation_says_where_its_records_come_from(registry: Registry) -> None:
    load = loaded("ash", outcome("ash"))
    for layout, expected in (("illustrative", "simulated"), ("sourced", "reported")):
        results = told(load, with_layout(registry, layout))
        said = [result.metadata["records"] for result in results if isinstance(result, dg.MaterializeResult)]
        assert said == [expected, expected]
