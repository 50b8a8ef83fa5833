"""Assessments: who is assessed after a request, after how long a wait, and whether needs are eligible.

Services that follow are in `support.py`; how many wait at a month end is counted in `truth.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import as_codes, codes, codes_by, waiting_days
from cls_pipeline.sample.days import Span, days, number
from cls_pipeline.sample.effects import effect
from cls_pipeline.sample.keyed import Keyed
from cls_pipeline.sample.people import age_on
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.requests import TO_ASSESSMENT

#: Share of those due who are never assessed: they wait in the record for good.
NEVER_ASSESSED: Final = 0.004
#: Standard deviation of the logarithm of the wait, and its longest. Assumed.
WAIT_SPREAD: Final = 0.75
LONGEST_WAIT: Final = 115
#: Spring 2020 lengthened the waits of requests made in it. Assumed.
SHOCK_WAIT: Final = (number(date(2020, 3, 16)), number(date(2020, 7, 1)), 1.35)
#: Share with eligible needs: need rises with age (18–64, 65–84, 85 or older). Assumed.
ELIGIBLE: Final = (0.52, 0.57, 0.66)


def make_assessments(place: Place, people: pl.DataFrame, requests: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Assessments up to the last day in order of date: the contract's columns, and `day`, `end_day`, `eligible`, `key`.

    A person is assessed at most once a day; a second request that meets the same day is answered by the same one.
    An assessment ends at the latest with the life of the person.
    """
    due = requests.filter(pl.col("event_outcome").cast(pl.String).is_in(TO_ASSESSMENT))
    rng = Keyed(seed, (place.site, "wait"), due["key"].to_numpy())
    asked = due["day"].to_numpy()
    median = place.wait_median * (1 + effect(place, "waiting", asked, due["area"]))
    first, last, longer = SHOCK_WAIT
    median = np.where((asked >= first) & (asked < last), median * longer, median)
    wait = np.clip(waiting_days(rng, median, WAIT_SPREAD, due.height), 0, LONGEST_WAIT).astype(np.int32)
    happens = rng.random(due.height) >= NEVER_ASSESSED
    due = (
        due.with_columns(start=pl.col("day") + pl.Series(wait))
        .filter(pl.Series(happens))
        .filter(pl.col("start") <= span.last)
    )
    due = due.unique(["person_number", "start"], keep="first", maintain_order=True).sort("start", "request_id")
    due = due.join(
        people.select("person_number", "born", "dies"), on="person_number", how="left", maintain_order="left"
    )
    rng = Keyed(seed, (place.site, "assessment"), due["key"].to_numpy())
    size = due.height
    start = due["start"].to_numpy()
    end = np.minimum(start + waiting_days(rng, 9.0, 0.9, size).clip(0, 60), due["dies"].to_numpy())
    share = np.array(ELIGIBLE)[age_on(due["born"].to_numpy(), start)]
    eligible = rng.random(size) < share - effect(place, "signposting", start, due["area"])
    return pl.DataFrame(
        {
            "assessment_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": due["person_number"],
            "request_id": due["request_id"],
            "assessment_type": codes(rng, shares.ASSESSMENT_TYPE, size),
            "start_date": days(start),
            "end_date": days(end.astype(np.int32)),
            "event_outcome": codes_by(rng, (~eligible).astype(np.int64), shares.ASSESSED_OUTCOME),
            "conversation": codes(rng, {"3": 0.72, "2": 0.13, "1": 0.15}, size),
            "eligible_needs": as_codes((~eligible).astype(np.uint32), ("yes", "no")),
            "area": due["area"],
            "day": start,
            "end_day": end.astype(np.int32),
            "eligible": eligible,
            "key": due["key"],
        }
    )
