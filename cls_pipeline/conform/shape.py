"""Has a delivery the shape that its profile promises? Columns, rows at all, the system's days, the age of its records.

Each check gives failures that concern a table or the delivery as a whole; rows are judged in `validate`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from cls_pipeline.comparing.limits import fell
from cls_pipeline.conform.explain import delivery_failure
from cls_pipeline.conform.raw_table import RawTable
from cls_pipeline.conform.reads import reads_as
from cls_pipeline.conform.translate import Translation
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import Sender, SystemProfile
from cls_pipeline.suggesting.columns import likeliest_column, rename_lines

# The newest record of an honest export is younger than this many days, quiet months of a small site included; an older
# one means that the wrong file was sent. The lines of a finance system may all begin on 1 April, so it has a year more.
STALE_AFTER = {"day": 60, "week": 90, "month": 240, "quarter": 300, "year": 500, "none": None}
FINANCE_STALE_AFTER = 380


def check_columns(raw: RawTable, how: Translation, file_name: str) -> list[RuleFailure]:
    """Columns missing from the header (the delivery is refused) and columns nobody knows (a warning)."""
    table = how.table
    named = set(table.model_copy(update={"columns": how.columns}).expected)
    if len(named & set(raw.header)) * 2 < len(named):
        return [_no_header(raw, named, how, file_name)]
    unknown = [name for name in raw.header if name not in named and name not in table.ignore]
    failures = []
    for name in sorted(named - set(raw.header)):
        nearest, lines = _renamed(name, unknown, raw, how)
        failures.append(
            delivery_failure(
                "column.missing",
                f"The column {name!r} is missing.",
                f"Put the column back under that name, or map its new name under additions: columns: {table.id}.",
                table=table.id,
                file_name=file_name,
                column=name,
                nearest=nearest,
                suggestion=lines,
            )
        )
    if unknown:
        failures.append(
            delivery_failure(
                "column.extra",
                f"The column {', '.join(map(repr, unknown))} is not known and was not taken.",
                "If it is a column under a new name, map it; otherwise nothing has to be done; it can be ignored.",
                table=table.id,
                file_name=file_name,
                column=", ".join(unknown),
                warn=True,
            )
        )
    return failures


def _renamed(missing: str, unknown: list[str], raw: RawTable, how: Translation) -> tuple[str, str]:
    """The new column that most likely is the missing one, and the lines that would map it; nothing where none is."""
    ours = [name for name, source in how.columns.items() if source.source == missing]
    found = likeliest_column(
        missing,
        ours,
        unknown,
        lambda name: all(reads_as(raw.frame[name], our, how) for our in ours),
        how.registry,
        how.sender,
        how.system,
        how.table,
    )
    if found is None:
        return "", ""
    return repr(found.name), rename_lines(found, ours, how.columns, how.table.id) if ours else ""


def _no_header(raw: RawTable, named: set[str], how: Translation, file_name: str) -> RuleFailure:
    """Most columns are not there: what stands in their place may be a person's record, so it is not shown."""
    layout, row = how.table.format, how.table.format.title_rows + 1
    others = [mark for mark in ",;|\t" if len(raw.header) == 1 and named & set(raw.header[0].split(mark))]
    found = f" The columns are separated by {others[0]!r}, not by {layout.delimiter!r}." if others else ""
    return delivery_failure(
        "file.header",
        f"Row {row} holds {len(named & set(raw.header)) or 'none'} of the {len(named)} expected column names"
        f" ({', '.join(sorted(named))}).{found}",
        "Export the table with its header and the usual separator and send it again."
        if layout.kind == "csv"
        else f"Put the column names in row {row} and send it again.",
        table=how.table.id,
        file_name=file_name,
        row=row,
    )


def check_rows(raw: RawTable, how: Translation, file_name: str, before: int) -> Iterator[RuleFailure]:
    """A table without rows is refused if it had some; one that lost more than its sender's `alarm_fall` is told.

    Args:
        raw: the table.
        how: its translation.
        file_name: its file.
        before: its rows in the accepted delivery before this one, where that is one that it takes the place of.
    """
    rows = raw.frame.height + len(raw.misfits)
    if rows == 0:
        had = f"; the last delivery had {before:,} rows" if before else ""
        remedy = "Check the export's date range and filters and send it again."
        yield delivery_failure(
            "table.empty",
            f"The table has a header and no rows{had}.",
            remedy if before else "Nothing to do if there is none.",
            table=how.table.id,
            file_name=file_name,
            warn=not before,
        )
    elif fell(before, raw.rows_delivered, how.sender.alarm_fall):
        yield delivery_failure(
            "table.shrunk",
            f"The table has {raw.rows_delivered:,} rows; the last delivery had {before:,}.",
            "Check that the file is whole and that the export's date range and filters are as before.",
            table=how.table.id,
            file_name=file_name,
            warn=True,
        )


def check_span(delivery: Delivery, sender: Sender) -> Iterator[RuleFailure]:
    """A delivery of a day that has not come, or on which the sender did not use the system.

    One of the future would stay in force over every true one until its day.
    """
    if delivery.as_of > delivery.received_at.date() + timedelta(days=1):
        yield delivery_failure(
            "delivery.future",
            f"The files are named for {delivery.as_of:%d %B %Y}, a day that has not come yet.",
            "Correct the date in the files' names and send them again.",
            file_name=delivery.files[0].name,
        )
    if not any(item.covers(delivery.as_of) for item in sender.systems if item.system == delivery.system_id):
        yield delivery_failure(
            "system.not_in_force",
            f"The system {delivery.system_id} was not in force at {sender.name} on {delivery.as_of:%d %B %Y}.",
            f"Check the date in the file's name, or the dates of the system in senders/{sender.id}.yaml.",
        )


def check_age(delivery: Delivery, sender: Sender, system: SystemProfile, newest: date | None) -> Iterator[RuleFailure]:
    """An old export under a new name: the newest record is much older than the day the name states."""
    limit = FINANCE_STALE_AFTER if system.family == "finance" else STALE_AFTER[sender.rhythm.every]
    stated = "as_of" in delivery.captures
    if limit is None or not stated or newest is None or system.coverage == "changes":
        return
    if (delivery.as_of - newest).days > limit:
        yield delivery_failure(
            "delivery.stale",
            f"The files are named for {delivery.as_of:%d %B %Y}, but their newest record is of {newest:%d %B %Y}.",
            "An old export seems to have been sent under a new name. Export again and send the new files.",
            file_name=delivery.files[0].name,
        )
