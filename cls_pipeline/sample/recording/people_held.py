"""The people of an extract as their system knows them: carried over or new, registered twice, merged, half described.

Which records stand under which registration is decided here too; numbers are given in `identifiers.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Flags, Positions
from cls_pipeline.sample.days import NEVER, days
from cls_pipeline.sample.recording.code_changes import people_with_other_codes
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.migration import Cutover
from cls_pipeline.sample.recording.records import with_value
from cls_pipeline.sample.recording.tenures import Tenure

#: A second registration has the world's number and so much more.
SECOND: Final = 5_000_000
#: Share of second registrations without a national number. Assumed: with it the first would have been found.
SECOND_UNKNOWN: Final = 0.6
BLANKED: Final = (
    "ethnicity",
    "sex",
    "primary_support_reason",
    "accommodation_status",
    "employment_status",
    "postcode_district",
)
PLACEHOLDER: Final = pl.date(1900, 1, 1)


@dataclass(frozen=True)
class Registrations:
    """Who is registered twice in an installation: from which day on, and until which day (merged)."""

    tenure: Tenure
    since: int

    def span(self, numbers: Positions, seen: Positions, d: Distorting) -> tuple[Positions, Positions]:
        """First and last day of the second registration of each person; NEVER where there is none."""
        where = (self.tenure.site, self.tenure.numbering)
        twice = d.hits("duplicate-people", where, numbers, d.size("duplicate-people", *where))
        begin = np.maximum(seen, self.since) + d.days("duplicate-people", where, numbers, 30, 900)
        merged = d.hits("merged-people", where, numbers, d.size("merged-people", *where))
        end = np.where(merged, begin + d.days("merged-people", where, numbers, 100, 800), NEVER)
        return np.where(twice, begin, NEVER), end


def registered(
    people: pl.DataFrame, tenure: Tenure, since: int, as_of: int, d: Distorting
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People with a row for each registration, and `person_number` with `second_from` of those registered twice.

    Args:
        people: one row each.
        since: the first day of the tenures that share these numbers.
    """
    numbers = people["person_number"].to_numpy()
    begin, end = Registrations(tenure, since).span(numbers, people["day"].to_numpy(), d)
    twice = (begin <= as_of) & (as_of < end)
    second = people.filter(pl.Series(twice)).with_columns(
        registration=pl.col("person_number") + SECOND, day=pl.Series(begin[twice].astype(np.int32))
    )
    unknown = d.hits("duplicate-people", (*tenure.where, "unknown"), numbers[twice], SECOND_UNKNOWN)
    second = with_value(second, "national_id", unknown, pl.lit(None))
    first = people.with_columns(registration="person_number")
    pairs = second.select("person_number", second_from="day")
    return pl.concat([first, second.select(first.columns)]), pairs


def described(
    people: pl.DataFrame, cut: Cutover | None, carried: Flags, tenure: Tenure, as_of: int, last: int, d: Distorting
) -> pl.DataFrame:
    """People with what their system knows of them.

    Args:
        cut: the last change to another product, if any; `carried` whom it brought over.
        last: the world's last day.
    """
    keys = people["registration"].to_numpy()
    where = tenure.where
    people = with_value(
        people,
        "national_id",
        d.hits("national-id-missing", where, keys, d.size("national-id-missing", *where)),
        pl.lit(None),
    )
    if not d.acts("birth-month-only", *where):
        people = people.with_columns(birth_month=days(people["born"].to_numpy()))
    unknown = d.hits("placeholder-births", where, keys, d.size("placeholder-births", *where))
    people = with_value(people, "birth_month", unknown, PLACEHOLDER)
    people = people_with_other_codes(people, tenure, as_of, last, d)
    size = d.size("attributes-blanked", *cut.where) if cut else 0.0
    if cut is None or not size:
        return people
    # Two columns of the list, whichever they are at this cutover; at least one.
    order = d.days("attributes-blanked", cut.where, np.arange(2), 0, len(BLANKED))
    for column in sorted({BLANKED[position] for position in order}):
        hit = carried & d.hits("attributes-blanked", (*cut.where, column), keys, size)
        people = with_value(people, column, hit, pl.lit(None))
    return people
