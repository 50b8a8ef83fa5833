"""`cls doctor`: what is installed, reachable and configured, what is wrong, and what to do about it."""

from __future__ import annotations

import typer


def doctor() -> None:
    """Examine this installation. Ends with 1 if anything is wrong."""
    from rich.markup import escape

    from cls_pipeline.cli.console import out, table
    from cls_pipeline.cli.examine import examine
    from cls_pipeline.settings import get_settings

    made = table(("", "what", "found", "what to do"))
    findings = list(examine(get_settings()))
    for item in findings:
        mark = "[green]ok[/green]" if item.well else "[red]wrong[/red]"
        made.add_row(mark, escape(item.what), escape(item.found), escape(item.to_do))
    out.print(made)
    if not all(item.well for item in findings):
        raise typer.Exit(1)
