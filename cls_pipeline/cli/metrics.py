"""`cls metrics`: the catalogue of a release, and its figures by name."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cls_pipeline.cli.errors import NoReleaseError

if TYPE_CHECKING:
    from cls_pipeline.warehouse.asking import Question

app = typer.Typer(help="The metrics of the current release, and their figures by name.", no_args_is_help=True)
MOST_ROWS = 200
DAY = ["%Y-%m-%d"]


@app.callback()
def metrics() -> None:
    """The metrics of the current release, and their figures by name."""


@app.command("list")
def list_command(
    question: Annotated[int | None, typer.Option(min=1, max=7, help="Only those that speak to this question.")] = None,
) -> None:
    """List the metrics: what each is, in which unit, and how its figures may be put together."""
    import duckdb

    from cls_pipeline.cli.console import out, table
    from cls_pipeline.warehouse.catalogue import BESIDE

    with duckdb.connect(str(_release() / "cls.duckdb"), read_only=True) as con:
        rows = con.execute(
            "select metric_id, any_value(name), any_value(unit), any_value(arithmetic), any_value(comparability),"
            " any_value(source_kind), any_value(question) from marts.dim_metric"
            " group by metric_id order by any_value(source_kind) desc, any_value(outcome), metric_id"
        ).fetchall()
    shown = table(("metric", "what it is", "unit", "together", "nations", "from"))
    for *told, asked in rows:
        if told[0].endswith(BESIDE):
            continue
        if question is None or str(question) in (asked or "").split(";"):
            shown.add_row(*[cell or "" for cell in told])
    out.print(shown)
    out.print("together: sum over sites and time · stock over sites · share and mean by their parts · none never")


@app.command("query")
def query(
    metric: Annotated[list[str], typer.Argument(metavar="METRIC...", help="Ids from `cls metrics list`.")],
    by: Annotated[
        str, typer.Option(help="Comma-separated: month, quarter, year, site, nation, area, system, breakdown.")
    ] = "month,site",
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    nation: Annotated[str | None, typer.Option(help="Only sites of this nation.")] = None,
    breakdown: Annotated[str | None, typer.Option(help="By the parts of this breakdown, e.g. age_band.")] = None,
    since: Annotated[datetime | None, typer.Option(formats=DAY, help="Periods from this day on.")] = None,
    until: Annotated[datetime | None, typer.Option(formats=DAY, help="Periods that begin up to this day.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="All rows as CSV instead of a table.")] = False,
) -> None:
    """Ask for figures through MetricFlow; refuses, and says why, where they may not be put together."""
    from cls_pipeline.cli.console import err, out, table
    from cls_pipeline.warehouse.asking import GROUPS, Question, ask

    groups = [name.strip() for name in by.split(",")]
    if breakdown and "breakdown" not in groups:
        groups.append("breakdown")
    unknown = [name for name in groups if name not in GROUPS]
    if unknown:
        raise typer.BadParameter(f"{unknown[0]} is no group; there are {', '.join(GROUPS)}.", param_hint="--by")
    if "breakdown" in groups and not breakdown:
        raise typer.BadParameter("say which breakdown: --breakdown NAME.", param_hint="--by")
    folder = _release()
    question = Question(metric, groups, site, nation, breakdown, since, until)
    _refuse(folder, question)
    answer = ask(folder / "metricflow", question)
    beside = [f"{name}_{what}" for name in metric for what in ("figures", "withheld")]
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow([*answer.columns, *beside])
        writer.writerows([*row, *chain(*told)] for row, told in zip(answer.rows, answer.behind, strict=True))
        return
    # Where every answer is a figure of its own, nothing was put together.
    is_made = any(sum(counts) > 1 for told in answer.behind for counts in told)
    shown = table([*answer.columns, *(["of figures"] * is_made)], [*metric, "of figures"])
    for row, told in islice(zip(answer.rows, answer.behind, strict=True), MOST_ROWS):
        made_of = [_made_of(told)] if is_made else []
        shown.add_row(*["" if cell is None else _told(cell) for cell in row], *made_of)
    out.print(shown)
    if is_made and any(withheld for told in answer.behind for _, withheld in told):
        out.print("Withheld figures are in no sum: one that has some is less than the whole.")
    if len(answer.rows) > MOST_ROWS:
        err.print(f"Only the first {MOST_ROWS} of {len(answer.rows)} rows are shown; --csv gives all.")


def _made_of(told: Sequence[tuple[int, int]]) -> str:
    """How many figures each metric's answer is made of."""
    return " · ".join(f"{shown}" + (f" ({withheld} withheld)" if withheld else "") for shown, withheld in told)


def _release() -> Path:
    from cls_pipeline.settings import get_settings

    folder = get_settings().releases / "current"
    if not (folder / "cls.duckdb").exists():
        raise NoReleaseError("There is no release yet. `cls nightly` makes one.")
    return folder.resolve()


def _refuse(folder: Path, question: Question) -> None:
    """Ends the command where figures of several sites may not make one."""
    import duckdb

    from cls_pipeline.warehouse.asking import QuestionError
    from cls_pipeline.warehouse.pooling import NATIONS, refusal

    if question.site or "site" in question.by:
        return
    asked = [question.nation] if question.nation else list(NATIONS)
    together = [[nation] for nation in asked] if "nation" in question.by else [asked]
    with duckdb.connect(str(folder / "cls.duckdb"), read_only=True) as con:
        for metric in question.metrics:
            for nations in together:
                why = refusal(con, metric, nations)
                if why:
                    raise QuestionError(why)


def _told(cell: object) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, datetime) else str(cell)
