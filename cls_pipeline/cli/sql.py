"""`cls sql`: a question to the current release, read-only."""

from __future__ import annotations

import csv
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from cls_pipeline.cli.errors import NoReleaseError

if TYPE_CHECKING:
    import duckdb

MOST_ROWS = 200


def sql(
    question: Annotated[str, typer.Argument(metavar='"SELECT …"', help="SQL over the schema marts.")],
    as_csv: Annotated[bool, typer.Option("--csv", help="All rows as CSV instead of a table.")] = False,
) -> None:
    """Ask the current release; it is opened read-only."""
    import duckdb

    from cls_pipeline.cli.console import err, out, table
    from cls_pipeline.settings import get_settings

    file = get_settings().releases / "current" / "cls.duckdb"
    if not file.exists():
        raise NoReleaseError("There is no release yet. `cls nightly` makes one.")
    with duckdb.connect(str(file), read_only=True) as connection:
        connection.execute("set search_path = 'marts,main'")
        # Only the release is asked: no other file, and not the warehouse, in which small numbers stand.
        connection.execute("set enable_external_access = false; set lock_configuration = true")
        note = _note(connection)
        try:
            answer = connection.execute(question)
            if answer is None:
                raise typer.BadParameter("the question is empty.")
            names = [column[0] for column in answer.description or []]
            rows = answer.fetchall() if as_csv else answer.fetchmany(MOST_ROWS + 1)
        except duckdb.Error as error:
            err.print(f"cls: {error}", markup=False, soft_wrap=True)
            raise typer.Exit(1) from error
    if as_csv:
        with suppress(BrokenPipeError):  # whoever reads it has had enough
            csv.writer(sys.stdout).writerows([names, *rows])
            sys.stdout.flush()
        if note:
            err.print(note, markup=False, soft_wrap=True)
        return
    numbers = [name for i, name in enumerate(names) if any(isinstance(row[i], int | float) for row in rows)]
    made = table(names, numbers)
    for row in rows[:MOST_ROWS]:
        made.add_row(*["" if value is None else str(value) for value in row])
    out.print(made)
    if note:
        out.print(note, style="dim", markup=False, soft_wrap=True)
    if len(rows) > MOST_ROWS:
        err.print(f"Only the first {MOST_ROWS} rows are shown; --csv gives all.")


def _note(connection: duckdb.DuckDBPyConnection) -> str:
    """What a reader must know of the release: whether its sites' records are simulated."""
    import duckdb

    from cls_pipeline.registry.origin import INVENTED

    try:
        row = connection.execute("select records_origin from release").fetchone()
    except duckdb.Error:  # a release of an earlier version does not say
        return ""
    notes = {
        "simulated": f"Sites' records are simulated: {INVENTED}. Published figures are real.",
        "mixed": f"Records of some sites (dim_site.is_simulated) are simulated: in them, {INVENTED}.",
    }
    return notes.get(row[0] or "", "") if row else ""
