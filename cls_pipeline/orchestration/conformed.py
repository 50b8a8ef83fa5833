"""The meeting point of all senders: `[conformed, entity]`, the ledger, the registry and who is who as dbt reads them.

A graph with a fan-in rather than a plain multi-asset: Dagster skips a step if any single input was not produced
tonight, but a fan-in only if all were not. `begin` is always produced, so neither a quiet sender nor a quiet night
skips anything.
"""

from collections.abc import Iterator

import dagster as dg
from dagster._core.definitions.composition import MappedInputPlaceholder

from cls_pipeline.identity.happened import TELLING
from cls_pipeline.orchestration.checks import DELIVERY
from cls_pipeline.orchestration.columns import table_schema
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.registry import Registry

CONFORMED = "conformed"
LEDGER = "ledger"
REGISTRY = "registry"
IDENTITY = "identity"
HISTORY = "history"
DESCRIPTIONS = {
    LEDGER: "Deliveries, the accounts of their rows and the faults that are open, exported for this night's warehouse.",
    HISTORY: "Each figure as it was first published, so that a later one can say that it was restated.",
    IDENTITY: "Who is who across the systems of each site, linked anew where a site's loads have changed.",
    REGISTRY: "Senders, systems, code lists and councils of `data_contracts/`, exported for this night's warehouse.",
}


@dg.op(out=dg.Out(dg.Nothing), description="Always produced, so that the export is never skipped.")
def begin() -> None:
    """Nothing to do; see the module."""


def conformed_assets(registry: Registry) -> dg.AssetsDefinition:
    """The assets between the senders and dbt: made by one export, after every sender in the run has had its turn."""
    outputs = output_keys(registry)
    inputs = input_keys(registry)
    graph = dg.GraphDefinition(
        name="export_sources",
        description="Exports the ledger and the registry for dbt and links people, once all senders are loaded.",
        node_defs=[begin, _export_op(list(outputs))],
        dependencies={
            "export": {
                "after": dg.MultiDependencyDefinition(
                    [dg.DependencyDefinition("begin"), *[MappedInputPlaceholder for _ in inputs]]
                )
            }
        },
        input_mappings=[
            dg.InputMapping(
                graph_input_name=name, mapped_node_name="export", mapped_node_input_name="after", fan_in_index=i
            )
            for i, name in enumerate(inputs, start=1)
        ],
        output_mappings=[
            dg.OutputMapping(graph_output_name=name, mapped_node_name="export", mapped_node_output_name=name)
            for name in outputs
        ],
    )
    assets = dg.AssetsDefinition.from_graph(
        graph,
        keys_by_input_name=inputs,
        keys_by_output_name=outputs,
        internal_asset_deps={name: _upstream(key, set(inputs.values())) for name, key in outputs.items()},
    )
    return assets.map_asset_specs(lambda spec: _described(spec, registry))


def output_keys(registry: Registry) -> dict[str, dg.AssetKey]:
    """The keys that the export produces, by output name."""
    return {
        table: dg.AssetKey([CONFORMED, table]) for table in [*registry.contracts, LEDGER, REGISTRY, IDENTITY, HISTORY]
    }


def input_keys(registry: Registry) -> dict[str, dg.AssetKey]:
    """The senders' keys that the export waits for, by input name."""
    keys = [
        [sender.id, part] for sender in registry.senders.values() for part in [DELIVERY, *registry.entities_of(sender)]
    ]
    return {"__".join(key): dg.AssetKey(key) for key in keys}


def _export_op(outputs: list[str]) -> dg.OpDefinition:
    @dg.op(
        name="export",
        ins={"after": dg.In(dg.Nothing)},
        out={name: dg.Out(dg.Nothing) for name in outputs},
    )
    def export(platform: dg.ResourceParam[Platform]) -> Iterator[dg.Output[None]]:
        with platform.warehouse():
            platform.export_sources(platform.registry, platform.settings)
        for name in outputs:
            yield dg.Output(None, name)

    return export


def _upstream(key: dg.AssetKey, senders: set[dg.AssetKey]) -> set[dg.AssetKey]:
    table = key.path[-1]
    parts = {LEDGER: {DELIVERY}, IDENTITY: TELLING}.get(table, {table})
    return {item for item in senders if item.path[-1] in parts}


def _described(spec: dg.AssetSpec, registry: Registry) -> dg.AssetSpec:
    contract = registry.contracts.get(spec.key.path[-1])
    if contract is None:
        description = DESCRIPTIONS[spec.key.path[-1]]
        return spec.replace_attributes(group_name=CONFORMED, kinds={"parquet"}, description=description)
    return spec.replace_attributes(
        group_name=CONFORMED,
        kinds={"parquet"},
        description=f"{contract.description}\n\nThe records in force, of all senders.",
        metadata={**spec.metadata, "dagster/column_schema": table_schema(contract)},
    )
