"""`cls check`: a dry run of the contract on files that are not yet delivered."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cls_pipeline.outcomes import DeliveryOutcome

WOULD_NOT_PASS = 1


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="Files named as they will be sent."),
    ],
    sender: Annotated[str, typer.Option("--sender", "-s", metavar="SENDER", help="Who would send them.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day they stand for, if their names do not say.")
    ] = None,
) -> None:
    """Check files against the contract before they are delivered; nothing is written.

    Ends with 0 when every row would pass, 1 when not, 2 when the question makes no sense.
    """
    from cls_pipeline.cli.console import counted, err, out, working
    from cls_pipeline.registry import load_registry
    from cls_pipeline.settings import get_settings

    settings = get_settings()
    registry = load_registry(settings.contracts_dir)
    if sender not in registry.senders:
        known = ", ".join(sorted(registry.senders))
        raise typer.BadParameter(f"there is no sender {sender!r}. Known: {known}.", param_hint="--sender")
    with working(f"Checking {counted(len(files), 'file')}"):
        from cls_pipeline.dry_run import check_files

        outcomes, problems = check_files(files, sender, _day(on), registry, settings)
    for problem in problems:
        err.print(problem, style="red", markup=False, soft_wrap=True)
    for outcome in outcomes:
        _show(outcome)
    if problems or any(not passes(outcome) for outcome in outcomes):
        out.print(_verdict(outcomes), style="red")
        raise typer.Exit(WOULD_NOT_PASS)
    out.print("Would pass.", style="green")


def _verdict(outcomes: list[DeliveryOutcome]) -> str:
    from cls_pipeline.cli.console import counted

    if not outcomes or any(outcome.status == "refused" for outcome in outcomes):
        return "Would not pass: the delivery would be refused whole."
    left_out = sum(item.quarantined for outcome in outcomes for item in outcome.accounts)
    return f"Would not pass: the delivery would be taken without {counted(left_out, 'row')}."


def passes(outcome: DeliveryOutcome) -> bool:
    """Whether the delivery and each of its rows would be taken; warnings do not count."""
    failures = [failure for found in outcome.failures.values() for failure in found]
    return outcome.status == "accepted" and all(failure.severity == "warn" for failure in failures)


def _show(outcome: DeliveryOutcome) -> None:
    from cls_pipeline.cli.console import failures_table, out, table

    out.print(f"{outcome.system_id}, as of {outcome.as_of}", style="bold", markup=False)
    numbers = ("rows", "accepted", "quarantined", "refused", "out of scope")
    counts = table(("file", "table", "entity", *numbers), numbers)
    for item in outcome.accounts:
        rows = (item.rows_delivered, item.conformed, item.quarantined, item.refused, item.out_of_scope)
        counts.add_row(item.source_file, item.source_table, item.entity, *[f"{number:,}" for number in rows])
    out.print(counts)
    failures = [failure for found in outcome.failures.values() for failure in found]
    if failures:
        out.print()
        out.print(failures_table(failures))


def _day(on: datetime | None) -> date | None:
    return on.date() if on else None
