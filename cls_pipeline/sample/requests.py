"""Requests for support: when people call, what comes of it, which conversation it is, and who calls again.

What follows an outcome (assessment, reablement, services) is in `assessments.py` and `support.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Days, Flags, Positions, Rng, as_codes, codes_by, names_of, positions_by
from cls_pipeline.sample.days import WARM_UP_DAYS, Span, days, number, shock_on
from cls_pipeline.sample.effects import effect, start_days
from cls_pipeline.sample.keyed import Keyed
from cls_pipeline.sample.people import age_on, area_on
from cls_pipeline.sample.places import Place

#: Outcomes after which an assessment is due (group `assessment` of the list event_outcome).
TO_ASSESSMENT: Final = ("progress_assessment", "progress_reassessment", "progress_assessment_or_review")

#: The first day of release 2 of Client Level Data's vocabularies.
RELEASE_2: Final = number(date(2025, 4, 1))

#: Calls of a person are numbered from 1; a key is a person and a call. Nobody calls more often.
CALLS: Final = 64

#: Who calls again some day, and the mean days until then: after signposting, and after anything else. Assumed.
RETURN_SHARE: Final = (0.44, 0.54)
RETURN_DAYS: Final = (300.0, 330.0)

#: Share resolved at first contact against the place's usual: from hospital, after an earlier signposting, other calls.
RESOLVED: Final = {"hospital": 0.45, "again": 0.70, "other": 1.20}

ROUTES: Final = names_of(shares.ROUTES)
HOSPITAL: Final = ROUTES.index("discharge_from_hospital")
OUTCOME_TABLES: Final = (*shares.RESOLVED, *shares.NOT_RESOLVED, *shares.FROM_HOSPITAL)
OUTCOMES: Final = names_of(OUTCOME_TABLES)


def make_requests(place: Place, people: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """All requests from the warm-up to the last day, in order of date: the contract's columns, and `day` and `key`.

    A request is closed with its outcome on the day of the call, as a clean record would have it.
    """
    calls = _calls(place, people, span, seed).sort("day", "key")
    day = calls["day"].to_numpy()
    size = len(day)
    rng = Keyed(seed, (place.site, "request"), calls["key"].to_numpy())
    outcome = as_codes(calls["outcome"].to_numpy().astype(np.uint32), OUTCOMES)
    asked = people.select("person_number", "primary_support_reason", "area", "area_after", "moves")
    caller = asked[calls["row"].to_numpy()].with_columns(day=day)
    area = caller.select(area_on(pl.col("day")).alias("area")).to_series()
    joined = (day >= start_days(place, area)).astype(np.int64)
    return pl.DataFrame(
        {
            "request_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": caller["person_number"],
            "request_date": days(day),
            "end_date": days(day),
            "route_of_access": as_codes(calls["route"].to_numpy().astype(np.uint32), ROUTES),
            "request_reason": caller["primary_support_reason"],
            "event_outcome": outcome,
            "conversation": _conversation(rng, outcome),
            "contact_venue": codes_by(rng, joined, shares.VENUE),
            "area": area,
            "day": day,
            "key": calls["key"],
        }
    )


def _calls(place: Place, people: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Every call: row of the person, day, key, route and outcome. The first on arrival, then returns while they live.

    People with support at the start have their first call after the warm-up began.
    """
    last = np.minimum(people["dies"].to_numpy() - 120, span.last)
    supported = people["supported_at_start"].to_numpy()
    numbers = people["person_number"].to_numpy()
    traits = people.select("born", "area", "area_after", "moves")
    row = np.arange(people.height)
    day = np.where(supported, span.first - WARM_UP_DAYS, people["arrived"].to_numpy()).astype(np.int32)
    before, found = np.zeros(people.height, dtype=np.bool_), []
    for call in range(CALLS):
        key = numbers[row] * CALLS + call
        rng = Keyed(seed, (place.site, "call"), key)
        if call == 0:
            # Whoever is supported at the start has called long ago; what came of it is no longer known.
            called = ~supported
        else:
            day = _put_off(day, rng)
            called = day <= last[row]
        here = traits[row].with_columns(day=day)
        area = here.select(area_on(pl.col("day"))).to_series()
        route, outcome, signposted = _answers(place, here, area, before, rng)
        found.append(
            pl.DataFrame({"row": row, "day": day, "key": key, "route": route, "outcome": outcome}).filter(
                pl.Series(called)
            )
        )
        signposted &= called
        share = np.where(signposted, *RETURN_SHARE) + np.where(signposted, effect(place, "coming_back", day, area), 0.0)
        gap = rng.standard_exponential(len(row)) * np.where(signposted, *RETURN_DAYS)
        returns = (rng.random(len(row)) < share) & (called | (call == 0))
        row, day, before = row[returns], (day + 7 + np.floor(gap).astype(np.int32))[returns], signposted[returns]
        if not len(row):
            break
    return pl.concat(found)


def _put_off(day: Days, rng: Keyed) -> Days:
    """Days of returns: weekends wait until Monday, and spring 2020 put calls off by some months."""
    weekday = (day + 3) % 7
    weekday_calls = rng.random(len(day)) < 0.9
    day = np.where(weekday_calls & (weekday >= 5), day + 7 - weekday, day)
    later = rng.random(len(day)) >= shock_on(day)
    return np.where(later, day + rng.integers(60, 150, len(day)), day).astype(np.int32)


def _answers(
    place: Place, people: pl.DataFrame, area: pl.Series, before: Flags, rng: Keyed
) -> tuple[Positions, Positions, Flags]:
    """Route and outcome of a call each, and whether it was resolved by information and advice."""
    day = people["day"].to_numpy()
    older = (age_on(people["born"].to_numpy(), day) > 0).astype(np.int64)
    route = positions_by(rng, older, shares.ROUTES, ROUTES)
    hospital = route == HOSPITAL
    usual = np.where(hospital, RESOLVED["hospital"], np.where(before, RESOLVED["again"], RESOLVED["other"]))
    share = place.first_contact_share * usual + effect(place, "first_contact", day, area)
    resolved = rng.random(len(day)) < share
    era = (day >= RELEASE_2).astype(np.int64)
    table = np.where(resolved, 0, np.where(hospital, 4, 2)) + era
    return route, positions_by(rng, table, OUTCOME_TABLES, OUTCOMES), resolved


def _conversation(rng: Rng, outcome: pl.Series) -> pl.Series:
    """1 for most, 2 in a crisis (reablement, hospital), 3 where long-term support is planned."""
    planned = outcome.is_in(["progress_support_planning", *TO_ASSESSMENT]).to_numpy()
    crisis = (outcome == "progress_reablement").to_numpy()
    table = np.where(planned, 1, np.where(crisis, 2, 0))
    tables = ({"1": 0.93, "2": 0.07}, {"1": 0.55, "2": 0.15, "3": 0.30}, {"1": 0.30, "2": 0.70})
    return codes_by(rng, table, tables)
