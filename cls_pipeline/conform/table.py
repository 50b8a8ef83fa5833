"""Conforms one table: read, set aside what is out of scope, translate, validate, part the good rows from the rest.

A pure function from bytes to frames and accounts; files and the ledger do not belong here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from cls_pipeline.comparing.count import count_table
from cls_pipeline.comparing.summary import TableCounts
from cls_pipeline.conform.explain import explain, misfit_failure
from cls_pipeline.conform.failing import FAILING, failing_values
from cls_pipeline.conform.raw_table import ROW, Misfit, RawTable
from cls_pipeline.conform.translate import Translation, raw_name, translate
from cls_pipeline.conform.validate import Verdict, validate
from cls_pipeline.deliveries.marks import of_rows, record_marks, untold
from cls_pipeline.outcomes import RuleFailure, TableAccount
from cls_pipeline.registry import Registry


@dataclass(frozen=True)
class ConformedTable:
    """What one table became: conformed rows, quarantined rows, the account of them, all keys, and what failed.

    `failures` tell it by rule, `failing` by row (the columns of `FAILING`). Where records are followed, `marks` are
    those of all rows and `failing_marks` those of the rows that failed, by rule.
    """

    conformed: pl.DataFrame
    quarantined: pl.DataFrame
    account: TableAccount
    keys: pl.DataFrame
    counts: TableCounts
    failures: list[RuleFailure] = field(default_factory=list)
    failing: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FAILING))
    marks: bytes = b""
    failing_marks: dict[str, bytes] = field(default_factory=dict)

    @property
    def rows_in_scope(self) -> int:
        """The rows that the programme takes: conformed or quarantined."""
        return self.account.conformed + self.account.quarantined

    @property
    def failing_share(self) -> float:
        """The share of the rows in scope that were quarantined."""
        return self.account.quarantined / self.rows_in_scope if self.rows_in_scope else 0.0


def conform_table(
    raw: RawTable,
    how: Translation,
    file_name: str,
    registry: Registry,
    references: dict[tuple[str, str], pl.Series],
    taken: pl.DataFrame | None = None,
    followed: bool = False,
) -> ConformedTable:
    """The table in the programme's words, parted into rows that met the contract and rows that did not.

    Args:
        raw: the table as text.
        how: its translation.
        file_name: its file.
        registry: for the code lists.
        references: the values of columns of other tables in the delivery, by (entity, column).
        taken: the keys that earlier tables of the same entity and delivery conformed.
        followed: whether records are followed from delivery to delivery, by their marks.

    Returns:
        `conformed` has source_file, source_table, source_row, warnings (rule ids), the contract's columns and the raw
        text of coded columns; `quarantined` has source_file, source_table, source_row, reasons (rule ids) and the
        whole row as JSON.
    """
    in_scope, reasons = _set_aside(raw, how)
    words = translate(in_scope, how)
    verdict = validate(words, in_scope, how, registry, references, taken)
    refused = verdict.positions("refuse_row")
    kept = pl.repeat(True, in_scope.height, dtype=pl.Boolean, eager=True)
    kept = kept.scatter(refused, False) if len(refused) else kept
    columns = _conformed_columns(words, how)
    source = _lineage(in_scope, file_name, how)
    warnings = _rule_lists(verdict, "warn", in_scope.height).alias("warnings")
    conformed = pl.concat([source, warnings.to_frame(), words.select(columns)], how="horizontal")
    reasons_of = _rule_lists(verdict, "refuse_row", in_scope.height).alias("reasons")
    whole = in_scope[refused].drop(ROW)
    quarantined = pl.concat(
        [
            source[refused],
            reasons_of[refused].to_frame(),
            whole.select(pl.struct(pl.all()).struct.json_encode().alias("record")),
        ],
        how="horizontal",
    )
    failures = explain(verdict, in_scope, how, file_name)
    if raw.misfits:
        quarantined = pl.concat([quarantined, _misfit_rows(raw.misfits, how, file_name)])
        failures.append(misfit_failure(raw.misfits, raw.header, raw.rows_delivered, how.table, file_name))
    account = TableAccount(
        source_file=file_name,
        source_table=how.table.id,
        entity=how.table.entity,
        rows_delivered=raw.rows_delivered,
        conformed=in_scope.height - len(refused),
        quarantined=quarantined.height,
        out_of_scope=sum(reasons.values()),
        out_of_scope_reasons=reasons,
    )
    accepted = conformed.filter(kept) if len(refused) else conformed
    keys, counts = words.select(how.contract.key), _counts(words, raw, how)
    marks = _marks(keys, verdict, raw.misfits) if followed else (b"", {})
    failing = failing_values(verdict, in_scope, how, file_name, raw.misfits, marks[0])
    return ConformedTable(accepted, quarantined, account, keys, counts, failures, failing, *marks)


def _marks(keys: pl.DataFrame, verdict: Verdict, misfits: list[Misfit]) -> tuple[bytes, dict[str, bytes]]:
    """The marks of all rows, and of those that failed by rule; no record can be told of a row that does not fit."""
    marks = record_marks(keys)
    failing = {rule: of_rows(marks, positions) for rule, positions in verdict.failing.items()}
    return marks, failing | ({"row.misfit": untold(len(misfits))} if misfits else {})


def _counts(words: pl.DataFrame, raw: RawTable, how: Translation) -> TableCounts:
    """What the table holds, of columns that are the sender's own."""
    sources = {name: source.source for name, source in how.columns.items() if source.source and not source.capture}
    return count_table(words, how.contract, how.table.id, raw.rows_delivered, raw.header, sources)


def _set_aside(raw: RawTable, how: Translation) -> tuple[pl.DataFrame, dict[str, int]]:
    """The rows the programme takes, and how many it does not, by reason."""
    reasons = {"empty row": raw.blank_rows} if raw.blank_rows else {}
    frame = raw.frame
    for rule in how.table.out_of_scope:
        outside = frame[rule.column].str.strip_chars().is_in([value.strip() for value in rule.values])
        count = int(outside.sum())
        if count:
            reasons[rule.reason] = reasons.get(rule.reason, 0) + count
            frame = frame.filter(~outside)
    return frame, reasons


def _conformed_columns(words: pl.DataFrame, how: Translation) -> list[str]:
    coded = [raw_name(c.name) for c in how.contract.columns.values() if c.kind == "code"]
    return [*how.contract.columns, *coded]


def _lineage(frame: pl.DataFrame, file_name: str, how: Translation) -> pl.DataFrame:
    return frame.select(
        pl.lit(file_name).alias("source_file"),
        pl.lit(how.table.id).alias("source_table"),
        pl.col(ROW).alias("source_row"),
    )


def _rule_lists(verdict: Verdict, severity: str, height: int) -> pl.Series:
    """For each row the ids of the rules of a severity that it failed."""
    failing = {rule: rows for rule, rows in verdict.failing.items() if verdict.severities[rule] == severity}
    if not failing:
        return pl.repeat([], height, dtype=pl.List(pl.String), eager=True)
    pairs = pl.concat(
        [pl.DataFrame({"position": rows}).with_columns(pl.lit(rule).alias("rule")) for rule, rows in failing.items()]
    )
    lists = pairs.group_by("position").agg(pl.col("rule").sort())
    every = pl.DataFrame({"position": pl.int_range(height, dtype=pl.Int64, eager=True)})
    joined = every.join(lists, on="position", how="left", maintain_order="left")["rule"]
    return joined.fill_null(pl.Series([[]], dtype=pl.List(pl.String)))


def _misfit_rows(misfits: list[Misfit], how: Translation, file_name: str) -> pl.DataFrame:
    frame = pl.DataFrame(
        {
            ROW: pl.Series([m.row for m in misfits], dtype=pl.Int64),
            "reasons": pl.Series([["row.misfit"]] * len(misfits), dtype=pl.List(pl.String)),
            "record": [m.text for m in misfits],
        }
    )
    return pl.concat([_lineage(frame, file_name, how), frame.select("reasons", "record")], how="horizontal")
