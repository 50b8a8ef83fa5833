"""Reviews of long-term support: due some weeks after it starts and then every year; done late, or not yet done; with
how many goals were looked at and met.

The support itself is in `support.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Positions, codes, codes_by, waiting_days
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
#: How many goals a review looks at, by weight; the share of reviews whose goals are written down; the share of goals
#: that are met. Assumed.
GOALS: Final = {"0": 0.06, "1": 0.22, "2": 0.31, "3": 0.24, "4": 0.12, "5": 0.05}
WRITTEN_DOWN: Final = 0.85
GOALS_MET: Final = 0.62


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
    reason, outcome = codes(rng, shares.REVIEW_REASON, size), codes_by(rng, era, shares.REVIEW_OUTCOME)
    # The last to be drawn, so that the luck of the rest is what it was before goals were asked for.
    agreed, met = _goals(rng, size)
    told = pl.Series(happens & (rng.random(size) < WRITTEN_DOWN))
    return pl.DataFrame(
        {
            "review_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": due["person_number"],
            "due_date": days(due["due"].to_numpy()),
            "review_date": days(done),
            "review_reason": reason,
            "event_outcome": outcome,
            "goals_agreed": agreed,
            "goals_met": met,
            "area": due["area"],
            "day": done,
        }
    ).with_columns(pl.when(told).then(pl.col("goals_agreed", "goals_met")))


def _goals(rng: Keyed, size: int) -> tuple[Positions, Positions]:
    """How many goals each review looks at, and how many of them were met."""
    agreed = codes(rng, GOALS, size).to_physical().to_numpy().astype(np.int64)
    met = sum((rng.random(size) < GOALS_MET) & (agreed > number) for number in range(len(GOALS) - 1))
    return agreed, np.asarray(met, dtype=np.int64)


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
