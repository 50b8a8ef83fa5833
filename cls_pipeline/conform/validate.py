"""Does a translated table meet its contract? Every rule is asked of every row; nothing is changed.

Rules across columns run as polars SQL expressions that give a true-or-false column each; the pandera schema then
judges all columns at once. How a failure is told to the sender belongs in `explain`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandera.errors
import polars as pl

from cls_pipeline.conform.raw_table import ROW
from cls_pipeline.conform.schema import schema_of
from cls_pipeline.conform.translate import Translation
from cls_pipeline.registry import KEY_UNIQUE, Contract, Registry, Rule
from cls_pipeline.registry.contract import Severity


@dataclass(frozen=True)
class Verdict:
    """Which rows (0-based positions) failed which rule; rules that could not be asked, with why."""

    failing: dict[str, pl.Series]
    severities: dict[str, Severity]
    not_evaluated: dict[str, str] = field(default_factory=dict)

    def positions(self, severity: str) -> pl.Series:
        """The positions of all rows that failed a rule of a severity, in order."""
        found = [rows for rule, rows in self.failing.items() if self.severities[rule] == severity]
        return pl.concat(found).unique().sort() if found else pl.Series([], dtype=pl.Int64)


def validate(
    frame: pl.DataFrame,
    raw: pl.DataFrame,
    how: Translation,
    registry: Registry,
    references: dict[tuple[str, str], pl.Series],
    taken: pl.DataFrame | None = None,
) -> Verdict:
    """The verdict on a translated table.

    Args:
        frame: what `translate` returned.
        raw: the text it was translated from, row for row.
        how: the translation.
        registry: for the code lists.
        references: the values of columns of other tables in the delivery, by (entity, column).
        taken: the keys that earlier tables of the same entity and delivery conformed.
    """
    contract = how.contract
    severities: dict[str, Severity] = {rule.id: rule.severity for rule in contract.rules}
    severities[KEY_UNIQUE] = "refuse_row"
    flags = _read_flags(frame, contract) | {KEY_UNIQUE: _unique(frame, raw, contract) & _free(frame, contract, taken)}
    not_evaluated: dict[str, str] = {}
    for rule in contract.rules:
        try:
            flag = _ask(rule, frame, how, references)
        except (pl.exceptions.PolarsError, ValueError) as error:
            not_evaluated[rule.id] = _why(error)
            continue
        if flag is not None:
            flags[rule.id] = flag
    # Flags that hold throughout need no judge; in a clean table that is all of them, and pandera costs by the column.
    flags = {name: flag for name, flag in flags.items() if not flag.all()}
    judged = frame.select(list(contract.columns)).with_columns(flag.alias(name) for name, flag in flags.items())
    failing = _judge(judged, contract, registry, tuple(flags))
    failing = _without_echoes(failing, contract)
    for name in failing:
        column = name.split(".")[0]
        if name not in severities:
            severities[name] = contract.columns[column].severity
    return Verdict(failing, severities, not_evaluated)


def _why(error: Exception) -> str:
    """Why a rule could not be asked; polars quotes values in its words, save where it speaks of the expression."""
    of_the_rule = (ValueError, pl.exceptions.ColumnNotFoundError, pl.exceptions.SQLSyntaxError)
    told = f": {str(error).splitlines()[0][:200]}" if isinstance(error, of_the_rule) else ""
    return f"{type(error).__name__}{told}"


def _without_echoes(failing: dict[str, pl.Series], contract: Contract) -> dict[str, pl.Series]:
    """A value that could not be read is told once: not again as empty, nor by the rules that looked at it."""
    columns: dict[str, tuple[str, ...]] = {f"{name}.required": (name,) for name in contract.columns}
    columns |= {rule.id: rule.columns for rule in contract.rules}
    told = {}
    for rule, rows in failing.items():
        unread = [failing.get(f"{name}.{kind}") for name in columns.get(rule, ()) for kind in ("mapped", "valid")]
        for echo in (found for found in unread if found is not None):
            rows = rows.filter(~rows.is_in(echo.implode()))
        told[rule] = rows
    return {rule: rows for rule, rows in told.items() if len(rows)}


def _read_flags(frame: pl.DataFrame, contract: Contract) -> dict[str, pl.Series]:
    """A flag per column that can be misread: `.mapped` for codes, `.valid` for dates and numbers."""
    flags = {}
    for column in contract.columns.values():
        recorded = f"{column.name}.recorded"
        if recorded in frame.columns:
            kind = "mapped" if column.kind == "code" else "valid"
            flags[f"{column.name}.{kind}"] = ~(frame[recorded] & frame[column.name].is_null())
    return flags


def _unique(frame: pl.DataFrame, raw: pl.DataFrame, contract: Contract) -> pl.Series:
    """True of rows whose key stands once, and of the first of rows that are equal in every field."""
    keys = frame.select(contract.key)
    repeated = keys.is_duplicated() & ~keys.select(pl.any_horizontal(pl.all().is_null())).to_series()
    if not repeated.any():
        return ~repeated
    positions = repeated.arg_true()
    twins = keys[positions].with_columns(
        raw[positions].drop(ROW).hash_rows().alias("content"), positions.alias("position")
    )
    judged = twins.with_columns(
        pl.col("content").n_unique().over(contract.key).alias("contents"),
        (pl.col("position") == pl.col("position").min().over(contract.key)).alias("first"),
    )
    kept = judged.filter((pl.col("contents") == 1) & pl.col("first"))["position"]
    return (~repeated).scatter(kept, True) if len(kept) else ~repeated


def _free(frame: pl.DataFrame, contract: Contract, taken: pl.DataFrame | None) -> pl.Series:
    """True of rows whose key no other table of the delivery has."""
    free = pl.repeat(True, frame.height, dtype=pl.Boolean, eager=True)
    if taken is None or taken.is_empty():
        return free
    again = frame.select(contract.key).with_row_index("position").join(taken, on=list(contract.key), how="semi")
    return free.scatter(again["position"], False) if again.height else free


def _ask(
    rule: Rule, frame: pl.DataFrame, how: Translation, references: dict[tuple[str, str], pl.Series]
) -> pl.Series | None:
    """The rule's answer per row; None where the delivery does not hold what it needs."""
    if rule.references:
        known = references.get(rule.references)
        if known is None:
            return None
        own = frame[rule.columns[0]]
        return own.is_null() | own.is_in(known.implode())
    if not any(name in how.columns for name in rule.columns):
        return None
    answer = frame.select(pl.sql_expr(rule.expression or "").alias("answer"))["answer"]
    if answer.dtype != pl.Boolean:
        raise ValueError(f"the expression gives {answer.dtype}, not true or false")
    return answer.fill_null(True)


def _judge(frame: pl.DataFrame, contract: Contract, registry: Registry, flags: tuple[str, ...]) -> dict[str, pl.Series]:
    """The failing positions by rule id, as pandera finds them."""
    try:
        schema_of(contract, registry, flags).validate(frame, lazy=True)
    except pandera.errors.SchemaErrors as errors:
        cases = errors.failure_cases
        if cases["index"].null_count():  # a wrong type or a missing column is a fault of ours, never of a row
            # Without its cause: pandera's words hold values of people's records.
            raise RuntimeError(f"The translated {contract.entity} does not have its contract's shape.") from None
        rule = (
            pl.when(pl.col("column").is_in(flags))
            .then("column")
            .when(check="not_nullable")
            .then(pl.col("column") + ".required")
            .when(pl.col("check").str.starts_with("isin"))
            .then(pl.col("column") + ".code")
            .otherwise(pl.col("column") + ".range")
        )
        found = cases.select(rule.alias("rule"), pl.col("index").cast(pl.Int64))
        groups = found.group_by("rule", maintain_order=True)
        return {str(name): group["index"].unique().sort() for (name,), group in groups}
    return {}
