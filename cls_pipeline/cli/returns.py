"""`cls returns`: what lies in a site's own folder for it to put right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


class UnknownSiteError(ValueError):
    """There is no such sender."""


def returns(
    site: Annotated[str, typer.Argument(help="The site, as in data_contracts/senders/.")],
    as_json: Annotated[bool, typer.Option("--json", help="For a program: a list of objects.")] = False,
) -> None:
    """Say which fix lists and digests lie in a site's folder, the newest first. Nothing of them is shown."""
    from cls_pipeline.cli.console import out, table
    from cls_pipeline.registry import load_registry
    from cls_pipeline.settings import get_settings

    settings = get_settings()
    senders = load_registry(settings.contracts_dir).senders
    if site not in senders:
        raise UnknownSiteError(f"There is no site {site!r}. There are: {', '.join(sorted(senders))}.")
    folder = settings.returns / site
    files = sorted((path for path in folder.glob("*_????-??-??.*") if path.is_file()), key=_newest_first)
    rows = [{"file": path.name, "day": _day(path), "lines": _lines(path)} for path in files]
    if as_json:
        typer.echo(json.dumps([row | {"path": str(folder / str(row["file"]))} for row in rows], indent=2))
        return
    if not rows:
        out.print(f"Nothing lies in {folder}.", markup=False, soft_wrap=True)
        return
    made = table(["file", "day", "failing rows"], ["failing rows"])
    for row in rows:
        made.add_row(str(row["file"]), str(row["day"]), "" if row["lines"] is None else f"{row['lines']:,}")
    out.print(f"In {folder}:", markup=False, soft_wrap=True)
    out.print(made)


def _newest_first(path: Path) -> tuple[int, str]:
    return (-int(_day(path).replace("-", "")), path.name)


def _day(path: Path) -> str:
    return path.stem[-len("2026-11-22") :]


def _lines(path: Path) -> int | None:
    """The failing rows of a CSV: a line each, whatever was sent."""
    if path.suffix != ".csv":
        return None
    with path.open("rb") as file:
        return sum(1 for _ in file) - 1
