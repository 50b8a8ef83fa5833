"""The fix list of an entity: every failing row with its place, for the sender alone, as CSV and as a workbook.

The CSV holds all of it, a line for each rule that a row failed, gravest rule first. The workbook holds the same with a
sheet that tells each rule once; of a rule that failed in more than `MOST_OF_A_RULE` rows it holds the first so many. It
names records by the sender's own numbers and shows values as they were sent: it is as private as the export itself.
Where failing rows come from belongs in `conform.failing`, which faults stand in the ledger.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.outcomes import FixList, SenderLoad, StandingFault
from cls_pipeline.returns.failing_rows import FailingRows
from cls_pipeline.returns.folder import site_folder, sweep_older, write_whole
from cls_pipeline.returns.harmless import harmless
from cls_pipeline.returns.told import consequence_of, since_of, state_of
from cls_pipeline.returns.workbook import Sheet, write_workbook
from cls_pipeline.settings import Settings
from cls_pipeline.suggesting.lines import last_line

# Nobody puts more rows right one by one, and a workbook takes a minute for each 600,000 lines.
MOST_OF_A_RULE: Final = 10_000
SLICE: Final = 50_000
# Drafts of sheets on disk cost more than so many lines weigh.
FEW: Final = 5_000
Part = tuple[StandingFault, pl.DataFrame]
WIDTHS: Final = {
    "file": 32, "row": 8, "column": 8, "column_name": 22, "your_record_id": 18, "value": 30, "what_is_wrong": 48,
    "allowed": 40, "how_to_fix": 56, "what_follows": 22, "state": 26, "open_since": 28, "rule_id": 24,
}  # fmt: skip
RULE_WIDTHS: Final = {
    "what_is_wrong": 48, "column_name": 22, "rows": 8, "rows_listed": 10, "how_to_fix": 56, "allowed": 40,
    "nearest": 24, "what_follows": 22, "state": 26, "open_since": 28, "file": 32, "line_to_map": 56, "figures": 40,
    "rule_id": 24,
}  # fmt: skip


def with_fix_lists(load: SenderLoad, settings: Settings, day: date) -> SenderLoad:
    """The load with the lists of the entities that it touched; nothing is looked at where it touched none.

    A list that cannot be written is told as a problem of the load: by then everything else is settled.
    """
    touched = {account.entity for outcome in load.outcomes for account in outcome.accounts}
    touched |= {entity for outcome in load.outcomes for entity in outcome.failures} | set(load.rejudged)
    if not touched:
        return load
    try:
        lists = write_fix_lists(load.sender_id, load.standing, touched, settings, day)
    except OSError as error:
        problem = f"The fix lists could not be written ({error.strerror}); all else of the load is as it should be."
        return replace(load, problems=(*load.problems, problem))
    return replace(load, fix_lists=lists)


def write_fix_lists(
    sender_id: str,
    standing: Mapping[str, Sequence[StandingFault]],
    entities: Iterable[str],
    settings: Settings,
    day: date,
) -> dict[str, FixList]:
    """Writes the day's lists of the entities that have rows to put right; an earlier list of the day is replaced.

    Where nothing is left to be put right, the day's list goes. Lists older than `folder.KEPT_DAYS` go as well.

    Args:
        sender_id: whose.
        standing: the faults that stand, by entity.
        entities: the entities of which something was delivered or judged anew.
        settings: where things live.
        day: the day in the files' names.

    Returns:
        The lists by entity, of those that have one.

    Raises:
        OSError: a list could not be written; the one before it is as it was.
    """
    folder = site_folder(settings.returns, sender_id)
    failing = FailingRows(sender_id, settings, Ledger(settings.ledger_path))
    lists = {}
    for entity in sorted(set(entities) - {""}):
        stem = folder / f"{entity}_{day:%Y-%m-%d}"
        parts = [(fault, failing.of(fault, entity)) for fault in sorted(standing.get(entity, ()), key=_gravest_first)]
        if any(lines.height for _, lines in parts):
            lists[entity] = _write(stem, parts)
        else:
            for path in (stem.with_suffix(".csv"), stem.with_suffix(".xlsx")):
                path.unlink(missing_ok=True)
    for pattern in ("*_????-??-??.csv", "*_????-??-??.xlsx"):
        sweep_older(folder, pattern, day)
    return lists


def _gravest_first(fault: StandingFault) -> tuple[bool, bool, int, str, str]:
    failure = fault.failure
    return (not fault.fails, failure.severity == "warn", -failure.rows, failure.rule_id, failure.their_column)


def _lines(fault: StandingFault, found: pl.DataFrame) -> pl.DataFrame:
    """The lines of a fault in the columns of `WIDTHS`."""
    failure = fault.failure
    return found.select(
        file=pl.col("source_file"),
        row=pl.col("source_row"),
        column=pl.col("letters"),
        column_name=pl.col("their_column"),
        your_record_id=pl.col("record_id"),
        value=pl.col("value"),
        what_is_wrong=pl.lit(failure.meaning),
        allowed=pl.lit(failure.allowed),
        how_to_fix=pl.lit(failure.how_to_fix),
        what_follows=pl.lit(consequence_of(failure)),
        state=pl.lit(state_of(fault)),
        open_since=pl.lit(since_of(fault)),
        rule_id=pl.lit(failure.rule_id),
    )


def _write(stem: Path, parts: Sequence[Part]) -> FixList:
    csv, workbook = stem.with_suffix(".csv"), stem.with_suffix(".xlsx")
    write_whole(csv, lambda path: _write_csv(path, parts))
    sheets = [Sheet("Rows", WIDTHS, _rows(parts)), Sheet("Rules", RULE_WIDTHS, _rules(parts))]
    counts = [found.height for _, found in parts]
    write_whole(workbook, lambda path: write_workbook(path, sheets, few=sum(counts) <= FEW))
    return FixList(csv, workbook, sum(counts), sum(min(count, MOST_OF_A_RULE) for count in counts))


def _write_csv(path: Path, parts: Sequence[Part]) -> None:
    """All lines, a slice at a time: what is told of a fault is as long as its values, and stands in every line."""
    with path.open("wb") as file:
        # The mark at its beginning tells a spreadsheet that the file is UTF-8.
        file.write(codecs.BOM_UTF8 + ",".join(f'"{name}"' for name in WIDTHS).encode() + b"\n")
        for fault, found in parts:
            for slice_of in found.iter_slices(SLICE):
                lines = _lines(fault, slice_of).with_columns(harmless(pl.col(pl.String)))
                lines.write_csv(file, include_header=False, quote_style="always")


def _rows(parts: Iterable[Part]) -> Iterator[tuple[str | int, ...]]:
    for fault, found in parts:
        yield from _lines(fault, found.head(MOST_OF_A_RULE)).iter_rows()


def _rules(parts: Iterable[Part]) -> Iterator[tuple[str | int, ...]]:
    for fault, found in parts:
        failure = fault.failure
        yield (
            failure.meaning, failure.their_column, failure.rows, min(found.height, MOST_OF_A_RULE), failure.how_to_fix,
            failure.allowed, failure.nearest, consequence_of(failure), state_of(fault), since_of(fault),
            failure.source_file, last_line(failure.suggestion), ", ".join(failure.metrics), failure.rule_id,
        )  # fmt: skip
