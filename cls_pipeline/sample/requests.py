"""Requests for support: when people call, what comes of it, and which conversation it is.

What follows an outcome (assessment, reablement, services) is in `assessments.py` and `support.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Days, Numbers, Positions, Rng, codes, codes_by
from cls_pipeline.sample.days import WARM_UP_DAYS, Span, days, number
from cls_pipeline.sample.places import Place

#: Outcomes after which an assessment is due (group `assessment` of the list event_outcome).
TO_ASSESSMENT: Final = ("progress_assessment", "progress_reassessment", "progress_assessment_or_review")

#: The first day of release 2 of Client Level Data's vocabularies.
RELEASE_2: Final = number(date(2025, 4, 1))

#: Of those who called, how many call again some day, and the mean days until then.
RETURN_SHARE: Final = 0.52
RETURN_DAYS: Final = 330.0

#: The full effect of the programme on the share resolved at first contact, and the days over which it grows.
RESOLVED_EFFECT: Final = 0.10
GROWING_DAYS: Final = 540


def make_requests(place: Place, people: pl.DataFrame, span: Span, rng: Rng) -> pl.DataFrame:
    """All requests from the warm-up to the last day, in order of date: the contract's columns, and `day`.

    A request is closed with its outcome on the day of the call, as a clean record would have it.
    """
    person, day = _calls(people, span, rng)
    order = np.argsort(day, kind="stable")
    person, day = person[order], day[order]
    size = len(day)
    caller = people[person]
    era = (day >= RELEASE_2).astype(np.int64)
    resolved = rng.random(size) < place.first_contact_share + RESOLVED_EFFECT * progress(place, day, caller)
    outcome = codes_by(rng, np.where(resolved, era, 2 + era), (*shares.RESOLVED, *shares.NOT_RESOLVED))
    joined = (day >= number(place.joined)).astype(np.int64)
    return pl.DataFrame(
        {
            "request_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": caller["person_number"],
            "request_date": days(day),
            "end_date": days(day),
            "route_of_access": codes(rng, shares.ROUTE, size),
            "request_reason": caller["primary_support_reason"],
            "event_outcome": outcome,
            "conversation": _conversation(rng, outcome, size),
            "contact_venue": codes_by(rng, joined, shares.VENUE),
            "area": caller["area"],
            "day": day,
        }
    )


def progress(place: Place, day: Days, people: pl.DataFrame) -> Numbers:
    """How far the programme's effect has grown on a day, 0 to 1: the innovation area first, the others a year later."""
    first = (people["area"].cast(pl.String) == place.innovation_area).to_numpy()
    since = day - number(place.joined) - np.where(first, 0, 365)
    reached: Numbers = place.programme_effect * np.clip(since / GROWING_DAYS, 0.0, 1.0)
    return reached


def _calls(people: pl.DataFrame, span: Span, rng: Rng) -> tuple[Positions, Days]:
    """Row of the person and day of every call: the first on arrival, then returns while the person lives."""
    last_day = np.minimum(people["dies"].to_numpy() - 120, span.last)
    person = np.arange(people.height)
    day = people["arrived"].to_numpy().copy()
    supported = people["supported_at_start"].to_numpy()
    found_person, found_day = [person[~supported]], [day[~supported]]
    day[supported] = span.first - WARM_UP_DAYS
    while len(person):
        day = day + 7 + np.floor(rng.standard_exponential(len(person)) * RETURN_DAYS).astype(np.int32)
        returns = (rng.random(len(person)) < RETURN_SHARE) & (day <= last_day[person])
        person, day = person[returns], day[returns]
        found_person.append(person)
        found_day.append(day)
    return np.concatenate(found_person), np.concatenate(found_day)


def _conversation(rng: Rng, outcome: pl.Series, size: int) -> pl.Series:
    """1 for most, 2 in a crisis (reablement, hospital), 3 where long-term support is planned."""
    planned = outcome.is_in(["progress_support_planning", *TO_ASSESSMENT]).to_numpy()
    crisis = (outcome == "progress_reablement").to_numpy()
    table = np.where(planned, 1, np.where(crisis, 2, 0))
    tables = ({"1": 0.93, "2": 0.07}, {"1": 0.55, "2": 0.15, "3": 0.30}, {"1": 0.30, "2": 0.70})
    return codes_by(rng, table, tables)
