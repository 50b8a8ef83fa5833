"""A system profile: how one system's export says what we mean.

Columns, date styles, codes and coverage of one product at one version. Who uses it when belongs in `sender.py`.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, field_validator, model_validator

from cls_pipeline.registry.source import Strict

# A day on which no part of a date can be taken for another.
A_DAY = datetime(2021, 11, 23)


def _survives(pattern: str) -> str:
    """The pattern, if a day that is written by it is read back as the same day."""
    try:
        kept = datetime.strptime(A_DAY.strftime(pattern), pattern).date() == A_DAY.date()
    except ValueError:
        kept = False
    if not kept:
        raise ValueError("a format that can write a day and read it again, such as %d/%m/%Y, is expected")
    return pattern


DayFormat = Annotated[str, AfterValidator(_survives)]


class FileFormat(Strict):
    """How bytes become text columns; nothing is guessed."""

    kind: Literal["csv", "xlsx"]
    encoding: Literal["utf-8", "cp1252", "utf-16"] = "utf-8"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    compression: Literal["gzip"] | None = None
    title_rows: int = Field(default=0, ge=0)
    sheet: str | None = None


class ColumnSource(Strict):
    """Where a contract's column comes from in the table, and how its text is read.

    Where a code changes its meaning with another column, `qualified_by` names that column, and the map may hold
    `code (qualifier)` beside the plain code.
    """

    source: str | None = Field(default=None, alias="from")
    constant: str | None = None
    codes: str | None = None
    aliases: str | None = None
    qualified_by: str | None = None
    period: Literal["financial_year", "financial_quarter", "month"] | None = None
    missing: tuple[str, ...] | None = None
    otherwise: str | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> ColumnSource:
        if (self.source is None) == (self.constant is None):
            raise ValueError("give either 'from' (their column) or 'constant' (one of our codes)")
        return self

    @property
    def capture(self) -> str | None:
        """The name of the file-name capture it reads, if it does not read a column."""
        match = re.fullmatch(r"\{(\w+)\}", self.source or "")
        return match.group(1) if match else None


class OutOfScope(Strict):
    """Rows that the programme does not take, with the reason; they are counted, not dropped unseen."""

    column: str
    values: tuple[str, ...] = Field(alias="is")
    reason: str


class Unpivot(Strict):
    """Columns that stand for groups, read as rows: all but those to `keep` go into two columns, `names` (what stood in
    the header) and `values` (what stood in the cell)."""

    keep: tuple[str, ...]
    names: str
    values: str


class TableLayout(Strict):
    """One table (a file, or a sheet of a workbook) that feeds one entity."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    entity: str
    required: bool = True
    format: FileFormat
    unpivot: Unpivot | None = None
    columns: dict[str, ColumnSource]
    ignore: tuple[str, ...] = ()
    out_of_scope: tuple[OutOfScope, ...] = ()

    @property
    def expected(self) -> tuple[str, ...]:
        """The columns of theirs that must be in the header."""
        named = [c.source for c in self.columns.values() if c.source and not c.capture]
        qualifiers = [c.qualified_by for c in self.columns.values() if c.qualified_by]
        return tuple(dict.fromkeys([*named, *qualifiers, *(rule.column for rule in self.out_of_scope)]))


# How the parts of a date stand in a file name, by their strptime letter.
DATE_PARTS = {"Y": r"\d{4}", "m": r"\d{1,2}", "d": r"\d{1,2}", "y": r"\d{2}", "b": r"[^\W\d_]{3}", "B": r"[^\W\d_]+"}


class SystemProfile(Strict):
    """One product at one version with its configuration.

    A delivery covers all that the system holds (`full`), the records whose dates touch its last `period_months`
    months (`period`), or what changed since the delivery before (`changes`). A system that `continues` another is a
    new version of that product: people and records keep their numbers.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str
    family: Literal["case_management", "finance", "publication"]
    layout: Literal["sourced", "illustrative"]
    source: str
    continues: str | None = None
    coverage: Literal["full", "period", "changes"]
    period_months: int | None = Field(default=None, ge=1)
    bundle: Literal["together", "each_file"] = "together"
    as_of_format: DayFormat = "%Y-%m-%d"
    missing: tuple[str, ...] = ("",)
    dates: tuple[DayFormat, ...] = ("%Y-%m-%d",)
    files: tuple[TableLayout, ...] = Field(min_length=1)
    codes: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("files")
    @classmethod
    def _distinct_ids(cls, files: tuple[TableLayout, ...]) -> tuple[TableLayout, ...]:
        ids = [table.id for table in files]
        repeated = {table_id for table_id in ids if ids.count(table_id) > 1}
        if repeated:
            raise ValueError(f"table id {', '.join(sorted(repeated))} stands twice")
        return files

    @model_validator(mode="after")
    def _a_period_has_a_length(self) -> SystemProfile:
        if self.coverage == "period" and self.period_months is None:
            raise ValueError("coverage 'period' needs 'period_months', how many months a delivery reaches back")
        if self.coverage != "period" and self.period_months is not None:
            raise ValueError(f"'period_months' is for coverage 'period', not for {self.coverage!r}")
        return self

    @property
    def entities(self) -> tuple[str, ...]:
        """The entities that the system's tables feed, in the order of the profile."""
        return tuple(dict.fromkeys(table.entity for table in self.files))

    def match(self, table: TableLayout, file_name: str) -> dict[str, str] | None:
        """The captures of a file name that fits the table's pattern, else None. Case is ignored."""
        match = re.fullmatch(_pattern(table.name, self.as_of_format), file_name, flags=re.IGNORECASE)
        if match is None:
            return None
        captures = match.groupdict()
        if "as_of" in captures and self.as_of(captures) is None:
            return None
        return captures

    def as_of(self, captures: dict[str, str]) -> date | None:
        """The day that a file name states, or None."""
        try:
            return datetime.strptime(captures["as_of"], self.as_of_format).date()
        except (KeyError, ValueError):
            return None


def _pattern(name: str, as_of_format: str) -> str:
    """The regular expression of a file name; the date has the shape of its format, so that `*` may stand beside it."""
    day = re.sub(r"%(\w)", lambda mark: DATE_PARTS.get(mark[1], ".+?"), re.escape(as_of_format))
    special = {"*": ".*?", "{as_of}": f"(?P<as_of>{day})"}
    parts = re.split(r"(\{\w+\}|\*)", name)
    return "".join(
        special.get(part) or (f"(?P<{part[1:-1]}>.+?)" if part.startswith("{") else re.escape(part)) for part in parts
    )
