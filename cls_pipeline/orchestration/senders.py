"""The assets of a sender: `[sender, "delivery"]` for the pull and `[sender, entity]` for what was conformed.

One multi-asset per sender, so that one site is loaded, shown and run again alone. It never raises for what a sender
sent, and tells a fault of the platform in the `delivery` check, so that the other senders and the marts go on.
"""

from collections.abc import Iterator
from datetime import date

import dagster as dg

from cls_pipeline.orchestration import checks, faults, health
from cls_pipeline.orchestration.changes import changes_check_specs, changes_checks
from cls_pipeline.orchestration.columns import table_schema
from cls_pipeline.orchestration.emission import Result, emit
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.outcomes import SenderLoad
from cls_pipeline.registry import Registry, Sender
from cls_pipeline.registry.origin import NOTES, origin_of, shown_name

# The tag of assets through which simulated records come, alone or beside reported ones: a filter in the UI.
SIMULATED = "simulated"


def sender_assets(sender: Sender, registry: Registry) -> dg.AssetsDefinition:
    """The multi-asset that pulls, lands, conforms and validates what one sender delivers."""

    @dg.multi_asset(
        name=sender.id,
        specs=sender_specs(sender, registry),
        check_specs=[*checks.sender_check_specs(sender, registry), *changes_check_specs(sender, registry)],
        can_subset=True,
        description=f"Loads what {shown_name(sender, registry)} has delivered since the last load.",
    )
    def load(context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]) -> Iterator[Result]:
        yield from emit(context, load_results(context, platform, sender.id))

    return load


def sender_specs(sender: Sender, registry: Registry) -> list[dg.AssetSpec]:
    """The asset specs of a sender, described from the sender and the contracts. Simulated ones say so everywhere."""
    name = shown_name(sender, registry)
    described = name if sender.confirmed else f"{name} (not confirmed: shown only on a map)"
    source, today = origin_of(sender, registry), date.today()
    note = f"\n\n{NOTES[source]}".rstrip()
    pull = dg.AssetSpec(
        [sender.id, checks.DELIVERY],
        description=f"What {described} delivers: pulled, landed unchanged, known by its content. "
        f"{health.promise(sender, registry, None, today)}{note}",
        kinds={"folder"},
    )
    entities = [
        dg.AssetSpec(
            [sender.id, entity],
            deps=[pull.key],
            description=f"{registry.contracts[entity].description}\n\nAs delivered by {described}. "
            f"{health.promise(sender, registry, entity, today)}{note}",
            kinds=health.kinds(sender, registry, entity, today),
            metadata={"dagster/column_schema": table_schema(registry.contracts[entity])},
        )
        for entity in registry.entities_of(sender)
    ]
    systems = ", ".join(item.name for item in registry.systems_of(sender))
    shared = {"sender_kind": sender.kind, "records": source, "systems": systems}
    return [
        spec.replace_attributes(
            group_name=sender.id,
            owners=[sender.owner],
            freshness_policy=health.freshness(sender),
            skippable=True,
            metadata={**shared, **spec.metadata},
            tags={**spec.tags, **({} if source == "reported" else {SIMULATED: ""})},
        )
        for spec in [pull, *entities]
    ]


def load_results(context: dg.AssetExecutionContext, platform: Platform, sender_id: str) -> Iterator[Result]:
    """Loads the sender and says how it went; an exception becomes a failed `delivery` check."""
    try:
        load = platform.load_sender(sender_id, platform.registry, platform.settings)
        results = [*told(load, platform.registry), *changes_checks(load, platform.settings.small_number)]
    except Exception as error:
        fault = faults.summary(error)
        context.log.error(f"The platform failed while it loaded {sender_id}.\n{faults.trace(error)}")
        platform.note_fault(sender_id, fault)
        results = [checks.platform_fault_check(sender_id, fault)]
    yield from results


def told(load: SenderLoad, registry: Registry) -> Iterator[Result]:
    """A load as materialisations and check results. Where nothing is new and no waiver, only the `delivery` check."""
    if load.outcomes:
        yield dg.MaterializeResult(asset_key=[load.sender_id, checks.DELIVERY], metadata=health.pulled(load, registry))
    for entity in registry.entities_of(registry.senders[load.sender_id]):
        touched = [o for o in load.outcomes if entity in o.failures or any(a.entity == entity for a in o.accounts)]
        accepted = [outcome for outcome in touched if outcome.status == "accepted"]
        if accepted:
            counts = health.counts(load, entity, touched, registry)
            yield dg.MaterializeResult(asset_key=[load.sender_id, entity], metadata=counts)
        if touched or entity in load.rejudged:  # a waiver counts from the night on which it is written, or ends
            yield checks.contract_check(load, registry.contracts[entity])
    yield checks.delivery_check(load)
