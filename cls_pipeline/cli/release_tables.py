"""A release, and the difference of two, as tables and sentences. What they hold is decided in `warehouse`."""

from __future__ import annotations

from typing import Final

import polars as pl
from rich.markup import escape
from rich.table import Table

from cls_pipeline.cli.console import counted, out, table
from cls_pipeline.disclosure.rounding import rounding_in_words
from cls_pipeline.warehouse.contents import Contents
from cls_pipeline.warehouse.difference import CHANGES, Difference
from cls_pipeline.warehouse.shelf import Release

#: Of long tables, so many rows are shown; `--csv` has them all.
MOST_ROWS: Final = 15


def show(release: Release, held: Contents, before: Release | None, since: Difference | None) -> None:
    """Prints a release: what it holds, from what, what has changed, and where it is."""
    current = ", the current one" if release.is_current else ""
    _say(f"Release {release.release_id}{current}", style="bold")
    _say(f"made {release.created_at:%Y-%m-%d %H:%M} UTC by cls-pipeline {release.software_version}")
    if release.records_origin in ("simulated", "mixed"):
        what = "Sites' records are" if release.records_origin == "simulated" else "Records of some sites are"
        _say(f"{what} simulated. Published figures are real.", style="yellow")
    told = held.figures
    _say(
        f"\n{told['figures']:,} figures of {counted(_number(told['metrics']), 'metric')} at"
        f" {counted(_number(told['places']), 'place')}, {told['since']} to {told['until']}: {told['shown']:,} with a"
        f" value, {told['withheld']:,} withheld, {told['linked']:,} linked, {told['restated']:,} restated."
    )
    if release.rounded_to > 1:
        _say(rounding_in_words(release.rounded_to))
    out.print()
    out.print(_deliveries(held.deliveries))
    out.print()
    out.print(_counts("table", "rows", release.rows))
    _say("")
    if before is None or since is None:
        _say("No earlier release is kept to compare it with.")
    else:
        _say(f"Since {before.release_id}: {_summary(since)}")
        if since.figures.height:
            _say(f"More: cls release diff {before.release_id} {release.release_id}")
    _say(f"\nIts files are in {release.folder}:")
    out.print(_counts("file", "bytes", held.files))


def show_difference(before: Release, after: Release, found: Difference) -> None:
    """Prints what differs between two releases, and why it may."""
    _say(f"From {before.release_id} ({before.created_at:%Y-%m-%d %H:%M})", style="bold")
    _say(f"to   {after.release_id} ({after.created_at:%Y-%m-%d %H:%M})", style="bold")
    _say(_summary(found))
    if not found.figures.height:
        return
    for name in ("metric_id", "site_id"):
        out.print()
        out.print(_by(found.figures, name))
    _moves(found.figures)
    _say("\nWhat may have moved them", style="bold")
    _reasons(found)


def _summary(found: Difference) -> str:
    """How many figures differ, by what became of them."""
    counts = dict(found.figures.group_by("change").len().iter_rows())
    words = {change: change for change in CHANGES} | {"flags": "with other flags"}
    told = [f"{counts[change]:,} {word}" for change, word in words.items() if change in counts]
    return f"{', '.join(told) or 'no figure differs'}; {found.same:,} the same."


def _by(figures: pl.DataFrame, name: str) -> Table:
    """How many figures of each metric or site differ, and by how much the middle one moved; most first."""
    changes = [change for change in CHANGES if change in set(figures["change"])]
    size = pl.col("moved_share").filter(pl.col("change") == "moved").abs()
    counted_by = (
        figures.group_by(name)
        .agg(
            *(pl.col("change").eq(change).sum().alias(change) for change in changes),
            size.median().alias("median move"),
            size.max().alias("largest"),
            pl.len().alias("all"),
        )
        .sort("all", name, descending=[True, False])
    )
    numbers = [*changes, "median move", "largest"]
    made = table([name.removesuffix("_id"), *numbers], numbers)
    for row in counted_by.head(MOST_ROWS).iter_rows(named=True):
        shares = ["" if row[one] is None else f"{row[one]:.1%}" for one in numbers[-2:]]
        made.add_row(escape(row[name]), *(f"{row[change]:,}" if row[change] else "" for change in changes), *shares)
    return _with_rest(made, counted_by.height)


def _moves(figures: pl.DataFrame) -> None:
    """The figures that moved most against what they were."""
    moved = figures.filter(pl.col("change") == "moved")
    if moved.is_empty():
        return
    numbers = ("before", "after", "by")
    made = table(("site", "metric", "period", "breakdown", *numbers, "because"), numbers)
    for row in moved.head(MOST_ROWS).iter_rows(named=True):
        share = "" if row["moved_share"] is None else f" ({row['moved_share']:+.1%})"
        where = [row["breakdown"], row["breakdown_value"]] if row["breakdown"] != "all" else []
        where += [row["area"]] * (row["area"] != "all")
        amounts = [_amount(row["before"]), _amount(row["after"]), f"{_amount(row['moved_by'], '+')}{share}"]
        made.add_row(
            escape(row["site_id"]),
            f"{row['metric_id']} v{row['definition_version']}",
            f"{row['grain']} {row['period_start']}",
            escape(" ".join(where)),
            *amounts,
            escape(row["because"].replace("; ", "\n")),
        )
    out.print("\nFigures that moved most, against what they were", style="bold")
    out.print(_with_rest(made, moved.height))


def _reasons(found: Difference) -> None:
    for sentence in found.program:
        _say(f"- {sentence}")
    if not found.definitions.is_empty():
        made = table(("metric", "version", "definition"))
        for metric, version, what in found.definitions.head(MOST_ROWS).iter_rows():
            made.add_row(metric, str(version), escape(what))
        out.print(_with_rest(made, found.definitions.height))
    if not found.deliveries.is_empty():
        made = table(("sender", "system", "delivery", "as of", "what"))
        rows = found.deliveries.select("sender_id", "system_id", "delivery_id", pl.col("as_of").cast(pl.String), "what")
        for row in rows.head(MOST_ROWS).iter_rows():
            made.add_row(*(escape(cell or "") for cell in row))
        out.print(_with_rest(made, rows.height))
    if not found.program and found.definitions.is_empty() and found.deliveries.is_empty():
        _say("Both releases were made from the same deliveries, definitions and program.")


def _deliveries(deliveries: pl.DataFrame) -> Table:
    numbers = ("deliveries", "in force", "refused")
    made = table(("sender", *numbers, "newest", "systems in force"), numbers)
    for row in deliveries.iter_rows(named=True):
        counts = [f"{row[name]:,}" for name in ("deliveries", "in_force", "refused")]
        made.add_row(escape(row["sender_id"]), *counts, str(row["newest"] or ""), escape(row["systems"] or ""))
    return made


def _counts(name: str, of: str, counts: dict[str, int]) -> Table:
    made = table((name, of), (of,))
    for item, count in counts.items():
        made.add_row(escape(item), f"{count:,}")
    return made


def _with_rest(made: Table, rows: int) -> Table:
    if rows > MOST_ROWS:
        made.caption = f"{MOST_ROWS} of {rows:,}"
        made.caption_justify = "left"
    return made


def _amount(value: float | None, sign: str = "") -> str:
    return "" if value is None else f"{value:{sign},.6g}"


def _number(value: object) -> int:
    return int(str(value))


def _say(text: str, style: str | None = None) -> None:
    out.print(text, style=style, markup=False, soft_wrap=True)
