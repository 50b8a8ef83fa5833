"""Tells a failure in the sender's own words: their file, row and column, the value, what is allowed, what to do.

A value is shown only where it identifies nobody. Finding the failures belongs in `validate` and `read`.
"""

from __future__ import annotations

import polars as pl

from cls_pipeline.conform.example import example_of, shown_texts
from cls_pipeline.conform.raw_table import ROW, Misfit, UnreadableTable
from cls_pipeline.conform.rule_columns import rule_columns
from cls_pipeline.conform.translate import Translation
from cls_pipeline.conform.validate import Verdict
from cls_pipeline.outcomes import RuleFailure
from cls_pipeline.registry import KEY_UNIQUE, Column, TableLayout
from cls_pipeline.suggesting.codes import Suggestion, known_texts, likeliest
from cls_pipeline.suggesting.lines import code_lines

# Enough to recognise the list, short enough for a table cell in the Dagster UI.
ALLOWED_SHOWN = 8
PERIOD_EXAMPLES = {
    "financial_year": "a financial year such as 2018-19",
    "financial_quarter": "a financial quarter such as 2018/19 Q1",
    "month": "a month such as 2018-04 or a day in it",
}


def explain(verdict: Verdict, raw: pl.DataFrame, how: Translation, file_name: str) -> list[RuleFailure]:
    """The failures of one table, refused rows first, then by number of rows."""
    referring = {rule.id for rule in how.contract.rules if rule.references}
    failures = []
    for rule_id, positions in verdict.failing.items():
        meaning, columns, remedy, metrics = _meaning(rule_id, how)
        rows = raw[positions]
        column = how.contract.columns[columns[0]] if len(columns) == 1 else None
        example = "" if rule_id in referring else example_of(rows, columns, how, raw)
        suggested = _suggested(rows, column, how, raw) if column and rule_id.endswith(".mapped") else []
        failures.append(
            RuleFailure(
                rule_id=rule_id,
                severity="refuse_row" if verdict.severities[rule_id] == "refuse_row" else "warn",
                meaning=meaning,
                source_file=file_name,
                source_table=how.table.id,
                their_column=", ".join(how.their_name(name) for name in columns),
                rows=len(positions),
                share=len(positions) / raw.height,
                example=example,
                allowed=_allowed(rule_id, column, how),
                nearest=_nearest(suggested),
                how_to_fix=remedy,
                metrics=metrics,
                first_row=int(rows[ROW][0]),
                suggestion=code_lines(_map_name(column, how), suggested) if column else "",
            )
        )
    failures += [_not_evaluated(rule_id, why, how, file_name) for rule_id, why in verdict.not_evaluated.items()]
    return sorted(failures, key=lambda f: (f.severity != "refuse_row", -f.rows))


def _meaning(rule_id: str, how: Translation) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    """What a rule says, the columns it is about, its remedy, the metrics it touches."""
    columns = rule_columns(rule_id, how.contract)
    for rule in how.contract.rules:
        if rule.id == rule_id:
            return rule.meaning, columns, rule.how_to_fix, rule.metrics
    if rule_id == KEY_UNIQUE:
        return (
            f"The same {how.contract.entity} stands more than once.",
            columns,
            "Send each record once; where two rows differ, decide which one is right. Equal rows: the first is kept.",
            how.contract.columns[columns[0]].metrics,
        )
    name, kind = rule_id.rsplit(".", 1)
    column = how.contract.columns[name]
    meaning = {
        "required": "must be filled in and is empty.",
        "valid": f"holds a text that cannot be read as {_noun(column)}.",
        "mapped": "holds a code or label that is not known for this system.",
        "range": "holds a number outside its range.",
        "code": "holds a code that is not in the programme's list.",
    }[kind]
    default = {
        "required": "Fill it in at the source and send the file again.",
        "valid": "Correct the value at the source and send the file again.",
        "mapped": "Correct it, or map it to one of the programme's codes in the system's profile or under additions.",
        "range": "Correct the number at the source and send the file again.",
        "code": "Map it to a code of the list in the system's profile.",
    }[kind]
    return f"{_title(column)} {meaning}", columns, column.how_to_fix or default, column.metrics


def _title(column: Column) -> str:
    return column.name.replace("_", " ").capitalize()


def _noun(column: Column) -> str:
    return {"date": "a date", "integer": "a whole number"}.get(column.kind, "a number")


def _allowed(rule_id: str, column: Column | None, how: Translation) -> str:
    if column is None:
        return ""
    source = how.columns.get(column.name)
    if column.code_list and rule_id.endswith((".mapped", ".code")):
        if source and source.aliases:
            return f"a {source.aliases} of the list {column.code_list}"
        texts = _their_texts(column, how)
        more = f" and {len(texts) - ALLOWED_SHOWN} more" if len(texts) > ALLOWED_SHOWN else ""
        return ", ".join(map(repr, texts[:ALLOWED_SHOWN])) + more
    if column.kind == "date" and rule_id.endswith(".valid"):
        if source and source.period:
            return PERIOD_EXAMPLES[source.period]
        return "a day of the calendar, written as " + " or ".join(_spell(pattern) for pattern in how.dates)
    if rule_id.endswith(".range"):
        return _bounds(column.minimum, column.maximum)
    return ""


def _bounds(minimum: float | None, maximum: float | None) -> str:
    if minimum is None or maximum is None:
        return f"at most {maximum:g}" if minimum is None else f"at least {minimum:g}"
    return f"from {minimum:g} to {maximum:g}"


def _their_texts(column: Column, how: Translation) -> list[str]:
    """The texts the map knows, as the profile writes them where it is the profile's own map."""
    name = _map_name(column, how)
    written = [*how.system.codes.get(name, {}), *how.sender.additions.codes.get(name, {})]
    return written or list(how.maps.get(column.name, {}))


def _spell(pattern: str) -> str:
    parts = {"%Y": "yyyy", "%m": "mm", "%d": "dd", "%b": "Mmm", "%B": "Month", "%y": "yy", " %H:%M:%S": ""}
    for mark, word in parts.items():
        pattern = pattern.replace(mark, word)
    return pattern


def _map_name(column: Column, how: Translation) -> str:
    """The map that a coded column is looked up in, by its name in the profile."""
    source = how.columns.get(column.name)
    return (source.codes if source else None) or column.code_list or ""


def _suggested(rows: pl.DataFrame, column: Column, how: Translation, raw: pl.DataFrame) -> list[Suggestion]:
    """What the texts that no map knows most likely stand for, the commonest first; none of a published list's codes."""
    source = how.columns.get(column.name)
    texts = shown_texts(rows, column, how, raw)
    if not texts or not column.code_list or source is None or source.aliases:
        return []
    codes = how.registry.code_lists[column.code_list]
    known = known_texts(how.registry, how.sender, how.system, _map_name(column, how), codes)
    return [likeliest(text, known) for text, _ in texts]


def _nearest(suggested: list[Suggestion]) -> str:
    """The known label most like the commonest of the texts."""
    return repr(suggested[0].nearest) if suggested and suggested[0].nearest else ""


def _not_evaluated(rule_id: str, why: str, how: Translation, file_name: str) -> RuleFailure:
    rule = next(item for item in how.contract.rules if item.id == rule_id)
    return RuleFailure(
        rule_id=rule_id,
        severity="warn",
        meaning=f"This rule could not be asked ({why}): {rule.meaning}",
        source_file=file_name,
        source_table=how.table.id,
        their_column=", ".join(how.their_name(name) for name in rule.columns),
        rows=0,
        share=0.0,
        example="",
        allowed="",
        nearest="",
        how_to_fix="This is a fault of the contract, not of your file; the programme's engineers have to mend it.",
        not_evaluated=True,
    )


def misfit_failure(
    misfits: list[Misfit], header: tuple[str, ...], rows: int, table: TableLayout, file_name: str
) -> RuleFailure:
    """Rows with more or fewer fields than the header."""
    first = misfits[0]
    return RuleFailure(
        rule_id="row.misfit",
        severity="refuse_row",
        meaning=f"The row has {first.fields} fields; the header has {len(header)}.",
        source_file=file_name,
        source_table=table.id,
        their_column="",
        rows=len(misfits),
        share=len(misfits) / max(rows, 1),
        example="",
        allowed=f"{len(header)} fields",
        nearest="",
        how_to_fix="Look for a separator or a line break inside a text; put such a text in quotation marks.",
        first_row=first.row,
    )


def unreadable_failure(error: UnreadableTable, table: TableLayout, file_name: str) -> RuleFailure:
    """A table that could not be read at all."""
    return delivery_failure(
        error.rule_id, error.meaning, error.remedy, table=table.id, file_name=file_name, row=error.row
    )


def delivery_failure(
    rule_id: str,
    meaning: str,
    remedy: str,
    *,
    table: str = "",
    file_name: str = "",
    column: str = "",
    nearest: str = "",
    row: int | None = None,
    warn: bool = False,
    rows: int = 0,
    share: float = 0.0,
    suggestion: str = "",
) -> RuleFailure:
    """What concerns a whole table or delivery: it refuses the delivery, unless it is only a warning."""
    return RuleFailure(
        rule_id=rule_id,
        severity="warn" if warn else "refuse_delivery",
        meaning=meaning,
        source_file=file_name,
        source_table=table,
        their_column=column,
        rows=rows,
        share=share,
        example="",
        allowed="",
        nearest=nearest,
        how_to_fix=remedy,
        first_row=row,
        suggestion=suggestion,
    )
