"""The people of one site as linking reads them: numbered, with what is not known made null.

What the records say of each other is in `stated.py` and `likeness.py`.
"""

from __future__ import annotations

from datetime import date

import polars as pl

PEOPLE: dict[str, type[pl.DataType]] = {
    "numbering": pl.String,
    "person_id": pl.String,
    "national_id": pl.String,
    "legacy_person_id": pl.String,
    "legacy_numbering": pl.String,
    "birth_month": pl.Date,
    "sex": pl.String,
    "postcode_district": pl.String,
    "ethnicity": pl.String,
    "death_date": pl.Date,
    "first_seen": pl.Date,
}
#: What else is known of a person, where a system tells it: only where nothing stronger is left do these link.
TRAITS: dict[str, type[pl.DataType]] = {
    "last_seen": pl.Date,
    "primary_support_reason": pl.String,
    "accommodation_status": pl.String,
    "employment_status": pl.String,
    "has_unpaid_carer": pl.String,
    "client_type": pl.String,
    "area": pl.String,
}
KNOWN: dict[str, type[pl.DataType]] = PEOPLE | TRAITS
EVENTS: dict[str, type[pl.DataType]] = {
    "numbering": pl.String,
    "person_id": pl.String,
    "entity": pl.String,
    "event_date": pl.Date,
    "code": pl.String,
}
MERGES: dict[str, type[pl.DataType]] = {
    "numbering": pl.String,
    "from_person_id": pl.String,
    "to_person_id": pl.String,
}

#: Nobody alive was born by then: systems write 1900-01-01 where they know nothing.
UNKNOWN_BIRTH = date(1900, 1, 1)
UNKNOWN_CODES = ("unknown", "refused")
CODED = ("ethnicity", *(name for name, kind in TRAITS.items() if kind is pl.String))
KNOWN_SEXES = ("female", "male")

#: A person may stand twice in one numbering, or three times after a bad import; what more share is nobody's number.
MOST_OF_ONE_NUMBER = 3


def checked(frame: pl.DataFrame, columns: dict[str, type[pl.DataType]], what: str) -> pl.DataFrame:
    """The frame with the columns that linking reads, in their types.

    Raises:
        ValueError: a column is missing.
    """
    missing = [name for name in columns if name not in frame.columns]
    if missing:
        raise ValueError(f"The {what} of a site to be linked lack {', '.join(missing)}.")
    return frame.select(pl.col(name).cast(kind) for name, kind in columns.items())


def prepare(people: pl.DataFrame) -> pl.DataFrame:
    """The people in order of numbering and person_id.

    Args:
        people: the columns of `PEOPLE`, and of `TRAITS` those that there are.

    Returns:
        The columns of `KNOWN`, unknown values null, and `record` (0, 1, …), `born` (months since the year 0) and
        `many` (how many people of one numbering share the national id, where that is too many to mean anything; the
        id is then null).

    Raises:
        ValueError: a column of `PEOPLE` is missing, or one person_id stands twice in a numbering.
    """
    lacking = [pl.lit(None, kind).alias(name) for name, kind in TRAITS.items() if name not in people.columns]
    frame = checked(people.with_columns(lacking), KNOWN, "people").sort(
        "numbering", "person_id", "national_id", "birth_month"
    )
    twice = frame.select(pl.struct("numbering", "person_id").is_duplicated().sum()).item()
    if twice:
        raise ValueError(f"{twice} rows of people share their numbering and person_id; one row each is expected.")
    sharers = frame.drop_nulls("national_id").group_by("numbering", "national_id").len("many")
    many = sharers.filter(pl.col("many") > MOST_OF_ONE_NUMBER).group_by("national_id").agg(pl.col("many").max())
    known_birth = pl.col("birth_month").is_between(UNKNOWN_BIRTH, date.max, closed="none")
    frame = frame.join(many, on="national_id", how="left", maintain_order="left").with_columns(
        pl.when(known_birth).then("birth_month").alias("birth_month"),
        pl.when(pl.col("sex").is_in(KNOWN_SEXES)).then("sex").alias("sex"),
        *(pl.when(~pl.col(name).is_in(UNKNOWN_CODES)).then(name).alias(name) for name in CODED),
    )
    return frame.with_columns(
        pl.when(pl.col("many").is_null()).then("national_id").alias("national_id"),
        (pl.col("birth_month").dt.year().cast(pl.Int32) * 12 + pl.col("birth_month").dt.month() - 1).alias("born"),
    ).with_row_index("record")
