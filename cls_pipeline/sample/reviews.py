"""Reviews of long-term support: due some weeks after it starts and then every year; done late, or not yet done.

The support itself is in `support.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import codes, codes_by, waiting_days
from cls_pipeline.sample.days import NEVER, Span, days
from cls_pipeline.sample.keyed import Keyed
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.requests import RELEASE_2

FIRST_DUE: Final = 42
YEAR: Final = 365
#: More than a service has due days, so that each due day has a key.
DUE_DAYS: Final = 128
#: Share of due reviews that are done at all, and the days from due to done. Assumed.
DONE: Final = 0.78
DELAY_MEDIAN: Final = 30.0
DELAY_SPREAD: Final = 0.8
LONGEST_DELAY: Final = 300


def make_reviews(place: Place, services: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Reviews that fell due within the span, in order of due date: the contract's columns, and `day` (when done).

    A person's long-term services are reviewed together: the one that started first on a day carries the review.
    """
    supported = services.filter(pl.col("service_type").str.starts_with("long_term"))
    supported = supported.unique(["person_number", "start"], keep="first", maintain_order=True)
    due = _due(supported, span).sort("due", "person_number")
    size = due.height
    rng = Keyed(seed, (place.site, "review"), due["key"].to_numpy() * DUE_DAYS + due["nth"].to_numpy())
    late = np.clip(waiting_days(rng, DELAY_MEDIAN, DELAY_SPREAD, size), 1, LONGEST_DELAY) - 10
    done = due["due"].to_numpy() + late
    happens = (rng.random(size) < DONE) & (done <= due["end"].to_numpy())
    done = np.where(happens, done, NEVER).astype(np.int32)
    era = (done >= RELEASE_2).astype(np.int64)
    return pl.DataFrame(
        {
            "review_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": due["person_number"],
            "due_date": days(due["due"].to_numpy()),
            "review_date": days(done),
            "review_reason": codes(rng, shares.REVIEW_REASON, size),
            "event_outcome": codes_by(rng, era, shares.REVIEW_OUTCOME),
            "area": due["area"],
            "day": done,
        }
    )


def _due(supported: pl.DataFrame, span: Span) -> pl.DataFrame:
    """Every due day of every service: six weeks after the start, then yearly while it lasts."""
    start, end = supported["start"].to_numpy(), supported["end"].to_numpy()
    first = start + FIRST_DUE
    missed = np.maximum(0, -((first - span.first) // YEAR))
    first = first + YEAR * missed
    count = np.maximum(0, (np.minimum(end, span.last) - first) // YEAR + 1)
    rows = np.repeat(np.arange(len(first)), count)
    nth = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    found = supported[rows].select("person_number", "area", "end", "key")
    return found.with_columns(
        nth=pl.Series(nth + missed[rows]), due=pl.Series(first[rows] + YEAR * nth, dtype=pl.Int32)
    )
