"""`cls release`: the releases that are kept."""

from __future__ import annotations

import typer

app = typer.Typer(help="The releases that analysts open.", no_args_is_help=True)


@app.callback()
def release() -> None:
    """The releases that analysts open."""


@app.command("list")
def list_command() -> None:
    """List the releases that are kept, newest first; the current one is marked."""
    from cls_pipeline.cli.console import out, table
    from cls_pipeline.settings import get_settings
    from cls_pipeline.warehouse.shelf import list_releases

    found = list_releases(get_settings())
    if not found:
        out.print("There is no release yet. `cls nightly` makes one.", markup=False)
        return
    made = table(("release", "made (UTC)", "records", "rows", "suppressed", "file"), ("rows", "suppressed"))
    for item in found:
        name = f"{item.release_id} (current)" if item.is_current else item.release_id
        rows, suppressed = f"{sum(item.rows.values()):,}", f"{item.suppressed:,}"
        made_at = f"{item.created_at:%Y-%m-%d %H:%M}"
        made.add_row(name, made_at, item.records_origin or "-", rows, suppressed, str(item.path))
    out.print(made, soft_wrap=True)
