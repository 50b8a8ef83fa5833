"""Support that people get: reablement, low-level help, long-term support by setting, support for unpaid carers.

Prices are in `prices.py`, the lines that are paid in `cost_lines.py`, reviews in `reviews.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import (
    Flags,
    Numbers,
    Positions,
    Rng,
    Weights,
    codes,
    codes_by,
    lasting_days,
    waiting_days,
)
from cls_pipeline.sample.days import NEVER, Span, days
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.prices import quote
from cls_pipeline.sample.requests import RELEASE_2, progress

#: Setting of new long-term support for 18–64 and 65 or older, and the programme's full effect on care homes.
SETTING: Final[tuple[Weights, ...]] = (
    {"long_term_community": 0.86, "long_term_residential": 0.12, "long_term_nursing": 0.02},
    {"long_term_community": 0.67, "long_term_residential": 0.22, "long_term_nursing": 0.11},
)
CARE_HOME_EFFECT: Final = 0.15
MEAN_DAYS: Final = {
    "long_term_community": 700.0,
    "long_term_residential": 720.0,
    "long_term_nursing": 500.0,
    "ongoing_low_level": 420.0,
    "carer_direct": 300.0,
}
#: Share of older people who leave community support for a care home rather than with no support.
MOVES_TO_CARE_HOME: Final = 0.25
SECOND_COMPONENT: Final = 0.30

COMPONENT: Final[dict[str, Weights]] = {
    "long_term_nursing": {"long_term_nursing_care": 1.0},
    "long_term_residential": {"long_term_residential_care": 1.0},
    "long_term_community": {
        "home_support": 0.56,
        "direct_payment": 0.20,
        "day_support": 0.06,
        "community_supported_living": 0.08,
        "extra_care_housing": 0.05,
        "shared_lives": 0.02,
        "other_long_term": 0.03,
    },
    "st_max": {"reablement": 1.0},
    "ongoing_low_level": {"equipment": 0.68, "meals": 0.20, "transport": 0.12},
    "other_short_term": {"other_short_term": 0.6, "short_term_residential_care": 0.4},
    "carer_direct": {"carer_other": 0.45, "carer_respite": 0.30, "carer_sitting": 0.25},
}
SECOND: Final[Weights] = {"day_support": 0.5, "transport": 0.2, "meals": 0.2, "home_support": 0.1}

PROVIDER: Final[Weights] = {
    "private": 0.62,
    "voluntary": 0.15,
    "council": 0.13,
    "micro_provider": 0.05,
    "personal_assistant": 0.03,
    "unknown": 0.02,
}
#: Delivery of direct payments, of community support and of everything else; and options in Scotland likewise.
MECHANISM: Final[tuple[Weights, ...]] = (
    {"direct_payment": 1.0},
    {"managed_personal_budget": 0.72, "commissioned_support": 0.28},
    {"commissioned_support": 1.0},
)
OPTION: Final[tuple[Weights, ...]] = ({"1": 0.94, "4": 0.06}, {"3": 0.80, "2": 0.15, "4": 0.05})

#: Why support ended: after death, before and after the vocabulary of release 2, short-term support before and after.
ENDED: Final[tuple[Weights, ...]] = (
    {"nfa_deceased": 1.0},
    {"nfa_support_ended_other": 0.5, "nfa_support_ended_as_planned": 0.4, "nfa_moved_to_other_la": 0.1},
    {"nfa_support_ended_as_planned": 0.64, "progress_support_planning": 0.22, "progress_assessment": 0.14},
    {"nfa_support_ended_as_planned": 0.64, "progress_support_planning": 0.22, "progress_assessment_or_review": 0.14},
)


def make_support(
    place: Place, people: pl.DataFrame, requests: pl.DataFrame, assessments: pl.DataFrame, span: Span, rng: Rng
) -> pl.DataFrame:
    """All services that start by the last day, in order of start: the contract's columns without the price of the
    day, and `start`, `end` (day numbers, NEVER while open) and `base_price`."""
    known = people.select("person_number", "dies", "age_band", "client_type", "supported_at_start", "area")
    begun = pl.concat(
        [
            _stock(known, span, rng),
            _after_assessment(place, known, assessments, rng),
            _after_request(known, requests, rng),
        ]
    )
    begun = begun.filter((pl.col("start") <= span.last) & (pl.col("start") < pl.col("dies") - 1))
    main = _lasting(begun, span, rng)
    services = pl.concat([main, _care_homes(main, span, rng), _second_components(main, rng)])
    return _described(place, services.sort("start", "person_number", "service_component"), rng)


def _stock(known: pl.DataFrame, span: Span, rng: Rng) -> pl.DataFrame:
    """Long-term support that was already in place when the span begins."""
    people = known.filter("supported_at_start")
    start = span.first - lasting_days(rng, 800.0, people.height)
    return people.with_columns(start=pl.Series(start), service_type=_settings(people, 0.0, rng))


def _after_assessment(place: Place, known: pl.DataFrame, assessments: pl.DataFrame, rng: Rng) -> pl.DataFrame:
    assessed = assessments.filter("eligible").select("person_number", "assessment_type", "day", "end_day")
    people = assessed.join(known, on="person_number", how="left", maintain_order="left")
    start = people["end_day"].to_numpy() + waiting_days(rng, 9.0, 0.7, people.height).clip(1, 60)
    reached = progress(place, people["day"].to_numpy(), people)
    types = _settings(people, reached, rng)
    short = pl.col("assessment_type").cast(pl.String) == "short_term"
    carer = pl.col("client_type").cast(pl.String) == "unpaid_carer"
    kind = pl.when(carer).then(pl.lit("carer_direct")).when(short).then(pl.lit("other_short_term")).otherwise(types)
    return people.with_columns(start=pl.Series(start, dtype=pl.Int32), service_type=kind).select(
        *known.columns, "start", "service_type"
    )


def _after_request(known: pl.DataFrame, requests: pl.DataFrame, rng: Rng) -> pl.DataFrame:
    outcome = pl.col("event_outcome").cast(pl.String)
    kinds = {"progress_reablement": "st_max", "progress_support_planning": "ongoing_low_level"}
    asked = requests.filter(outcome.is_in(list(kinds))).select("person_number", "event_outcome", "day")
    people = asked.join(known, on="person_number", how="left", maintain_order="left")
    start = people["day"].to_numpy() + rng.integers(0, 8, people.height)
    return people.with_columns(
        start=pl.Series(start, dtype=pl.Int32), service_type=outcome.replace_strict(kinds, return_dtype=pl.String)
    ).select(*known.columns, "start", "service_type")


def _settings(people: pl.DataFrame, reached: Numbers | float, rng: Rng) -> pl.Series:
    """Setting by age; the programme turns some care home placements into support at home."""
    drawn = codes_by(rng, (people["age_band"].to_numpy() > 0).astype(np.int64), SETTING).cast(pl.String)
    home = pl.Series(rng.random(people.height) < CARE_HOME_EFFECT * reached)
    return pl.select(pl.when(home).then(pl.lit("long_term_community")).otherwise(drawn)).to_series()


def _lasting(begun: pl.DataFrame, span: Span, rng: Rng) -> pl.DataFrame:
    """Ends, components and reasons for ending of services that have begun."""
    kind = begun["service_type"]
    tables = tuple(COMPONENT)
    which = kind.replace_strict({name: place for place, name in enumerate(tables)}, return_dtype=pl.Int64).to_numpy()
    component = codes_by(rng, which, tuple(COMPONENT.values())).cast(pl.String)
    mean = np.array([MEAN_DAYS.get(name, 1.0) for name in tables])[which]
    lasts = lasting_days(rng, mean, begun.height)
    short = kind.is_in(["st_max", "other_short_term"]).to_numpy()
    lasts = np.where(short, waiting_days(rng, 33.0, 0.5, begun.height).clip(3, 84), lasts)
    lasts = np.where(component.is_in(["equipment", "carer_other"]).to_numpy(), 0, lasts)
    since = np.where(begun["supported_at_start"].to_numpy(), span.first, 0)
    start = begun["start"].to_numpy()
    end = np.maximum(start, since) + lasts
    return _ended(begun.with_columns(service_component=component), end, short, rng)


def _ended(begun: pl.DataFrame, end: Positions, short: Flags, rng: Rng) -> pl.DataFrame:
    dies = begun["dies"].to_numpy()
    dead = end >= dies
    end = np.minimum(end, dies)
    table = np.where(dead, 0, np.where(short, np.where(end >= RELEASE_2, 3, 2), 1))
    return begun.with_columns(
        end=pl.Series(np.minimum(end, NEVER), dtype=pl.Int32), end_reason=codes_by(rng, table, ENDED).cast(pl.String)
    )


def _care_homes(main: pl.DataFrame, span: Span, rng: Rng) -> pl.DataFrame:
    """Older people whose support at home ends because they move to a care home, from the same day."""
    ready = main.filter(
        (pl.col("service_type") == "long_term_community")
        & (pl.col("age_band") > 0)
        & (pl.col("end") <= span.last)
        & (pl.col("end") < pl.col("dies") - 1)
    )
    moved = ready.filter(pl.Series(rng.random(ready.height) < MOVES_TO_CARE_HOME))
    begun = moved.with_columns(
        start=pl.col("end"), service_type=pl.lit("long_term_residential"), supported_at_start=pl.lit(False)
    ).drop("end", "end_reason", "service_component")
    return _lasting(begun, span, rng).select(main.columns)


def _second_components(main: pl.DataFrame, rng: Rng) -> pl.DataFrame:
    """A second service beside the main one for some people supported at home."""
    at_home = main.filter(pl.col("service_type") == "long_term_community")
    chosen = at_home.filter(pl.Series(rng.random(at_home.height) < SECOND_COMPONENT))
    second = chosen.with_columns(service_component=codes(rng, SECOND, chosen.height).cast(pl.String))
    return second.filter(pl.Series(chosen["service_component"] != second["service_component"])).select(main.columns)


def _described(place: Place, services: pl.DataFrame, rng: Rng) -> pl.DataFrame:
    size = services.height
    component = services["service_component"]
    payment = (component == "direct_payment").to_numpy()
    at_home = (services["service_type"] == "long_term_community").to_numpy()
    option = codes_by(rng, (~payment).astype(np.int64), OPTION).cast(pl.String)
    in_scope = pl.Series((payment | at_home) & (place.nation == "scotland"))
    return pl.DataFrame(
        {
            "service_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": services["person_number"],
            "service_type": services["service_type"],
            "service_component": component,
            "delivery_mechanism": codes_by(rng, np.where(payment, 0, np.where(at_home, 1, 2)), MECHANISM),
            "sds_option": pl.select(pl.when(in_scope).then(option)).to_series(),
            "start_date": days(services["start"].to_numpy()),
            "end_date": days(services["end"].to_numpy()),
            "end_reason": services["end_reason"],
            "client_funding_status": codes(rng, shares.FUNDING, size),
            "provider_type": codes(rng, PROVIDER, size),
            "area": services["area"],
            "start": services["start"],
            "end": services["end"],
        }
    ).hstack(quote(component, place.price_level, rng))
