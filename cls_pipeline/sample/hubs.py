"""Hub sessions: where a place meets people in the community, how often, and how many come.

Conversations of named people are requests; here only the sessions are counted.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Rng, codes
from cls_pipeline.sample.days import Span, busy_days, days, number
from cls_pipeline.sample.places import Place

#: One hub for about so many people, and sessions of a hub a month; a smaller programme holds fewer.
PEOPLE_PER_HUB: Final = 25_000
SESSIONS_A_MONTH: Final = 12.0
LEAST_SESSIONS_A_MONTH: Final = 2.0
PEOPLE_SEEN: Final = 9.0


def make_hub_sessions(place: Place, span: Span, rng: Rng) -> pl.DataFrame:
    """Sessions since the place joined, in order of date: the contract's columns, and `day`."""
    hubs = max(1, round(place.people / PEOPLE_PER_HUB))
    monthly = min(SESSIONS_A_MONTH, max(LEAST_SESSIONS_A_MONTH, SESSIONS_A_MONTH * place.people / PEOPLE_PER_HUB))
    opened = max(span.first, number(place.joined))
    size = int(rng.poisson(hubs * monthly * max(0, span.last - opened) / 30.44))
    day = busy_days(rng, opened, span.last, size)
    hub = rng.integers(0, hubs, size)
    venue = codes(rng, shares.HUB_VENUE, hubs).gather(hub)
    area = np.arange(hubs) % len(place.areas)
    return pl.DataFrame(
        {
            "session_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "hub": pl.Series(hub + 1).cast(pl.String).str.zfill(2),
            "venue": venue,
            "session_date": days(day),
            "people_seen": pl.Series(rng.poisson(PEOPLE_SEEN, size), dtype=pl.Int64),
            "partner_type": codes(rng, shares.HUB_PARTNER, size),
            "area": pl.Series(place.areas, dtype=pl.String).gather(area[hub]),
            "day": day,
        }
    ).with_columns(hub=pl.lit("Hub ") + pl.col("hub"))
