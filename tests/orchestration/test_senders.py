"""What a load becomes in Dagster: materialisations with counts, and checks."""

from __future__ import annotations

import dagster as dg

from cls_pipeline.orchestration.senders import sender_specs, told
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
