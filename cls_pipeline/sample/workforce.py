"""The workforce: caseload, staff in post, vacancies and a staff empowerment score of every team in every month.

Teams are not linked to the people they support.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Days, Numbers, Stream
from cls_pipeline.sample.days import Span, days, month_starts, number
from cls_pipeline.sample.effects import effect
from cls_pipeline.sample.places import Place

#: One team for about so many people. The score runs from 1 to 5. Assumed.
PEOPLE_PER_TEAM: Final = 20_000
CASELOAD: Final = 165
CASELOAD_GROWTH: Final = 0.015
VACANCIES: Final = 2.1
#: Posts of a team that hold cases, filled or not, in full-time equivalents; a team with more cases has more. Assumed.
POSTS: Final = 11.0
LEAST_POSTS: Final = 6.0
EMPOWERMENT: Final = 3.1
#: Vacancies were hardest to fill from 2021 to 2023; how much more than usual. Assumed.
SHORTAGE: Final = (number(date(2021, 7, 1)), number(date(2023, 7, 1)), 1.4)
#: How much of what is unusual in one month is still there in the next. Assumed.
STAYS: Final = 0.8


def make_workforce(place: Place, span: Span, rng: Stream) -> pl.DataFrame:
    """One row for each team and month, in that order: the contract's columns, and `day` (the first of the month)."""
    teams = max(1, round(place.people / PEOPLE_PER_TEAM))
    months = np.array([number(month) for month in month_starts(span.start, span.until)], dtype=np.int32)
    team, month = np.repeat(np.arange(teams), len(months)), np.tile(months, teams)
    area = pl.Series(place.areas, dtype=pl.String).gather(team % len(place.areas))
    level = rng.standard_normal(teams)[team]
    score = (
        EMPOWERMENT + 0.3 * level + effect(place, "empowerment", month, area) + 0.15 * _lingering(teams, months, rng)
    )
    growth = (1 + CASELOAD_GROWTH) ** ((month - number(date(2016, 4, 1))) / 365.25)
    caseload = CASELOAD * growth * np.exp(0.1 * level + 0.08 * _lingering(teams, months, rng))
    first, last, more = SHORTAGE
    vacant = VACANCIES * np.where((month >= first) & (month < last), more, 1.0)
    vacant *= np.exp(0.6 * _lingering(teams, months, rng))
    vacant = np.round(vacant * 2) / 2
    # No draw of its own, so that nothing that is drawn here moves.
    posts = np.maximum(LEAST_POSTS, np.round((POSTS + 1.5 * level) * 2) / 2)
    return pl.DataFrame(
        {
            "team": pl.Series(team + 1).cast(pl.String).str.zfill(2),
            "month": days(month),
            "caseload_open": np.rint(caseload * (1 + effect(place, "caseload", month, area))).astype(np.int64),
            "vacancies_fte": vacant,
            "staff_fte": np.maximum(0.0, posts - vacant),
            "empowerment_score": np.round(np.clip(score, 1, 5), 2),
            "area": area,
            "day": month,
        }
    ).with_columns(team=pl.lit("Team ") + pl.col("team"))


def _lingering(teams: int, months: Days, rng: Stream) -> Numbers:
    """What is unusual at a team in a month, with spread 1: most of last month's, and something new."""
    fresh = rng.standard_normal((len(months), teams))
    for month in range(1, len(months)):
        fresh[month] = STAYS * fresh[month - 1] + (1 - STAYS**2) ** 0.5 * fresh[month]
    unusual: Numbers = fresh.T.ravel()
    return unusual
