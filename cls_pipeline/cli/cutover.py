"""`cls cutover`: the dry run of a coming change of system. Its tables are in `cutover_tables.py`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from cls_pipeline.cutover.report import Report

WRONG_USE = 2


def cutover(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE…", exists=True, dir_okay=False, help="The trial export, named as the new profile names it."
        ),
    ],
    site: Annotated[str, typer.Option("--site", "-s", metavar="SITE", help="Whose change of system.")],
    profile: Annotated[str, typer.Option("--profile", "-p", metavar="NEW", help="The profile of the new system.")],
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day they stand for, if their names do not say.")
    ] = None,
    to_json: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", dir_okay=False, help="Write all of it, for machines, too.")
    ] = None,
) -> None:
    """Compare a trial export of a new system with what the old one last delivered; nothing is loaded.

    The site's file need not name the new system yet. Ends with 0 whatever it finds, 2 when the question makes no sense.
    """
    from cls_pipeline.cli.console import err

    # Told by itself, for a sentence that is wrapped into a box cannot be copied.
    from cls_pipeline.cutover.question import CutoverError

    try:
        report = _report(files, site, profile, on)
    except CutoverError as error:
        err.print(f"cls: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(WRONG_USE) from error
    _show(report)
    if to_json is not None:
        from cls_pipeline.cutover.verdict import look_at, verdict

        told = {"verdict": verdict(report), "look_at": look_at(report)} | report.plain()
        to_json.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def _report(files: list[Path], site: str, profile: str, on: datetime | None) -> Report:
    from cls_pipeline.cli.console import steps
    from cls_pipeline.registry import load_registry
    from cls_pipeline.settings import get_settings

    settings = get_settings()
    registry = load_registry(settings.contracts_dir)
    from cls_pipeline.cutover.question import ask
    from cls_pipeline.cutover.report import STEPS, compare

    question = ask(registry, site, profile, files, on.date() if on else None)
    with steps(STEPS) as begin:
        return compare(question, registry, settings, begin)


def _show(report: Report) -> None:
    from cls_pipeline.cli.console import out
    from cls_pipeline.cli.cutover_tables import sections
    from cls_pipeline.cutover.verdict import look_at, verdict

    found = look_at(report)
    out.print(
        f"{report.site}: from {report.old_system} (delivered as of {report.old_as_of}) to {report.new_system} "
        f"(trial export as of {report.new_as_of})",
        style="bold",
        markup=False,
        soft_wrap=True,
    )
    out.print(verdict(report), style="yellow" if found else "green", markup=False, soft_wrap=True)
    for phrase in found:
        out.print(f"  - {phrase}", markup=False, soft_wrap=True)
    for title, parts in sections(report):
        out.print()
        out.print(title, style="bold", markup=False)
        for part in parts:
            if isinstance(part, str):
                out.print(part, markup=False, soft_wrap=True)
            else:
                out.print(part)
