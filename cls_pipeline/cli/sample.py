"""`cls sample`: what the 27 sites would deliver, and the known truth beside it; `cls sample score`: what survives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class WriteUnlessNamed(TyperGroup):
    """`cls sample DIR` writes a sample; the other commands of the group are called by name."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Puts the name of the command that writes before whatever names none."""
        if args and args[0] not in self.commands and args[0] not in ("-h", "--help"):
            args = ["write", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=WriteUnlessNamed,
    no_args_is_help=True,
    help="The simulated programme: `cls sample DIR` writes it, `cls sample score` measures the pipeline on it.",
)


@app.command("write")
def sample(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="DIR",
            help="Where to write: inbox/<sender>/ or nights/<day>/<sender>/, and truth/.",
            show_default=False,
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="The same seed makes the same programme.")] = 1,
    years: Annotated[int, typer.Option(min=1, help="Years of history, ending with the last delivery.")] = 10,
    scale: Annotated[float, typer.Option(min=0.0001, help="1 is the programme at real size.")] = 0.02,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the last delivery.", show_default="today")
    ] = None,
    nights: Annotated[
        str | None,
        typer.Option(metavar="FIRST..LAST", help="Write what arrives on each night, e.g. 2026-01-01..2026-01-31."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Leave out a distortion or accident; may be repeated. --effects lists them."),
    ] = None,
    clean: Annotated[bool, typer.Option("--clean", help="Without any: records are as true as the world.")] = False,
    effects: Annotated[bool, typer.Option("--effects", help="List what systems do to records, and stop.")] = False,
) -> None:
    """Make the simulated programme: what its sites deliver, and the truth that the pipeline never reads."""
    from rich.progress import Progress

    from cls_pipeline.cli.console import err, out
    from cls_pipeline.sample import everything, write_sample

    if effects:
        out.print(_effects())
        return
    if folder is None:
        raise typer.BadParameter("say where to write: cls sample DIR")
    span = _span(nights)
    last = span[1] if span else until.date() if until else date.today()
    left_out = frozenset(everything() if clean else without or ())
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        made = write_sample(
            folder, seed=seed, years=years, scale=scale, until=last, without=left_out, nights=span, progress=progress
        )
    where = folder / ("nights" if span else "inbox")
    out.print(f"{made.sites} sites deliver {made.rows:,} rows in {made.files:,} files: {where}", soft_wrap=True)
    out.print(f"What is true of them, for comparison: {folder / 'truth'}", soft_wrap=True)


def _span(nights: str | None) -> tuple[date, date] | None:
    """The first and last night of a text such as 2026-01-01..2026-01-31."""
    if nights is None:
        return None
    first, dots, last = nights.partition("..")
    try:
        span = date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        dots = ""
    if not dots or span[0] > span[1]:
        raise typer.BadParameter(f"two days such as 2026-01-01..2026-01-31 are expected, found {nights!r}")
    return span


def _effects() -> object:
    from rich.table import Table

    from cls_pipeline.sample import catalogue

    table = Table("Name", "At", "What it does", title="What systems do to records")
    for name, at, what in catalogue():
        table.add_row(name, at, what)
    return table


@app.command()
def score(
    seed: Annotated[list[int] | None, typer.Option(help="A seed to play; may be repeated.")] = None,
    scale: Annotated[float, typer.Option(min=0.001, help="1 is the programme at real size.")] = 0.1,
    years: Annotated[int, typer.Option(min=3, help="Years of history.")] = 10,
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The day of the last delivery.")] = datetime(
        2026, 10, 31
    ),
    details: Annotated[
        Path | None,
        typer.Option(help="A CSV file to write: errors by metric and breakdown, of quarters, years, areas and teams."),
    ] = None,
) -> None:
    """Play seeds through the pipeline in homes of their own and compare every figure with the truth.

    Takes about three minutes a seed and some gigabytes of temporary space; nothing is kept.
    """
    from cls_pipeline.cli.console import err, out, steps
    from cls_pipeline.sample.survival import scorecard, survive, write_details

    seeds = seed or [1, 2, 3]
    played = []
    with steps(len(seeds) * 31) as begin:
        for one in seeds:
            played.append(
                survive(
                    one,
                    scale=scale,
                    years=years,
                    until=until.date(),
                    say=partial(_tell, begin, one),
                )
            )
    err.print()
    for part in scorecard(played):
        out.print(part)
        out.print()
    if details:
        write_details(played, details)


def _tell(begin: Callable[[str], None], seed: int, step: str) -> None:
    begin(f"Seed {seed}: {step}")
