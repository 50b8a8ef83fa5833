"""Unpaid carers and the people they care for. What carers ask for is in `requests.py`, their support in `support.py`.

The contract's person says only whether somebody has an unpaid carer; who cares for whom is known to the truth alone.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Stream
from cls_pipeline.sample.days import NEVER


def with_carers(people: pl.DataFrame, rng: Stream) -> pl.DataFrame:
    """People with `cares_for` (a person number) and `cared_dies` (a day number, NEVER where nobody is cared for).

    A carer cares for somebody of the same area who was known before and is alive when the carer first calls; about
    one in ten carers cares for somebody whom the place does not know.
    """
    number = people["person_number"].to_numpy()
    arrived, dies = people["arrived"].to_numpy(), people["dies"].to_numpy()
    area = people["area"].to_physical().to_numpy()
    carer = (people["client_type"].cast(pl.String) == "unpaid_carer").to_numpy()
    cares_for = np.zeros(people.height, dtype=np.int64)
    for locality in np.unique(area):
        others = np.flatnonzero((area == locality) & ~carer)
        carers = np.flatnonzero((area == locality) & carer)
        if not len(others):
            continue
        known = np.searchsorted(arrived[others], arrived[carers], side="right")
        chosen = others[np.floor(rng.random(len(carers)) * known).astype(np.int64).clip(0, len(others) - 1)]
        suits = (known > 0) & (dies[chosen] > arrived[carers] + 30)
        cares_for[carers[suits]] = number[chosen[suits]]
    cared_dies = np.full(people.height, NEVER, dtype=np.int32)
    linked = np.flatnonzero(cares_for)
    cared_dies[linked] = dies[cares_for[linked] - 1]
    has_carer = pl.Series(np.isin(number, cares_for[linked]))
    kinds = people["has_unpaid_carer"].dtype
    return people.with_columns(
        has_unpaid_carer=pl.when(has_carer).then(pl.lit("yes", dtype=kinds)).otherwise("has_unpaid_carer"),
        cares_for=pl.Series(cares_for),
        cared_dies=pl.Series(cared_dies),
    )


def carer_register(people: pl.DataFrame) -> pl.DataFrame:
    """Who cares for whom: person_number, cares_for."""
    return people.filter(pl.col("cares_for") > 0).select("person_number", "cares_for")
