"""People with no number and no event in common: linked only where chance cannot explain their likeness.

Two kinds are looked for. **Across** two numberings: people who have nobody in the other. **Within** one: people of whom
the system knows no event, no national and no old number; somebody entered them, so they are somebody, and most often
somebody who was there already. What a likeness is worth is in `traits.py`, the choice of one partner in
`assignment.py`.
"""

from __future__ import annotations

import polars as pl

from cls_pipeline.identity.assignment import JOINS, LINKED_ALIKE, LINKED_TWICE, assign
from cls_pipeline.identity.traits import COMPARED, odds_of, same_person_agrees

#: Somebody entered twice is described alike nineteen times in twenty. Assumed: hardly any such pair is known.
TWICE_AGREES = dict.fromkeys(COMPARED, 0.95)


def alike_across(
    people: pl.DataFrame, left: pl.DataFrame, right: pl.DataFrame, linked_before: pl.DataFrame
) -> pl.DataFrame:
    """The pairs to link of people of two numberings.

    Args:
        people: everybody of both numberings, as `prepare` gives them.
        left, right: those of each numbering that have no partner in the other.
        linked_before: a, b: pairs linked like this last night.

    Returns:
        The columns of `JOINS`, method `demographic`, reason null.
    """
    if left.is_empty() or right.is_empty():
        return pl.DataFrame(schema=JOINS)
    numberings = [people.join(some.select("numbering").unique(), on="numbering", how="semi") for some in (left, right)]
    agrees = same_person_agrees(*numberings)
    # Whom a system knows without any event was brought there from elsewhere: another kind, with odds of its own.
    silent = pl.col("first_seen").is_null()
    parts = [
        odds_of(left.filter(~silent), right.filter(~silent), agrees),
        odds_of(left.filter(silent), right.filter(~silent), agrees),
        odds_of(left, right.filter(silent), agrees),
    ]
    return assign(pl.concat(parts), 1.0, linked_before, "demographic", LINKED_ALIKE)


def alike_within(everybody: pl.DataFrame, linked_before: pl.DataFrame) -> pl.DataFrame:
    """The pairs to link of people of one numbering: one of whom nothing is on record, and one of whom something is.

    Args:
        everybody: of one numbering, as `prepare` gives them.
        linked_before: a, b: pairs linked like this last night.

    Returns:
        The columns of `JOINS`, method `twice`, reason null.
    """
    unnumbered = pl.col("national_id").is_null() & pl.col("legacy_person_id").is_null()
    silent = everybody.filter(pl.col("first_seen").is_null() & unnumbered)
    heard = everybody.filter(pl.col("first_seen").is_not_null())
    if silent.is_empty() or heard.is_empty():
        return pl.DataFrame(schema=JOINS)
    return assign(odds_of(silent, heard, TWICE_AGREES), 1.0, linked_before, "twice", LINKED_TWICE)
