"""The workforce: caseload, vacancies and a staff empowerment score of every team in every month.

Teams are not linked to the people they support.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Rng
from cls_pipeline.sample.days import Span, days, month_starts, number
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.requests import GROWING_DAYS

#: One team for about so many people. The score runs from 1 to 5; the effect is the programme's in full. Assumed.
PEOPLE_PER_TEAM: Final = 20_000
CASELOAD: Final = 165
VACANCIES: Final = 2.1
EMPOWERMENT: Final = 3.1
EMPOWERMENT_EFFECT: Final = 0.5


def make_workforce(place: Place, span: Span, rng: Rng) -> pl.DataFrame:
    """One row for each team and month, in that order: the contract's columns, and `day` (the first of the month)."""
    teams = max(1, round(place.people / PEOPLE_PER_TEAM))
    months = np.array([number(month) for month in month_starts(span.start, span.until)], dtype=np.int32)
    team, month = np.repeat(np.arange(teams), len(months)), np.tile(months, teams)
    size = len(month)
    level = rng.standard_normal(teams)[team]
    reached = place.programme_effect * np.clip((month - number(place.joined)) / GROWING_DAYS, 0, 1)
    score = EMPOWERMENT + 0.3 * level + EMPOWERMENT_EFFECT * reached + 0.15 * rng.standard_normal(size)
    return pl.DataFrame(
        {
            "team": pl.Series(team + 1).cast(pl.String).str.zfill(2),
            "month": days(month),
            "caseload_open": pl.Series(rng.poisson(CASELOAD * np.exp(0.1 * level)), dtype=pl.Int64),
            "vacancies_fte": np.round(rng.gamma(2.0, VACANCIES / 2, size) * 2) / 2,
            "empowerment_score": np.round(np.clip(score, 1, 5), 2),
            "area": pl.Series(place.areas, dtype=pl.String).gather(team % len(place.areas)),
            "day": month,
        }
    ).with_columns(team=pl.lit("Team ") + pl.col("team"))
