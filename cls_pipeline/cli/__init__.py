"""`cls`, the command line. Each command is a module of its own here and is mostly one call to another room.

What a command needs is imported when it runs, so that `cls --help` answers at once.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from cls_pipeline import __version__
from cls_pipeline.cli import (
    accounts,
    check,
    cutover,
    doctor,
    explain,
    metrics,
    nightly,
    release,
    returns,
    sample,
    sql,
    status,
    ui,
)
from cls_pipeline.cli.errors import SentenceGroup

app = typer.Typer(
    name="cls",
    cls=SentenceGroup,
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(sample.app, name="sample")
app.command()(nightly.nightly)
app.command()(check.check)
app.command()(cutover.cutover)
app.command()(status.status)
app.command()(explain.explain)
app.command()(returns.returns)
app.add_typer(release.app, name="release")
app.add_typer(metrics.app, name="metrics")
app.command()(sql.sql)
app.command()(doctor.doctor)
app.command()(ui.ui)
app.command()(accounts.accounts)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"cls {__version__}")
        raise typer.Exit


@app.callback()
def main(
    home: Annotated[
        Path | None,
        typer.Option(help="The folder that holds all state; else CLS_HOME, else .cls here.", file_okay=False),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which.")] = False,
) -> None:
    """From what the sites deliver to series that survive changes of local ICT systems."""
    if home is not None:
        os.environ["CLS_HOME"] = str(home.expanduser().absolute())
