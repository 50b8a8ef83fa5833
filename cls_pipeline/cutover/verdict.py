"""What the whole amounts to: ready, or what to look at first, gravest first. The limits stand here, with their reasons.

The numbers are made elsewhere; nothing is counted here but the rows of tables.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.cutover.codes import GONE, UNRECORDED
from cls_pipeline.cutover.figures import MOVES
from cls_pipeline.cutover.people import NOT_FOUND
from cls_pipeline.cutover.report import Report

#: Whoever has support and is not found starts again as somebody new: one in two hundred is noise of linking.
SUPPORTED_LOST: Final = 0.005
#: Of all people and events, some that closed long ago may stay behind on purpose; one in twenty is worth a look.
LOST: Final = 0.05
#: Of the events of people who are found, fewer go missing by chance.
KNOWN_LOST: Final = 0.01
#: Copies and days that are none, of all records of the new system.
ODD: Final = 0.005
#: A code that fewer records than this had is rare enough to be absent by chance.
COMMON_CODE: Final = 0.01
#: So many names are told in a phrase.
SHOWN: Final = 3
#: Two exports that lie further apart differ by what happened between them.
DAYS_APART: Final = 7


def look_at(report: Report) -> list[str]:
    """A phrase with its numbers for each thing to look at before go-live; none where all is well."""
    parts = (_contract, _unmapped, _people, _events, _packages, _figures, _codes, _attributes, _days)
    return [phrase for part in parts for phrase in part(report)]


def verdict(report: Report) -> str:
    """The dry run in a sentence."""
    found = look_at(report)
    if not found:
        return (
            f"Ready: the trial export of {report.new_system} tells of {report.site} what {report.old_system} tells, "
            "within the limits."
        )
    return f"Look at {'this' if len(found) == 1 else f'these {len(found)} things'} first: {'; '.join(found[:3])}" + (
        f"; and {len(found) - 3} more below." if len(found) > 3 else "."
    )


def _contract(report: Report) -> Iterator[str]:
    if report.status == "refused":
        yield "the delivery would be refused whole"
    left_out, rows = int(report.accounts["quarantined"].sum()), int(report.accounts["rows"].sum())
    if left_out:
        yield f"{left_out:,} of {rows:,} rows would not be taken"
    if report.absent:
        yield f"the export holds no {', no '.join(_words(name) for name in report.absent)}"


def _unmapped(report: Report) -> Iterator[str]:
    if report.unmapped.height:
        rows = int(report.unmapped["rows"].sum())
        yield f"{_counted(report.unmapped.height, 'text')} that no map knows, in {_counted(rows, 'value')}"


def _codes(report: Report) -> Iterator[str]:
    # Codes whose records are not there either say nothing of codes.
    lost = report.codes.filter(pl.col("matched").is_null() | (pl.col("matched") > 0))
    # Those whose texts no map knows are told already.
    lost = lost.join(report.unmapped, on=["entity", "column"], how="anti")
    unrecorded = lost.filter(pl.col("what") == UNRECORDED)
    if unrecorded.height:
        names = [
            f"{_words(column)} of a {_words(entity)}" for entity, column in unrecorded.select("entity", "column").rows()
        ]
        yield f"no longer recorded: {', '.join(names)}"
    gone = lost.filter(pl.col("what") == GONE, pl.col("share_old") >= COMMON_CODE)
    if gone.height:
        names = [f"{code} ({_words(entity)})" for entity, code in gone.select("entity", "code").rows()]
        more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"{_counted(gone.height, 'common code')} that the new system never uses: {', '.join(names[:SHOWN])}{more}"


def _people(report: Report) -> Iterator[str]:
    limits = {"with an open service": SUPPORTED_LOST, "all": LOST}
    for name, limit in limits.items():
        row = report.people.row(by_predicate=pl.col("people") == name, named=True)
        if row["old"] and row[NOT_FOUND] > limit * row["old"]:
            share = row[NOT_FOUND] / row["old"]
            who = "people" if name == "all" else f"people {name}"
            yield f"{row[NOT_FOUND]:,} of {row['old']:,} {who} ({share:.1%}) are not found"


def _events(report: Report) -> Iterator[str]:
    for row in report.events.iter_rows(named=True):
        name, held = _words(row["entity"]), row["old"] - row["missing"] + row["new"] + row["later"]
        if row["old"] and (row["missing_known"] > KNOWN_LOST * row["old"] or row["missing"] > LOST * row["old"]):
            yield f"{row['missing']:,} of {_counted(row['old'], name)} ({row['missing'] / row['old']:.1%}) are missing"
        if row["old"] and row["moved"] > KNOWN_LOST * row["old"]:
            yield f"{_counted(row['moved'], name)} {'stands' if row['moved'] == 1 else 'stand'} on another day"
        for column, what in (("twice", "twice"), ("placeholders", "on a day that is none")):
            more = row[f"{column}_new"] - row[f"{column}_old"]
            if more > ODD * held:
                yield f"{_counted(more, f'more {name}')} than before {'stands' if more == 1 else 'stand'} {what}"
    for entity, day, new, old in report.bulk_starts.iter_rows():
        who = f"{_counted(new, 'person', 'people')} {'has' if new == 1 else 'have'}"
        yield f"{who} a {_words(entity)} that begins on {_day(day)}, and {old:,} in the old system"


def _packages(report: Report) -> Iterator[str]:
    if report.packages.is_empty():
        return
    row = report.packages.row(by_predicate=pl.col("kind") == "all", named=True)
    if abs(row["open_new"] - row["open_old"]) > MOVES * row["open_old"]:
        yield f"{row['open_new']:,} packages are open, not {row['open_old']:,}"


def _figures(report: Report) -> Iterator[str]:
    for (metric,), rows in report.figures.filter("moves").group_by("metric_id", maintain_order=True):
        periods = report.figures.filter(pl.col("metric_id") == metric).height
        changes = sorted(rows["change"].drop_nulls().to_list())
        by = f" by {changes[0]:+.1%}" if changes else ""
        by += f" to {changes[-1]:+.1%}" if len(changes) > 1 else ""
        in_months = f" in {rows.height} of {periods} months" if periods > 1 else ""
        yield f"{_words(metric)} would move{by}{in_months}"


def _attributes(report: Report) -> Iterator[str]:
    if report.attributes.is_empty():
        return
    falls = report.attributes.filter("falls")["attribute"].to_list()
    if falls:
        yield f"less is known of people: {', '.join(map(_words, falls))}"


def _days(report: Report) -> Iterator[str]:
    apart = (report.new_as_of - report.old_as_of).days
    if abs(apart) > DAYS_APART:
        yield (
            f"the old delivery is of {_day(report.old_as_of)}, {abs(apart)} days {'before' if apart > 0 else 'after'} "
            "the export, and what changed between is in the differences"
        )


def _words(name: str) -> str:
    return name.replace("_", " ")


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _counted(number: int, one: str, many: str | None = None) -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
