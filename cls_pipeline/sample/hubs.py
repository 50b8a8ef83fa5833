"""Hub sessions: where a place meets people in the community, how often, and how many come.

Conversations of named people are requests; here only the sessions are counted.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Days, Positions, Stream, codes
from cls_pipeline.sample.days import Span, busy_days, days, number
from cls_pipeline.sample.places import Place

#: One hub for about so many people, and sessions of a hub a month; a smaller programme holds fewer. Assumed.
PEOPLE_PER_HUB: Final = 25_000
SESSIONS_A_MONTH: Final = 12.0
LEAST_SESSIONS_A_MONTH: Final = 2.0
PEOPLE_SEEN: Final = 9.0
#: A hub opens so many days at most after its area has started, and is known to few at first. Assumed.
OPENS_WITHIN: Final = 120
KNOWN_AFTER: Final = 365
#: Spring 2020: hubs were shut, and a tenth of the sessions were held elsewhere. Assumed.
SHUT: Final = (number(date(2020, 3, 23)), number(date(2020, 7, 31)), 0.9)


def make_hub_sessions(place: Place, span: Span, rng: Stream) -> pl.DataFrame:
    """Sessions since the place's areas joined, in order of date: the contract's columns, and `day`."""
    hubs = max(1, round(place.people / PEOPLE_PER_HUB))
    monthly = min(SESSIONS_A_MONTH, max(LEAST_SESSIONS_A_MONTH, SESSIONS_A_MONTH * place.people / PEOPLE_PER_HUB))
    # The innovation area has the first hub.
    order = np.argsort(np.array([number(day) for day in place.starts]), kind="stable")
    area = order[np.arange(hubs) % len(place.areas)]
    opened = np.array([number(day) for day in place.starts])[area] + rng.integers(0, OPENS_WITHIN, hubs)
    day, hub = _sessions(np.maximum(opened, span.first), span, monthly, rng)
    size = len(day)
    seen = PEOPLE_SEEN * np.clip((day - opened[hub]) / KNOWN_AFTER, 0.3, 1.0)
    venue = codes(rng, shares.HUB_VENUE, hubs).gather(hub)
    return pl.DataFrame(
        {
            "session_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "hub": pl.Series(hub + 1).cast(pl.String).str.zfill(2),
            "venue": venue,
            "session_date": days(day),
            "people_seen": pl.Series(rng.poisson(seen), dtype=pl.Int64),
            "partner_type": codes(rng, shares.HUB_PARTNER, size),
            "area": pl.Series(place.areas, dtype=pl.String).gather(area[hub]),
            "day": day,
        }
    ).with_columns(hub=pl.lit("Hub ") + pl.col("hub"))


def _sessions(opened: Positions, span: Span, monthly: float, rng: Stream) -> tuple[Days, Positions]:
    """Day and hub of every session, in order of day."""
    found = [
        busy_days(rng, int(day), span.last, int(rng.poisson(monthly * (span.last - day) / 30.44)))
        for day in opened
        if day < span.last
    ]
    hub = np.repeat(np.flatnonzero(opened < span.last), [len(one) for one in found])
    day = np.concatenate(found) if found else np.zeros(0, dtype=np.int32)
    first, last, share = SHUT
    held = ~((day >= first) & (day <= last) & (rng.random(len(day)) < share))
    order = np.argsort(day[held], kind="stable")
    return day[held][order], hub[held][order]
