"""Conforms one delivery: every table, then the delivery as a whole.

A delivery that fails its shape, or too many of its rows, is refused whole and the last good one stays in force.
Which deliveries there are and what is in force belongs in `deliveries` and `loading`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import polars as pl

from cls_pipeline.comparing.summary import Summary, TableCounts
from cls_pipeline.conform.explain import delivery_failure, unreadable_failure
from cls_pipeline.conform.raw_table import RawTable, UnreadableTable
from cls_pipeline.conform.read import read_table
from cls_pipeline.conform.shape import check_age, check_columns, check_rows, check_span
from cls_pipeline.conform.table import ConformedTable, conform_table
from cls_pipeline.conform.translate import Translation, translation
from cls_pipeline.conform.unpivot import unpivoted
from cls_pipeline.conform.write import FAILING_FILE, Draft, empty_frame
from cls_pipeline.deliveries.delivery import Delivery, LandedFile
from cls_pipeline.deliveries.marks import joined
from cls_pipeline.outcomes import DeliveryOutcome, RecordMarks, RuleFailure, TableAccount
from cls_pipeline.registry import FileFormat, Registry, Sender, SystemProfile, TableLayout


@dataclass
class _Progress:
    """What is known of the delivery so far; `records` where they are followed from delivery to delivery."""

    records: RecordMarks | None = None
    accounts: list[TableAccount] = field(default_factory=list)
    failures: dict[str, list[RuleFailure]] = field(default_factory=dict)
    references: dict[tuple[str, str], pl.Series] = field(default_factory=dict)
    taken: dict[str, pl.DataFrame] = field(default_factory=dict)
    newest: date | None = None
    counts: list[TableCounts] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def fail(self, entity: str, *failures: RuleFailure) -> None:
        self.failures.setdefault(entity, []).extend(failures)


def conform_delivery(
    delivery: Delivery,
    sender: Sender,
    registry: Registry,
    key: bytes,
    read: Callable[[LandedFile], bytes],
    draft: Draft | None,
    load_id: str,
    previous_rows: dict[str, int],
) -> DeliveryOutcome:
    """The outcome of a delivery.

    Args:
        delivery: what landed.
        sender: who sent it.
        registry: contracts and profiles.
        key: the key of the pseudonyms.
        read: gives a file's bytes.
        draft: takes the records; None for a dry run.
        load_id: the name of this reading of the delivery.
        previous_rows: rows by table in the delivery whose place it takes, to tell an emptied or shrunken table.
    """
    system = registry.systems[delivery.system_id]
    followed = registry.adds_up(sender, system.id)
    so_far = _Progress(RecordMarks({}, {}, whole_period=system.coverage != "changes") if followed else None)
    so_far.fail("", *check_span(delivery, sender))
    pairs = _tables(delivery, system, so_far)
    contents: dict[str, bytes] = {}
    texts: dict[tuple[str, FileFormat], RawTable | UnreadableTable] = {}
    for entity in _in_order(registry, list(dict.fromkeys(table.entity for table, _ in pairs))):
        done = []
        for table, file in (pair for pair in pairs if pair[0].entity == entity):
            if (file.name, table.format) not in texts:  # one file, and one table of it, in memory at a time
                contents = contents if file.name in contents else {file.name: read(file)}
                texts = {(file.name, table.format): _read(contents[file.name], table.format)}
            how = translation(registry, sender, system, table, delivery.captures, delivery.as_of, key)
            result = _conform(texts[file.name, table.format], file, how, registry, so_far, previous_rows)
            if result is not None:
                done.append(result)
                _note(result, how, sender, so_far)
        if draft is not None and done:
            draft.add("conformed", entity, _stacked([t.conformed for t in done], registry, entity))
            quarantined = pl.concat([t.quarantined for t in done])
            if quarantined.height:
                draft.add("quarantine", entity, quarantined)
            failing = pl.concat([t.failing for t in done])
            if failing.height:
                draft.add("quarantine", entity, failing, FAILING_FILE)
    so_far.fail("", *check_age(delivery, sender, system, so_far.newest))
    return _outcome(delivery, load_id, so_far)


def _tables(delivery: Delivery, system: SystemProfile, so_far: _Progress) -> list[tuple[TableLayout, LandedFile]]:
    pairs = [(table, file) for table in system.files for file in delivery.files if table.id in file.tables]
    found = {table.id for table, _ in pairs}
    if system.bundle == "together":
        for table in system.files:
            if table.required and table.id not in found:
                so_far.fail(
                    table.entity,
                    delivery_failure(
                        "file.missing",
                        "The file is missing from the delivery.",
                        "Send all files of the delivery together.",
                        table=table.id,
                        file_name=table.name.replace("{as_of}", delivery.as_of.strftime(system.as_of_format)),
                    ),
                )
    return pairs


def _in_order(registry: Registry, entities: list[str]) -> list[str]:
    """Entities that others refer to come first."""
    referred = {rule.references[0] for c in registry.contracts.values() for rule in c.rules if rule.references}
    return sorted(entities, key=lambda entity: entity not in referred)


def _read(content: bytes, layout: FileFormat) -> RawTable | UnreadableTable:
    try:
        return read_table(content, layout)
    except UnreadableTable as error:
        return error


def _conform(
    raw: RawTable | UnreadableTable,
    file: LandedFile,
    how: Translation,
    registry: Registry,
    so_far: _Progress,
    previous_rows: dict[str, int],
) -> ConformedTable | None:
    table = how.table
    if isinstance(raw, UnreadableTable):
        so_far.fail(table.entity, unreadable_failure(raw, table, file.name))
        so_far.accounts.append(TableAccount(file.name, table.id, table.entity, 0, 0, 0, 0))
        so_far.unread.append(table.id)
        return None
    raw = unpivoted(raw, table.unpivot) if table.unpivot else raw
    shape = check_columns(raw, how, file.name)
    so_far.fail(table.entity, *shape)
    if any(failure.severity == "refuse_delivery" for failure in shape):
        refused = TableAccount(file.name, table.id, table.entity, raw.rows_delivered, 0, 0, 0, raw.rows_delivered)
        so_far.accounts.append(refused)
        if any(failure.rule_id == "file.header" for failure in shape):
            so_far.unread.append(table.id)  # what stands in the header's place may be a person's record
        else:
            header = TableCounts(table=table.id, entity=table.entity, rows=raw.rows_delivered, columns=raw.header)
            so_far.counts.append(header)
        return None
    so_far.fail(table.entity, *check_rows(raw, how, file.name, previous_rows.get(table.id, 0)))
    # An extract of changes or of a period need not hold the records that its own refer to.
    references = so_far.references if how.system.coverage == "full" else {}
    followed = so_far.records is not None
    return conform_table(raw, how, file.name, registry, references, so_far.taken.get(table.entity), followed)


def _note(result: ConformedTable, how: Translation, sender: Sender, so_far: _Progress) -> None:
    """Keeps what later tables and the delivery as a whole need to know of a table."""
    entity, contract = how.table.entity, how.contract
    so_far.accounts.append(result.account)
    so_far.counts.append(result.counts)
    so_far.fail(entity, *result.failures)
    if so_far.records is not None:
        so_far.records.held[entity] = joined([so_far.records.held.get(entity, b""), result.marks])
        for rule_id, marks in result.failing_marks.items():
            so_far.records.failing[entity, rule_id, how.table.id, result.account.source_file] = marks
    if result.failing_share > sender.refuse_above:
        so_far.fail(
            entity,
            delivery_failure(
                "rows.too_many_failing",
                f"{result.account.quarantined:,} of {result.rows_in_scope:,} rows failed their contract "
                f"({result.failing_share:.0%}; at most {sender.refuse_above:.0%} may).",
                "Put the failures listed for this table right and send the delivery again.",
                table=how.table.id,
                file_name=result.account.source_file,
                rows=result.account.quarantined,
                share=result.failing_share,
            ),
        )
    for name in contract.key:
        known = so_far.references.get((entity, name))
        so_far.references[entity, name] = result.keys[name] if known is None else pl.concat([known, result.keys[name]])
    keys, taken = result.conformed.select(contract.key), so_far.taken.get(entity)
    so_far.taken[entity] = keys if taken is None else pl.concat([taken, keys])
    if contract.event_date and result.conformed.height:
        days = result.conformed[contract.event_date]
        latest = days.filter(days <= _horizon()).max()
        if isinstance(latest, date):
            so_far.newest = max(so_far.newest or latest, latest)


def _horizon() -> date:
    """Days after tomorrow are typing errors or placeholders and say nothing about how fresh an export is."""
    return date.today() + timedelta(days=1)


def _stacked(frames: list[pl.DataFrame], registry: Registry, entity: str) -> pl.DataFrame:
    """The tables of one entity as one frame, in the contract's column order."""
    order = [
        name for name in empty_frame(registry.contracts[entity]).columns if name not in ("delivery_id", "system_id")
    ]
    return pl.concat([frame.select(order) for frame in frames])


def _outcome(delivery: Delivery, load_id: str, so_far: _Progress) -> DeliveryOutcome:
    whole = [f for failures in so_far.failures.values() for f in failures if f.severity == "refuse_delivery"]
    accounts = so_far.accounts
    if whole:
        accounts = [replace(a, conformed=0, refused=a.refused + a.conformed) for a in accounts]
    return DeliveryOutcome(
        delivery_id=delivery.delivery_id,
        sender_id=delivery.sender_id,
        system_id=delivery.system_id,
        as_of=delivery.as_of,
        status="refused" if whole else "accepted",
        reasons=tuple(f.sentence for f in whole),
        accounts=tuple(accounts),
        failures={entity: tuple(failures) for entity, failures in so_far.failures.items() if failures},
        load_id=load_id,
        records=so_far.records,
        summary=Summary(
            delivery_id=delivery.delivery_id,
            system_id=delivery.system_id,
            as_of=delivery.as_of,
            tables=tuple(so_far.counts),
            unread=tuple(so_far.unread),
        ),
    )
