"""`cls explain`: a figure walked back to what was delivered. Shows what `cls_pipeline.explaining` finds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.table import Table

    from cls_pipeline.explaining.continuity import Continuity, Step
    from cls_pipeline.explaining.explanation import Explanation
    from cls_pipeline.explaining.figure import Figure
    from cls_pipeline.explaining.published import Printed
    from cls_pipeline.explaining.sources import Sources


def explain(
    site: Annotated[str, typer.Argument(metavar="SITE", help="A site's id, or a council's code.")],
    metric: Annotated[str, typer.Argument(metavar="METRIC", help="The metric's id in dim_metric.")],
    period: Annotated[str, typer.Argument(metavar="PERIOD", help="2018-04, 2018-Q1, 2017/18-Q4 or 2018/19.")],
    breakdown: Annotated[
        str, typer.Option(metavar="NAME=VALUE", help="A part of the figure, such as age_band=65_plus.")
    ] = "all=all",
    as_json: Annotated[bool, typer.Option("--json", help="All of it as JSON instead of tables.")] = False,
) -> None:
    """Walk a figure back: definition, rows by delivery, what was left out or set right, links, breaks.

    Reads the warehouse, in which small numbers stand: not for analysts, and not to be passed on.
    """
    from cls_pipeline.explaining.asking import open_warehouse
    from cls_pipeline.explaining.explanation import explain as explained
    from cls_pipeline.settings import get_settings

    with open_warehouse(get_settings()) as connection:
        found = explained(connection, site, metric, period, breakdown)
    if as_json:
        import json
        from dataclasses import asdict

        typer.echo(json.dumps(asdict(found), default=str, indent=2))
        return
    show(found)


def show(found: Explanation) -> None:
    """Prints an explanation."""
    _show_figure(found.figure)
    if found.sources is not None:
        _show_sources(found.sources, found.figure)
        _show_corrections(found.sources)
    elif found.figure.source_kind == "records":
        _say("Which rows it counts cannot be shown: its counting is written in SQL only, not row by row.")
    if found.figure.source_kind == "published":
        _show_printed(found.printed)
    _show_links(found.continuity, found.figure)
    _show_breaks(found.continuity)


def _show_figure(figure: Figure) -> None:
    part = "" if figure.breakdown == "all" else f", {figure.breakdown} {figure.breakdown_value}"
    _head(f"{figure.metric}{part}, {figure.site}, {figure.period}: {_valued(figure.value, figure.unit)}")
    _say(f"The period is {figure.period_start} to {figure.period_end}; as recorded, {_number(figure.value_raw)}.")
    for name, value, words in (
        ("Numerator", figure.numerator, figure.numerator_is),
        ("Denominator", figure.denominator, figure.denominator_is),
    ):
        if value is not None:
            _say(f"{name}: {_number(value)}" + (f" ({words})" if words else ""))
    in_force = "System in force at its end" if figure.source_kind == "records" else "Publication"
    _say(f"{in_force}: {figure.system}")
    for flag, meaning in figure.flags.items():
        _say(f"Flag {flag}: {meaning}")
    _say(f"Definition, version {figure.definition_version}{_valid(figure)}: {figure.definition}")
    _say(f"Source: {figure.source}")


def _show_sources(sources: Sources, figure: Figure) -> None:
    from cls_pipeline.cli.console import counted, out, table

    left_out = sum(item.rows for item in sources.left_out)
    _head("Where it comes from")
    _say(
        f"{counted(sources.considered, 'row')} on record could be in it: {sources.considered - left_out:,} counted, "
        f"{left_out:,} left out. A counted row is one {sources.counts}."
    )
    if not sources.adds_up:
        out.print("These rows do not add up to the figure. That is a fault of the pipeline: report it.", style="red")
    parts = [part for part in ("numerator", "denominator") if getattr(figure, part) is not None]
    numbers = ["counted rows", *parts, "quarantined"]
    made = table(["system", "installation", "delivery", "as of", "received", "file", *numbers], numbers)
    for item in sources.files:
        received = "" if item.received_at is None else f"{item.received_at:%Y-%m-%d %H:%M}"
        values = [item.rows, *(getattr(item, part) for part in parts), item.quarantined]
        lineage = (item.system, item.installation, item.delivery_id, _text(item.as_of), received, item.file)
        made.add_row(*map(_safe, lineage), *map(_number, values))
    if sources.files:
        out.print(made)
        _say("Quarantined rows are of the whole file, of any period; they are in no figure.")
    if sources.left_out:
        made = table(["left out", "system", "rows"], ["rows"])
        for left in sources.left_out:
            made.add_row(_safe(left.why), _safe(left.system), _number(left.rows))
        out.print(made)
    if sources.joined:
        made = table(["people behind it: how their numbers were joined", "people"], ["people"])
        for joined in sources.joined:
            made.add_row(_safe(joined.how), _number(joined.people))
        out.print(made)


def _show_corrections(sources: Sources) -> None:
    from cls_pipeline.cli.console import out, table

    _head("Corrections")
    if not sources.corrections:
        _say("None: every counted row stands as recorded.")
        return
    made = table(["set right", "counted rows"], ["counted rows"])
    for item in sources.corrections:
        made.add_row(_safe(item.why), _number(item.rows))
    out.print(made)


def _show_printed(printed: Sequence[Printed]) -> None:
    from cls_pipeline.cli.console import out, table

    _head("Where it is printed")
    if not printed:
        _say("In no row on record; the figure follows from what the publisher says of others.")
        return
    columns = (
        "publisher",
        "publication",
        "release as of",
        "file",
        "table",
        "row",
        "measure",
        "what",
        "value",
        "status",
    )
    made = table([*columns, ""], ["row", "value"])
    for item in printed:
        texts = (item.publisher, item.publication, _text(item.release_as_of), item.file, item.table)
        value = "" if item.value is None else repr(item.value)
        end = (item.measure, item.measure_type, value, item.status, "in force" if item.is_in_force else "superseded")
        made.add_row(*map(_safe, texts), str(item.row), *map(_safe, end))
    out.print(made)
    for note in dict.fromkeys(item.note for item in printed if item.note):
        _say(f"The publisher notes: {note}")


def _show_links(continuity: Continuity, figure: Figure) -> None:
    from cls_pipeline.cli.console import out, table

    _head("Links")
    if continuity.recoded is None and not continuity.carried and not continuity.crossed:
        _say("None: the value is as recorded.")
        return
    if continuity.recoded is not None:
        half = continuity.half_width or 0.0
        low, high = _number(continuity.recoded - half), _number(continuity.recoded + half)
        _say(
            f"{_number(figure.value_raw)} became {_number(continuity.recoded)} (95 % interval {low} to {high}): the "
            "site did not use codes that its peers used, and their records were counted otherwise in those days."
        )
        made = table(
            ["missing code", "from", "until", "due then", "its share of all", "too much counted", "taken up by"]
        )
        for gone in continuity.absences:
            share = f"{gone.share:.1%} ({gone.share_low:.1%} to {gone.share_high:.1%})"
            taken = ", ".join(f"{code} {odds:.0%}" for code, odds in gone.taken_up[:3])
            days = (_text(gone.absent_from), _text(gone.absent_until), f"{gone.due:.0f}")
            made.add_row(_safe(gone.code), *days, share, f"{gone.moved_share:+.1%} of all", _safe(taken))
        out.print(made)
    if continuity.carried:
        _say(f"The value {_number(figure.value)} is at the level of the newest system, carried across:")
    elif continuity.crossed:
        _say("The value does not compare with those of the newest system; between them lie:")
    if continuity.crossed:
        out.print(_steps(continuity.crossed))


def _show_breaks(continuity: Continuity) -> None:
    from cls_pipeline.cli.console import out

    _head("Breaks within twelve months")
    if continuity.near:
        out.print(_steps(continuity.near))
    else:
        _say("None.")


def _steps(steps: Sequence[Step]) -> Table:
    from cls_pipeline.cli.console import table

    made = table(["day", "cause", "how known", "size", "95 % interval", "verdict", "note"], ["size"])
    for step in steps:
        interval = (
            "" if step.size_low is None or step.size_high is None else f"{step.size_low:+.1%} to {step.size_high:+.1%}"
        )
        size = "" if step.size is None else f"{step.size:+.1%}"
        texts = (_text(step.break_date), step.cause, step.how_known, size, interval, step.verdict, step.note)
        made.add_row(*map(_safe, texts))
    return made


def _head(text: str) -> None:
    from cls_pipeline.cli.console import out

    out.print(f"\n{text}", style="bold", markup=False, soft_wrap=True)


def _say(text: str) -> None:
    from cls_pipeline.cli.console import out

    out.print(text, markup=False)


def _safe(text: str) -> str:
    from rich.markup import escape

    return escape(text)


def _text(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _valid(figure: Figure) -> str:
    ends = (("from", figure.valid_from), ("until", figure.valid_until))
    told = " ".join(f"{word} {day}" for word, day in ends if day)
    return f" ({told})" if told else ""


def _valued(value: float | None, unit: str) -> str:
    return "no value" if value is None else f"{_number(value)} {unit}"


def _number(value: float | None) -> str:
    """A count as a whole number, anything else with two decimals, or four figures where it is small."""
    if value is None:
        return "no value"
    if float(value).is_integer():
        return f"{value:,.0f}"
    return f"{value:,.2f}" if abs(value) >= 10 else f"{value:.4g}"
