"""The form of a contract's file: the part of the Open Data Contract Standard that the pipeline acts on, and no more.

A field that nothing would act on is a mistake: `pseudonymise` for `pseudonym` would let people's numbers through.
What a contract means once it is read belongs in `contract`.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, FiniteFloat, model_validator
from pydantic.alias_generators import to_camel

from cls_pipeline.registry.contract import Pseudonym, Severity, Truncation

# Columns that hold people's numbers wherever they stand, and the pseudonym that each must have.
NUMBERS_OF_PEOPLE: dict[str, Pseudonym] = {
    "person_id": "person",
    "legacy_person_id": "legacy_person",
    "national_id": "national",
}
NUMBERS = ("integer", "number", "decimal")
Properties = TypeVar("Properties")


def _truth(value: Any) -> Any:
    if value in (True, False):  # a default
        return value
    if value not in ("true", "false"):
        raise ValueError("true or false is expected")
    return value == "true"


def _list(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        raise ValueError("a list such as [one, another] is expected")
    return value


def _by_name(value: Any) -> Any:
    """A list of `{property: name, value: text}` as a mapping."""
    if not isinstance(value, list):
        return value
    found: dict[str, Any] = {}
    for item in value:
        if not isinstance(item, dict) or set(item) != {"property", "value"}:
            raise ValueError(f"items of the form {{property: name, value: text}} are expected, found {item!r}")
        if item["property"] in found:
            raise ValueError(f"{item['property']} stands twice")
        found[item["property"]] = item["value"]
    return found


Truth = Annotated[bool, BeforeValidator(_truth)]
Names = Annotated[tuple[str, ...], BeforeValidator(_list)]
Custom = Annotated[Properties, BeforeValidator(_by_name)]
Text = Annotated[str, Field(min_length=1)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class ColumnProperties(_Part):
    """What the standard has no field for, of a column."""

    code_list: str | None = None
    identifies: Truth = False
    pseudonym: Pseudonym | None = None
    event_date: Truth = False
    truncate: Truncation | None = None
    severity: Severity = "refuse_row"
    how_to_fix: str = ""
    metrics: Names = ()


class Reference(_Part):
    """A column of another entity."""

    entity: str
    column: str


class RuleProperties(_Part):
    """What the standard has no field for, of a rule."""

    columns: Names = Field(min_length=1)
    how_to_fix: Text
    references: Reference | None = None
    metrics: Names = ()


class Range(_Part):
    """The least and the greatest number that a column may hold, both included."""

    minimum: FiniteFloat | None = None
    maximum: FiniteFloat | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Range:
        if self.minimum is not None and self.maximum is not None and self.maximum < self.minimum:
            raise ValueError(f"maximum {self.maximum:g} is below minimum {self.minimum:g}")
        return self


class ColumnPart(_Part):
    """One column as it stands in the file."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    logical_type: Literal["string", "date", "integer", "number", "boolean"]
    physical_type: str = ""
    logical_type_options: Range = Range()
    required: Truth = False
    primary_key: Truth = False
    primary_key_position: int | None = None
    unique: Truth = False
    classification: str | None = None
    description: str = ""
    custom_properties: Custom[ColumnProperties] = ColumnProperties()

    @property
    def kind(self) -> str:
        """The kind of the column in the pipeline's words."""
        if self.custom_properties.code_list:
            return "code"
        return "decimal" if self.physical_type.lower().startswith("decimal") else self.logical_type

    @model_validator(mode="after")
    def _numbers_of_people_are_hidden(self) -> ColumnPart:
        has, due = self.custom_properties, NUMBERS_OF_PEOPLE.get(self.name)
        if due and has.pseudonym != due:
            raise ValueError(f"{self.name} holds numbers of people: the property 'pseudonym: {due}' is expected")
        if has.pseudonym and not has.identifies:
            raise ValueError(f"{self.name}: the property 'identifies: true' is expected beside a pseudonym")
        return self

    @model_validator(mode="after")
    def _properties_fit_the_kind(self) -> ColumnPart:
        has, bounds = self.custom_properties, self.logical_type_options
        for given, name, kinds in (
            (has.pseudonym, "pseudonym", ("string",)),
            (has.event_date, "eventDate", ("date",)),
            (has.truncate, "truncate", ("date",)),
            (bounds != Range(), "a minimum or maximum", NUMBERS),
        ):
            if given and self.kind not in kinds:
                raise ValueError(f"{self.name}: {name} is for a column of kind {', '.join(kinds)}, found {self.kind}")
        return self


class RulePart(_Part):
    """One rule as it stands in the file."""

    name: Text
    type: Literal["custom"] = "custom"
    engine: Literal["polars", "references"] = "polars"
    implementation: Text | None = None
    description: Text
    severity: Severity
    dimension: str | None = None
    custom_properties: Custom[RuleProperties]

    @model_validator(mode="after")
    def _can_be_asked(self) -> RulePart:
        if not self.implementation and not self.custom_properties.references:
            raise ValueError(f"{self.name}: an implementation (polars SQL) or the property 'references' is expected")
        return self


class EntityPart(_Part):
    """The one entity of a contract."""

    name: str
    logical_type: str = "object"
    physical_type: str = "table"
    description: str = ""
    data_granularity_description: str = ""
    properties: tuple[ColumnPart, ...] = Field(min_length=1)
    quality: tuple[RulePart, ...] = ()


class ContractPart(_Part):
    """A whole file."""

    api_version: str
    kind: str
    id: str
    name: str | None = None
    version: str = ""
    status: str | None = None
    domain: str | None = None
    description: dict[str, Any] | str = ""
    entities: tuple[EntityPart, ...] = Field(alias="schema", min_length=1, max_length=1)
