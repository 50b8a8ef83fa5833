"""The fix list of an entity: every failing row with its place, for the sender alone, as CSV and as a workbook.

The CSV holds all of it, a line for each rule that a row failed, gravest rule first. The workbook holds the same with a
sheet that tells each rule once; of a rule that failed in more than `MOST_OF_A_RULE` rows it holds the first so many. It
names records by the sender's own numbers and shows values as they were sent: it is as private as the export itself.
Where failing rows come from belongs in `conform.failing`, which faults stand in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Final

import polars as pl

from cls_pipeline.conform.write import FAILING_FILE
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.marks import numbers_of
from cls_pipeline.outcomes import FixList, RuleFailure, SenderLoad, StandingFault
from cls_pipeline.returns.folder import site_folder, sweep_older, write_whole
from cls_pipeline.returns.harmless import harmless
from cls_pipeline.returns.told import consequence_of, since_of, state_of
from cls_pipeline.returns.workbook import Sheet, write_workbook
from cls_pipeline.settings import Settings
from cls_pipeline.suggesting.lines import last_line

# Nobody puts more rows right one by one, and a workbook takes a minute for each 600,000 lines.
MOST_OF_A_RULE: Final = 10_000
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
    ledger = Ledger(settings.ledger_path)
    lists = {}
    for entity in sorted(set(entities) - {""}):
        stem = folder / f"{entity}_{day:%Y-%m-%d}"
        faults = sorted(standing.get(entity, ()), key=_gravest_first)
        found = [_found_in(fault, entity, sender_id, settings, ledger) for fault in faults]
        parts = [(fault, _lines(fault, lines)) for fault, lines in zip(faults, found, strict=True)]
        counts = [_height(lines) for _, lines in parts]
        if sum(counts):
            lists[entity] = _write(stem, parts, counts)
        else:
            for path in (stem.with_suffix(".csv"), stem.with_suffix(".xlsx")):
                path.unlink(missing_ok=True)
    for pattern in ("*_????-??-??.csv", "*_????-??-??.xlsx"):
        sweep_older(folder, pattern, day)
    return lists


def _gravest_first(fault: StandingFault) -> tuple[bool, bool, int, str, str]:
    failure = fault.failure
    return (not fault.fails, failure.severity == "warn", -failure.rows, failure.rule_id, failure.their_column)


def _found_in(fault: StandingFault, entity: str, sender_id: str, settings: Settings, ledger: Ledger) -> pl.LazyFrame:
    """The failing values of a fault, in the columns of `FAILING`, the newest delivery first.

    Where a delivery replaces the one before it, those of the newest delivery that has the fault; where records are
    followed from one to the next, those of all deliveries that were not sent anew.
    """
    failure = fault.failure
    rows = ledger.query(
        "select delivery_id, source_file, marks from rule_failure where sender_id = ? and system_id = ? and entity = ?"
        " and rule_id = ? and source_table = ? and their_column = ?",
        (sender_id, fault.system_id, entity, failure.rule_id, failure.source_table, failure.their_column),
    )
    found: list[pl.LazyFrame] = []
    for delivery in reversed(ledger.deliveries(sender_id, fault.system_id)):
        left = {row["source_file"]: row["marks"] for row in rows if row["delivery_id"] == delivery.delivery_id}
        lines = _of_load(failure, entity, delivery, settings) if left else None
        if lines is None:
            continue
        replaced = None in left.values()
        lines = lines if replaced else pl.concat([_not_sent_anew(lines, *item) for item in left.items()])
        found += [lines] if _height(lines) else []
        if found and replaced:
            break
    return pl.concat(found) if found else pl.LazyFrame(schema={})


def _not_sent_anew(lines: pl.LazyFrame, file: str, marks: bytes) -> pl.LazyFrame:
    left = pl.Series(numbers_of(marks))
    return lines.filter(pl.col("source_file") == file, pl.col("mark").is_in(left.implode()))


def _of_load(failure: RuleFailure, entity: str, delivery: Delivery, settings: Settings) -> pl.LazyFrame | None:
    load = settings.quarantine / entity / f"site={delivery.sender_id}" / f"load_id={delivery.load_id}"
    if not (load / FAILING_FILE).exists():
        return None
    return pl.scan_parquet(load / FAILING_FILE, hive_partitioning=False).filter(
        pl.col("rule_id") == failure.rule_id,
        pl.col("source_table") == failure.source_table,
        pl.col("their_column") == failure.their_column,
    )


def _height(lines: pl.LazyFrame) -> int:
    return int(lines.select(pl.len()).collect().item()) if lines.collect_schema() else 0


def _lines(fault: StandingFault, found: pl.LazyFrame) -> pl.LazyFrame:
    """The lines of a fault in the columns of `WIDTHS`."""
    if not found.collect_schema():
        return found
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


def _write(stem: Path, parts: Sequence[tuple[StandingFault, pl.LazyFrame]], counts: Sequence[int]) -> FixList:
    listed = [lines for (_, lines), count in zip(parts, counts, strict=True) if count]
    whole = pl.concat(listed).with_columns(harmless(pl.col(pl.String)))
    csv, workbook = stem.with_suffix(".csv"), stem.with_suffix(".xlsx")

    # The mark at its beginning tells a spreadsheet that the file is UTF-8.
    write_whole(csv, lambda path: whole.sink_csv(path, include_bom=True, quote_style="always", maintain_order=True))
    sheets = [Sheet("Rows", WIDTHS, _rows(listed)), Sheet("Rules", RULE_WIDTHS, _rules(parts, counts))]
    write_whole(workbook, lambda path: write_workbook(path, sheets))
    return FixList(csv, workbook, sum(counts), sum(min(count, MOST_OF_A_RULE) for count in counts))


def _rows(listed: Iterable[pl.LazyFrame]) -> Iterator[tuple[str | int, ...]]:
    for lines in listed:
        yield from lines.head(MOST_OF_A_RULE).collect().iter_rows()


def _rules(
    parts: Sequence[tuple[StandingFault, pl.LazyFrame]], counts: Sequence[int]
) -> Iterator[tuple[str | int, ...]]:
    for (fault, _), count in zip(parts, counts, strict=True):
        failure = fault.failure
        yield (
            failure.meaning, failure.their_column, failure.rows, min(count, MOST_OF_A_RULE), failure.how_to_fix,
            failure.allowed, failure.nearest, consequence_of(failure), state_of(fault), since_of(fault),
            failure.source_file,            last_line(failure.suggestion), ", ".join(failure.metrics), failure.rule_id,
        )  # fmt: skip
