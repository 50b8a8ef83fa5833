"""The dry run of a cutover as tables and sentences. What they hold is decided in `cls_pipeline.cutover`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl
from rich.markup import escape
from rich.table import Table

from cls_pipeline.cli.console import FOLLOWS, counted, table
from cls_pipeline.cutover.figures import MOVES
from cls_pipeline.cutover.people import WAYS
from cls_pipeline.cutover.report import Report

Part = Table | str
#: Of long tables, so many rows are shown; `--json` has them all.
MOST_ROWS = 20


def sections(report: Report) -> Iterator[tuple[str, list[Part]]]:
    """Each comparison under its title."""
    yield "1. Would the files pass?", list(_contract(report))
    yield "2. People", list(_people(report))
    yield "3. Events", list(_events(report))
    yield "4. Open on the export's day, pounds a week", list(_packages(report))
    yield "5. Codes", list(_codes(report))
    yield "6. Figures that would move", list(_figures(report))
    yield "7. What is known of people", list(_attributes(report))


def _contract(report: Report) -> Iterator[Part]:
    if report.status == "refused":
        yield "The delivery would be refused whole:"
        yield from (f"  {reason}" for reason in report.reasons)
    numbers = ("rows", "accepted", "quarantined", "refused", "out_of_scope")
    yield _plain_table(
        report.accounts, {"table": "table", "entity": "entity"} | {n: _words(n) for n in numbers}, numbers
    )
    if report.failures.is_empty():
        yield "Every row would pass."
        return
    made = table(("rule", "entity", "column", "rows", "share", "what it says"), ("rows", "share"))
    for row in report.failures.iter_rows(named=True):
        rule = f"{row['rule']} ({FOLLOWS[row['follows']]})"
        made.add_row(
            escape(rule), row["entity"], escape(row["column"]), *_of(row["rows"], row["share"]), escape(row["meaning"])
        )
    yield made


def _people(report: Report) -> Iterator[Part]:
    groups = report.people.rows(named=True)
    names = [str(group["people"]) for group in groups]
    headings = [heading for name in names for heading in (name, "share")]
    made = table(("people of the old system", *headings), headings)
    for way in ("old", *WAYS):
        counts = [int(group[way]) for group in groups]
        if any(counts) or way == WAYS[-1]:
            shares = [_share(count, int(group["old"])) for count, group in zip(counts, groups, strict=True)]
            cells = [cell for pair in zip(map(_number, counts), shares, strict=True) for cell in pair]
            made.add_row("all" if way == "old" else f"found by {way}" if way != WAYS[-1] else way, *cells)
    yield made
    yield f"In the new system only: {report.new_people:,}."
    if report.refused_joins.height:
        yield "Joins that were proposed and do not stand:"
        yield _plain_table(report.refused_joins, {"reason": "reason", "joins": "joins"}, ("joins",))


def _events(report: Report) -> Iterator[Part]:
    if report.absent:
        yield f"The export holds none of: {', '.join(map(_words, report.absent))}."
    headings = {
        "entity": "entity", "old": "in the old", "same_day": "same day", "near": "within 3 days",
        "moved": "another day", "missing": "missing", "missing_known": "of people found", "new": "new only",
        "later": "later", "twice_old": "twice, old", "twice_new": "twice, new", "placeholders_old": "no day, old",
        "placeholders_new": "no day, new",
    }  # fmt: skip
    if report.events.height:
        yield _plain_table(report.events, headings, tuple(headings)[1:])
        yield (
            "later: dated after the old delivery. twice: alike in all but their number, and counted once. "
            "no day: 1 January 1900 and the like."
        )
    if report.bulk_starts.height:
        yield "Days on which many more people have an event in the new system:"
        yield _plain_table(
            report.bulk_starts, {"entity": "entity", "day": "day", "new": "new", "old": "old"}, ("new", "old")
        )
    if report.closed_in_bulk:
        ended = counted(report.closed_in_bulk, "record")
        yield f"The old delivery ends {ended} on its last day, when the system closed; they are taken to go on."


def _packages(report: Report) -> Iterator[Part]:
    if report.packages.is_empty():
        yield "Neither services nor cost lines are on both sides."
        return
    made = table(("type", "open, old", "open, new", "£ a week, old", "£ a week, new", "change", ""), NUMBERS)
    for row in report.packages.iter_rows(named=True):
        change = row["cost_change"]
        far = row["cost_new"] != 0 if change is None else abs(change) > MOVES
        made.add_row(
            escape(row["kind"]), _number(row["open_old"]), _number(row["open_new"]), f"{row['cost_old']:,.0f}",
            f"{row['cost_new']:,.0f}", _change(change), _mark(far, f"more than {MOVES:.0%}"),
        )  # fmt: skip
    yield made
    if report.finance_pays:
        yield "Prices of the case systems; the published series is of the finance system, which stays as it is."


NUMBERS = ("open, old", "open, new", "£ a week, old", "£ a week, new", "change")


def _codes(report: Report) -> Iterator[Part]:
    if report.unmapped.height:
        yield "Texts that no map knows:"
        made = table(("column", "their column", "text", "rows", "share", "nearest", "code"), ("rows", "share"))
        for row in report.unmapped.iter_rows(named=True):
            text = "not shown" if row["text"] is None else repr(row["text"])
            made.add_row(
                f"{row['entity']}.{row['column']}", escape(row["their_column"]), escape(text),
                *_of(row["rows"], row["share"]), escape(row["nearest"] or ""), row["code"] or "",
            )  # fmt: skip
        yield made
    if report.yaml:
        yield "Look at each code; then these lines go into the site's file, once it names the new system:"
        yield "\n".join(report.yaml)
    if report.codes.height:
        yield "Codes of ours that only one of the two uses:"
        made = table(
            ("column", "code", "", "old", "share, old", "new", "share, new", "found", "now mostly"), CODE_NUMBERS
        )
        for row in report.codes.head(MOST_ROWS).iter_rows(named=True):
            now = f"{row['now']} ({row['now_share']:.0%})" if row["now"] else ""
            made.add_row(
                f"{row['entity']}.{row['column']}", row["code"], row["what"], *_of(row["rows_old"], row["share_old"]),
                *_of(row["rows_new"], row["share_new"]), "" if row["matched"] is None else _number(row["matched"]), now,
            )  # fmt: skip
        yield made
        if report.codes.height > MOST_ROWS:
            yield f"{report.codes.height - MOST_ROWS} more; --json has them all."
    if report.unmapped.is_empty() and report.codes.is_empty():
        yield "What both hold has the same codes, and every text is known."


CODE_NUMBERS = ("old", "share, old", "new", "share, new", "found")


def _figures(report: Report) -> Iterator[Part]:
    if report.figures.is_empty():
        yield "What a figure needs is not on both sides."
        return
    made = table(("figure", "period", "old", "new", "change", ""), ("old", "new", "change"))
    for row in report.figures.iter_rows(named=True):
        sides = ["-" if row[side] is None else _plain_number(row[side]) for side in ("old", "new")]
        made.add_row(
            _words(row["metric_id"]), row["period"], *sides, _change(row["change"]),
            _mark(row["moves"], f"more than {MOVES:.0%}"),
        )  # fmt: skip
    yield made


def _attributes(report: Report) -> Iterator[Part]:
    if report.attributes.is_empty():
        yield "One of the two delivers no people."
        return
    shares = {"old": "known, old", "new": "known, new", "old_of_both": "of both, old", "new_of_both": "of both, new"}
    made = table(("attribute", *shares.values(), ""), tuple(shares.values()))
    for row in report.attributes.iter_rows(named=True):
        cells = ["-" if row[name] is None else f"{row[name]:.1%}" for name in shares]
        made.add_row(_words(row["attribute"]), *cells, _mark(row["falls"], "falls by more than 5 points"))
    yield made


def _plain_table(frame: pl.DataFrame, headings: dict[str, str], numbers: Sequence[str]) -> Table:
    made = table(tuple(headings.values()), [headings[name] for name in numbers])
    for row in frame.iter_rows(named=True):
        made.add_row(*[_number(row[name]) if name in numbers else escape(str(row[name])) for name in headings])
    return made


def _of(rows: int, share: float) -> tuple[str, str]:
    return _number(rows), f"{share:.1%}"


def _number(number: int) -> str:
    return f"{number:,}"


def _plain_number(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 or number == int(number) else f"{number:,.1f}"


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else ""


def _change(change: float | None) -> str:
    return "" if change is None else f"{change:+.1%}"


def _mark(marked: bool, why: str) -> str:
    return f"[yellow]◄ {why}[/yellow]" if marked else ""


def _words(name: str) -> str:
    return name.replace("_", " ")
