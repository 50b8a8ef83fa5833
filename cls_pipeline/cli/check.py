"""`cls check`: a dry run of the contract on files that are not yet delivered, and what changed since the last ones.

How it is shown is in `check_shown.py`.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cls_pipeline.outcomes import DeliveryOutcome
    from cls_pipeline.registry import Registry

WOULD_NOT_PASS = 1
WRONG_USE = 2


def check(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", exists=True, dir_okay=False, help="Files named as they will be sent."),
    ],
    sender: Annotated[
        str, typer.Option("--site", "--sender", "-s", metavar="SITE", help="Who would send them: a site or publisher.")
    ],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day they stand for, if their names do not say.")
    ] = None,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            exists=True,
            help="What to compare with: last_delivery.json from returns/SITE, a file sent last time, or a folder of "
            "them; can be given again. Without it, what was last accepted here.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON instead of tables.")] = False,
) -> None:
    """Check files before they are delivered: the contract, and what changed since the last ones. Nothing is written.

    Needs no key and no home: a site can run it alone. Ends with 0 when every row would pass, 1 when not, 2 when the
    question makes no sense. A change to look at is told and does not fail it.
    """
    from cls_pipeline.cli.check_shown import plain, show
    from cls_pipeline.cli.console import counted, err, out, working

    # Told by itself, for a sentence that is wrapped into a box cannot be copied.
    from cls_pipeline.comparing.kept import NoSummaryError
    from cls_pipeline.registry import load_registry
    from cls_pipeline.settings import get_settings

    settings = get_settings()
    registry = load_registry(settings.contracts_dir)
    if sender not in registry.senders:
        known = ", ".join(sorted(registry.senders))
        raise typer.BadParameter(f"there is no sender {sender!r}. Known: {known}.", param_hint="--site")
    with working(f"Checking {counted(len(files), 'file')}"):
        from cls_pipeline.dry_run import check_files

        try:
            day = on.date() if on else None
            outcomes, problems = check_files(files, sender, day, registry, settings, against or ())
        except NoSummaryError as error:
            err.print(f"cls: {error}", markup=False, soft_wrap=True)
            raise typer.Exit(WRONG_USE) from error
    well = not problems and all(map(passes, outcomes))
    verdict = "Would pass." if well else _verdict(outcomes)
    if as_json:
        told = {"site": sender, "passes": well, "verdict": verdict, "note": note(outcomes, registry)}
        told |= {"problems": problems, "deliveries": [plain(item, settings.small_number) for item in outcomes]}
        typer.echo(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        for problem in problems:
            err.print(problem, style="red", markup=False, soft_wrap=True)
        for outcome in outcomes:
            show(outcome, settings.small_number)
        if said := note(outcomes, registry):
            out.print(said, style="dim", markup=False, soft_wrap=True)
        out.print(verdict, style="green" if well else "red", markup=False)
    if not well:
        raise typer.Exit(WOULD_NOT_PASS)


def note(outcomes: list[DeliveryOutcome], registry: Registry) -> str:
    """What a reader must know of the records, in a sentence: where they come through invented products."""
    from cls_pipeline.registry.origin import NOTES, origin

    found = origin(registry.systems[outcome.system_id].layout for outcome in outcomes)
    return NOTES[found] if found else ""


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
