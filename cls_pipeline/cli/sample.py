"""`cls sample`: what the 27 sites would deliver, and the known truth beside it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer


def sample(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write: inbox/<sender>/ and truth/.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same programme.")] = 1,
    years: Annotated[int, typer.Option(min=1, help="Years of history, ending with the last delivery.")] = 5,
    scale: Annotated[float, typer.Option(min=0.0001, help="1 is the programme at real size.")] = 0.02,
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of the last delivery.", show_default="today")
    ] = None,
    accidents: Annotated[bool, typer.Option(help="With the mistakes that real deliveries have.")] = True,
) -> None:
    """Make the simulated programme: what its sites deliver, and the truth that the pipeline never reads."""
    from rich.progress import Progress

    from cls_pipeline.cli.console import err, out
    from cls_pipeline.sample import write_sample

    last = until.date() if until else date.today()
    with Progress(console=err, transient=True, disable=not err.is_terminal) as progress:
        made = write_sample(
            folder, seed=seed, years=years, scale=scale, until=last, accidents=accidents, progress=progress
        )
    out.print(
        f"{made.sites} sites deliver {made.rows:,} rows in {made.files} files: {folder / 'inbox'}", soft_wrap=True
    )
    out.print(f"What is true of them, for comparison: {folder / 'truth'}", soft_wrap=True)
