"""Contracts: what the programme needs of an entity; columns, types, code lists and rules with their meaning.

How a contract is read from its file belongs in `contract_file`, running it in `cls_pipeline.conform`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["string", "date", "integer", "number", "decimal", "boolean", "code"]
Severity = Literal["refuse_row", "warn"]
# Whose numbers a column holds: those of the system itself, of the system before it, or of a national register.
Pseudonym = Literal["person", "legacy_person", "national"]
Truncation = Literal["month"]
KEY_UNIQUE = "key.unique"


@dataclass(frozen=True)
class Column:
    """One column of an entity."""

    name: str
    kind: Kind
    description: str
    required: bool = False
    key: bool = False
    code_list: str | None = None
    identifies: bool = False
    pseudonym: Pseudonym | None = None
    event_date: bool = False
    truncate: Truncation | None = None
    minimum: float | None = None
    maximum: float | None = None
    severity: Severity = "refuse_row"
    how_to_fix: str = ""
    metrics: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """A rule across columns: a polars SQL expression that is true of a good row, or a reference to another table."""

    id: str
    meaning: str
    severity: Severity
    how_to_fix: str
    columns: tuple[str, ...]
    metrics: tuple[str, ...] = ()
    expression: str | None = None
    references: tuple[str, str] | None = None


@dataclass(frozen=True)
class Contract:
    """What the programme needs of one entity."""

    entity: str
    version: str
    description: str
    columns: dict[str, Column]
    rules: tuple[Rule, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """The columns that together name a record."""
        return tuple(column.name for column in self.columns.values() if column.key)

    @property
    def event_date(self) -> str | None:
        """The column that holds the record's date."""
        return next((column.name for column in self.columns.values() if column.event_date), None)

    @property
    def code_lists(self) -> tuple[str, ...]:
        """The code lists that its columns use."""
        return tuple(sorted({column.code_list for column in self.columns.values() if column.code_list}))
