"""`cls nightly`: the nightly load in this process, on the Dagster instance that the UI shows."""

from __future__ import annotations

from typing import Annotated

import typer


def nightly(
    sender: Annotated[
        list[str] | None, typer.Option("--sender", "-s", metavar="SENDER", help="Load only this one; may be repeated.")
    ] = None,
) -> None:
    """Load what was delivered, build the marts, publish a release.

    Ends with 0 when the platform did its work, whatever the senders sent, and with 1 when it did not.
    """
    from cls_pipeline.cli.console import counted, err, out, steps, working
    from cls_pipeline.cli.errors import PLATFORM_TROUBLE
    from cls_pipeline.cli.status import next_steps, status_table
    from cls_pipeline.crew import crew
    from cls_pipeline.registry.last_good import read_registry
    from cls_pipeline.settings import get_settings

    settings = get_settings()
    with working("Reading the registry and the dbt project"):
        reading = read_registry(settings.contracts_dir, settings.kept_registry)
        registry = reading.registry

    # The crew is at work while Dagster is imported and dbt parses.
    with crew(registry, settings, sender or ()) as hands:
        from cls_pipeline.orchestration.nightly import EXPORT, MARTS, RELEASE, run_nightly
        from cls_pipeline.orchestration.resources import Platform

        stages = {EXPORT: "Ledger and registry", MARTS: "Marts (dbt)", RELEASE: "Release"}
        platform = Platform(
            settings,
            registry,
            registry_faults=tuple(reading.sentences()),
            load_sender=hands.load_sender,
            export_sources=hands.export_sources,
        )
        names = {item.id: item.name for item in registry.senders.values()} | stages
        with steps(len(sender or registry.senders) + len(stages)) as begin:
            result = run_nightly(platform, sender or (), lambda step: begin(names.get(step, step)))
    out.print(status_table(settings, registry, sender or ()))
    out.print()
    if result.digests:
        who = counted(len(result.digests), "sender")
        out.print(f"What {who} should put right: {settings.returns}/<sender>/", soft_wrap=True)
    next_steps(settings, result.digests)
    if not result.ok:
        err.print("\nThe platform did not do all its work:", style="red")
        for fault in result.faults:
            err.print(f"- {fault}", markup=False, soft_wrap=True)
        err.print(f"Where it happened stands in the log of run {result.run_id}: cls ui", markup=False, soft_wrap=True)
        raise typer.Exit(PLATFORM_TROUBLE)
