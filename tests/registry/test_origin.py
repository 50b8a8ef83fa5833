"""Records are simulated where they come through an invented product, and nothing else decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from cls_pipeline.registry import load_registry
from cls_pipeline.registry.origin import Origin, origin, origin_of, shown_name


@pytest.mark.parametrize(
    ("layouts", "expected"),
    [
        (["illustrative", "illustrative"], "simulated"),
        (["sourced"], "reported"),
        (["sourced", "illustrative"], "mixed"),
        ([], None),
    ],
)
def test_records_are_simulated_where_they_come_through_an_invented_product(
    layouts: list[str], expected: Origin | None
) -> None:
    assert origin(layouts) == expected


def test_every_site_is_simulated_so_far_and_every_publisher_real(real_contracts: Path) -> None:
    registry = load_registry(real_contracts)
    found = {(sender.kind, origin_of(sender, registry)) for sender in registry.senders.values()}
    assert found == {("site", "simulated"), ("publisher", "reported")}


def test_a_simulated_site_is_never_named_without_saying_so(real_contracts: Path) -> None:
    registry = load_registry(real_contracts)
    names = {sender.kind: shown_name(sender, registry) for sender in registry.senders.values()}
    assert names["site"].endswith(" (records simulated)")
    assert "simulated" not in names["publisher"]
