"""What a load says of itself: accounts of rows, rules that failed, the outcome of a delivery and of a sender.

Only the shapes that the other rooms exchange; how they come about belongs in `conform` and `deliveries`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from cls_pipeline.comparing.changes import Comparison
from cls_pipeline.comparing.summary import Summary
from cls_pipeline.registry.sender import Waiver

Status = Literal["accepted", "refused"]
Life = Literal["new", "continuing", "returned", "waived"]


@dataclass(frozen=True)
class RuleFailure:
    """One rule that failed in one table, told in the sender's words.

    `rows` and `share` count rows of the table (share from 0 to 1); `example` is a value that identifies nobody, or
    empty; `first_row` is the row number as a spreadsheet shows it, or None where the whole table is meant.
    `suggestion` holds lines for the sender's file that would map what is not mapped, to be looked at by somebody first;
    `not_evaluated` says that the rule could not be asked, so that nothing is known of the rows.
    """

    rule_id: str
    severity: Literal["refuse_delivery", "refuse_row", "warn"]
    meaning: str
    source_file: str
    source_table: str
    their_column: str
    rows: int
    share: float
    example: str
    allowed: str
    nearest: str
    how_to_fix: str
    metrics: tuple[str, ...] = ()
    first_row: int | None = None
    suggestion: str = ""
    not_evaluated: bool = False

    @property
    def sentence(self) -> str:
        """The failure in a sentence: file, row, column, value, what is allowed, what to do."""
        where = self.source_file or self.source_table
        if self.their_column:
            where += f", column {self.their_column}"
        if self.first_row is not None:
            where += f", {'row' if self.rows <= 1 else 'first in row'} {self.first_row}"
        found = f" Found: {self.example}." if self.example else ""
        allowed = f" Allowed: {self.allowed}." if self.allowed else ""
        nearest = f" Nearest: {self.nearest}." if self.nearest else ""
        return f"{where}: {self.meaning}{found}{allowed}{nearest} {self.how_to_fix}".strip()


@dataclass(frozen=True)
class TableAccount:
    """Where the rows of one table went: delivered = conformed + quarantined + out of scope + refused."""

    source_file: str
    source_table: str
    entity: str
    rows_delivered: int
    conformed: int
    quarantined: int
    out_of_scope: int
    refused: int = 0
    out_of_scope_reasons: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordMarks:
    """Which records a delivery holds, and which failed, as marks (see `deliveries.marks`).

    `held` is by entity, `failing` by entity, rule, table and file, a mark for each failing row. `whole_period` says
    that the delivery tells a whole period again, so that a row that it does not hold is gone.
    """

    held: dict[str, bytes]
    failing: dict[tuple[str, str, str, str], bytes]
    whole_period: bool


@dataclass(frozen=True)
class DeliveryOutcome:
    """What became of one delivery. `failures` is by entity; entity '' holds what concerns the delivery as a whole.

    `records` is given where deliveries add up, so that a later one may put right what this one failed. `summary` is
    what it held, in counts; `comparison` what changed since the last one, once that is known.
    """

    delivery_id: str
    sender_id: str
    system_id: str
    as_of: date
    status: Status
    reasons: tuple[str, ...]
    accounts: tuple[TableAccount, ...]
    failures: dict[str, tuple[RuleFailure, ...]]
    load_id: str
    records: RecordMarks | None = field(default=None, repr=False)
    summary: Summary | None = field(default=None, repr=False)
    comparison: Comparison | None = None

    def rows(self, entity: str) -> TableAccount:
        """The accounts of an entity's tables added up."""
        tables = [account for account in self.accounts if account.entity == entity]
        return TableAccount(
            source_file=", ".join(dict.fromkeys(account.source_file for account in tables)),
            source_table=", ".join(account.source_table for account in tables),
            entity=entity,
            rows_delivered=sum(account.rows_delivered for account in tables),
            conformed=sum(account.conformed for account in tables),
            quarantined=sum(account.quarantined for account in tables),
            out_of_scope=sum(account.out_of_scope for account in tables),
            refused=sum(account.refused for account in tables),
        )


@dataclass(frozen=True)
class StandingFault:
    """A failure that stands after a load: one rule and column of a table of a system, over all deliveries that have it.

    `failure` is told of the newest file that has it, with the rows of all `files`. `first_seen` is the night on which
    it was found first, ever; `open_since` the night on which it was found this time; `last_seen` the last on which a
    load found it. `nights_open` counts from `open_since` until tonight, both included. `life` says how it stands:

    - new: found tonight for the first time
    - continuing: found before, and open since
    - returned: it was put right once and is back
    - waived: accepted until `waiver.until`; it does not fail the check

    `expired_waiver` is the waiver that held and ended, so that the fault counts again.
    """

    failure: RuleFailure
    first_seen: date
    last_seen: date
    nights_open: int
    life: Life
    waiver: Waiver | None = None
    expired_waiver: Waiver | None = None
    open_since: date | None = None
    system_id: str = ""
    files: int = 1

    @property
    def fails(self) -> bool:
        """Whether it fails the check."""
        return self.life != "waived"


@dataclass(frozen=True)
class FixList:
    """The list of an entity's failing rows in its sender's own folder: a CSV with all `lines`, a workbook with some."""

    csv: Path
    workbook: Path
    lines: int
    in_workbook: int


@dataclass(frozen=True)
class SenderLoad:
    """What one load of a sender did, and how the sender stands after it.

    `outcomes` are deliveries new or read again tonight, `unchanged` counts the others, `problems` and `late` are
    sentences. `standing` holds every fault that stands by entity, tonight's and earlier ones, waived ones too;
    `delivered` the entities that were ever delivered; `refused` a sentence for each system whose newest delivery is
    refused; `rejudged` the entities of which a fault began, ended, or was waived or no longer waived in this load,
    whether or not anything was delivered; `fix_lists` the lists of tonight by entity.
    """

    sender_id: str
    outcomes: tuple[DeliveryOutcome, ...]
    unchanged: int
    problems: tuple[str, ...]
    late: str | None
    standing: dict[str, tuple[StandingFault, ...]] = field(default_factory=dict)
    delivered: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    rejudged: tuple[str, ...] = ()
    fix_lists: dict[str, FixList] = field(default_factory=dict)
