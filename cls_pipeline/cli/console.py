"""How `cls` shows things: tables for people on standard output, progress on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.suggesting.lines import last_line

# A pipe or a file has no width of its own; a table that is wrapped to 80 columns is of no use there.
WIDTH_OF_A_FILE = 160

FOLLOWS = {"warn": "warning", "refuse_row": "row quarantined", "refuse_delivery": "delivery refused"}

out = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH_OF_A_FILE)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else WIDTH_OF_A_FILE)


def table(columns: Sequence[str], numbers: Sequence[str] = (), title: str | None = None) -> Table:
    """An empty table; the columns in `numbers` stand to the right."""
    made = Table(title=title, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        right = column in numbers
        made.add_column(column, justify="right" if right else "left", overflow="fold", no_wrap=right)
    return made


def failures_table(failures: Sequence[RuleFailure]) -> Table:
    """Failed rules, gravest first, each with what to do, and the line that would map what is not mapped."""
    made = table(["rule", "column", "rows", "first row", "found", "allowed", "what to do"], ["rows", "first row"])
    for item in sorted(failures, key=lambda f: (f.severity == "warn", -f.rows)):
        made.add_row(
            escape(f"{item.rule_id} ({FOLLOWS[item.severity]})\n{item.meaning}"),
            escape(" ".join(part for part in (item.source_file, item.their_column) if part)),
            f"{item.rows:,}\n{item.share:.1%}",
            "" if item.first_row is None else f"{item.first_row:,}",
            escape(item.example),
            escape(item.allowed + (f"\nnearest: {item.nearest}" if item.nearest else "")),
            escape("\n".join(filter(None, [item.how_to_fix, last_line(item.suggestion)]))),
        )
    return made


def counted(number: int, noun: str) -> str:
    """A number with its noun: 1 row, 2 rows."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


@contextmanager
def working(what: str) -> Iterator[None]:
    """A spinner, or a line where nobody watches."""
    if err.is_terminal:
        with err.status(what):
            yield
    else:
        err.print(f"{what} …", markup=False)
        yield


@contextmanager
def steps(total: int) -> Iterator[Callable[[str], None]]:
    """A progress bar over `total` steps; call what is given with the name of each step as it begins."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=True, disable=not err.is_terminal) as progress:
        task = progress.add_task("Starting", total=total, completed=-1)

        def begin(name: str) -> None:
            if not err.is_terminal:
                err.print(name, markup=False)
            progress.update(task, description=escape(name), advance=1)

        yield begin
