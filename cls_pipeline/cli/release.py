"""`cls release`: the releases that are kept, what one holds, and what differs between two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from cls_pipeline.cli.release_accept import accept

DIFFERENT = 1
WRONG_USE = 2

app = typer.Typer(help="The releases that analysts open.", no_args_is_help=True)
app.command("accept")(accept)


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


@contextmanager
def _known() -> Iterator[None]:
    """A name that means no release is wrong use, and no trouble of the platform."""
    from cls_pipeline.cli.console import err
    from cls_pipeline.warehouse.shelf import ReleaseError

    try:
        yield
    except ReleaseError as error:
        err.print(f"cls: {error}", markup=False, soft_wrap=True)
        raise typer.Exit(WRONG_USE) from error


Name = Annotated[str, typer.Argument(metavar="RELEASE", help="Its id or the start of it, `current`, or `previous`.")]


@app.command("show")
def show_command(name: Name = "current") -> None:
    """Show what a release holds, from which deliveries, and what has changed since the one before it.

    Ends with 0, or with 2 when there is no such release.
    """
    from cls_pipeline.cli.release_tables import show
    from cls_pipeline.settings import get_settings
    from cls_pipeline.warehouse.contents import contents
    from cls_pipeline.warehouse.difference import difference
    from cls_pipeline.warehouse.shelf import find_release, release_before

    settings = get_settings()
    with _known():
        wanted = find_release(settings, name)
    before = release_before(settings, wanted)
    show(wanted, contents(wanted.path), before, difference(before.path, wanted.path) if before else None)


@app.command("diff")
def diff_command(
    before: Name,
    after: Name = "current",
    csv: Annotated[Path | None, typer.Option("--csv", metavar="FILE", help="Write every figure that differs.")] = None,
) -> None:
    """Tell which figures differ between two releases, by how much, and what may have moved them.

    Ends with 0 when no figure differs, 1 when some do, 2 when there is no such release.
    """
    from cls_pipeline.cli.console import out
    from cls_pipeline.cli.release_tables import show_difference
    from cls_pipeline.settings import get_settings
    from cls_pipeline.warehouse.difference import as_csv, difference
    from cls_pipeline.warehouse.shelf import find_release

    settings = get_settings()
    with _known():
        old, new = find_release(settings, before), find_release(settings, after)
    found = difference(old.path, new.path)
    show_difference(old, new, found)
    if csv is not None:
        csv.write_text(as_csv(found.figures), encoding="utf-8")
        out.print(f"All {found.figures.height:,} of them: {csv}", markup=False, soft_wrap=True)
    if found.figures.height:
        raise typer.Exit(DIFFERENT)
