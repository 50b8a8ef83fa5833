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
    Positions,
    Rng,
    codes,
    codes_by,
    lasting_days,
    waiting_days,
)
from cls_pipeline.sample.days import NEVER, Span, days
from cls_pipeline.sample.effects import effect
from cls_pipeline.sample.keyed import Keyed
from cls_pipeline.sample.people import age_on
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.prices import quote
from cls_pipeline.sample.requests import CALLS, RELEASE_2
from cls_pipeline.sample.support_kinds import (
    AT_HOME,
    COMPONENT,
    ENDED,
    MEAN_DAYS,
    MECHANISM,
    MOVES_TO_CARE_HOME,
    OPTION,
    PROVIDER,
    SECOND,
    SECOND_COMPONENT,
    SETTING,
    STOCK_SETTING,
)

#: A service's key is that of the request behind it and where it comes from.
ORIGINS: Final = {"assessment": 0, "request": 1, "stock": 2}
MOVED, SECOND_ONE, KEYS_A_REQUEST = 4, 8, 16


def make_support(
    place: Place, people: pl.DataFrame, requests: pl.DataFrame, assessments: pl.DataFrame, span: Span, seed: int
) -> pl.DataFrame:
    """All services that start by the last day, in order of start: the contract's columns without the price of the
    day, and `start`, `end` (day numbers, NEVER while open), `base_price` and `key`."""
    known = people.select("person_number", "dies", "born", "client_type", "supported_at_start", "cared_dies", "area")
    begun = pl.concat(
        [
            _stock(place, known, span, seed),
            _after_assessment(place, known, assessments, seed),
            _after_request(place, known, requests, seed),
        ]
    )
    bereaved = (pl.col("service_type") == "carer_direct") & (pl.col("start") >= pl.col("cared_dies"))
    begun = begun.filter((pl.col("start") <= span.last) & (pl.col("start") < pl.col("dies") - 1) & ~bereaved)
    main = _lasting(place, begun, span, seed)
    services = pl.concat([main, _care_homes(place, main, span, seed), _second_components(place, main, seed)])
    return _described(place, services.sort("start", "person_number", "service_component", "key"), seed)


def _keyed(place: Place, begun: pl.DataFrame, subject: str, seed: int) -> Keyed:
    return Keyed(seed, (place.site, subject), begun["key"].to_numpy())


def _service_key(origin: str) -> pl.Expr:
    return (pl.col("key") * KEYS_A_REQUEST + ORIGINS[origin]).alias("key")


def _stock(place: Place, known: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Long-term support that was already in place when the span begins."""
    people = known.filter("supported_at_start").with_columns(key=pl.col("person_number") * CALLS)
    people = people.with_columns(_service_key("stock"))
    rng = _keyed(place, people, "stock", seed)
    start = span.first - lasting_days(rng, 800.0, people.height)
    ages = age_on(people["born"].to_numpy(), np.full(people.height, span.first))
    setting = codes_by(rng, ages, STOCK_SETTING).cast(pl.String)
    return people.with_columns(start=pl.Series(start), service_type=setting).select(
        *known.columns, "key", "start", "service_type"
    )


def _after_assessment(place: Place, known: pl.DataFrame, assessments: pl.DataFrame, seed: int) -> pl.DataFrame:
    assessed = assessments.filter("eligible").select(
        "person_number", "assessment_type", "day", "end_day", "key", lives="area"
    )
    people = assessed.join(known, on="person_number", how="left", maintain_order="left")
    people = people.with_columns(_service_key("assessment"), area="lives")
    rng = _keyed(place, people, "after assessment", seed)
    start = people["end_day"].to_numpy() + waiting_days(rng, 9.0, 0.7, people.height).clip(1, 60)
    day = people["day"].to_numpy()
    drawn = codes_by(rng, age_on(people["born"].to_numpy(), day), SETTING).cast(pl.String)
    home = pl.Series(rng.random(people.height) < -effect(place, "care_home", day, people["area"]))
    types = pl.when(home).then(pl.lit("long_term_community")).otherwise(drawn)
    short = pl.col("assessment_type").cast(pl.String) == "short_term"
    carer = pl.col("client_type").cast(pl.String) == "unpaid_carer"
    kind = pl.when(carer).then(pl.lit("carer_direct")).when(short).then(pl.lit("other_short_term")).otherwise(types)
    return people.with_columns(start=pl.Series(start, dtype=pl.Int32), service_type=kind).select(
        *known.columns, "key", "start", "service_type"
    )


def _after_request(place: Place, known: pl.DataFrame, requests: pl.DataFrame, seed: int) -> pl.DataFrame:
    outcome = pl.col("event_outcome").cast(pl.String)
    kinds = {"progress_reablement": "st_max", "progress_support_planning": "ongoing_low_level"}
    asked = requests.filter(outcome.is_in(list(kinds))).select(
        "person_number", "event_outcome", "day", "key", lives="area"
    )
    people = asked.join(known, on="person_number", how="left", maintain_order="left")
    people = people.with_columns(_service_key("request"), area="lives")
    start = people["day"].to_numpy() + _keyed(place, people, "after request", seed).integers(0, 8, people.height)
    return people.with_columns(
        start=pl.Series(start, dtype=pl.Int32), service_type=outcome.replace_strict(kinds, return_dtype=pl.String)
    ).select(*known.columns, "key", "start", "service_type")


def _lasting(place: Place, begun: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Ends, components and reasons for ending of services that have begun. Support for a carer ends with the care."""
    rng = _keyed(place, begun, "lasting", seed)
    kind = begun["service_type"]
    components = COMPONENT | {"long_term_community": AT_HOME[place.nation]}
    tables = tuple(components)
    which = kind.replace_strict({name: place for place, name in enumerate(tables)}, return_dtype=pl.Int64).to_numpy()
    component = codes_by(rng, which, tuple(components.values())).cast(pl.String)
    mean = np.array([MEAN_DAYS.get(name, 1.0) for name in tables])[which]
    lasts = lasting_days(rng, mean, begun.height)
    short = kind.is_in(["st_max", "other_short_term"]).to_numpy()
    lasts = np.where(short, waiting_days(rng, 33.0, 0.5, begun.height).clip(3, 84), lasts)
    lasts = np.where(component.is_in(["equipment", "carer_other"]).to_numpy(), 0, lasts)
    since = np.where(begun["supported_at_start"].to_numpy(), span.first, 0)
    start = begun["start"].to_numpy()
    end = np.maximum(start, since) + lasts
    end = np.where((kind == "carer_direct").to_numpy(), np.minimum(end, begun["cared_dies"].to_numpy()), end)
    return _ended(begun.with_columns(service_component=component), end, short, rng)


def _ended(begun: pl.DataFrame, end: Positions, short: Flags, rng: Rng) -> pl.DataFrame:
    dies = begun["dies"].to_numpy()
    dead = end >= dies
    end = np.minimum(end, dies)
    table = np.where(dead, 0, np.where(short, np.where(end >= RELEASE_2, 3, 2), 1))
    return begun.with_columns(
        end=pl.Series(np.minimum(end, NEVER), dtype=pl.Int32), end_reason=codes_by(rng, table, ENDED).cast(pl.String)
    )


def _care_homes(place: Place, main: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Older people whose support at home ends because they move to a care home, from the same day."""
    ready = main.filter(
        (pl.col("service_type") == "long_term_community")
        & (pl.col("end") - pl.col("born") >= 65 * 365.25)
        & (pl.col("end") <= span.last)
        & (pl.col("end") < pl.col("dies") - 1)
    )
    share = MOVES_TO_CARE_HOME * (1 + effect(place, "care_home", ready["end"].to_numpy(), ready["area"]))
    moved = ready.filter(pl.Series(_keyed(place, ready, "care home", seed).random(ready.height) < share))
    begun = moved.with_columns(
        start=pl.col("end"),
        service_type=pl.lit("long_term_residential"),
        supported_at_start=pl.lit(False),
        key=pl.col("key") + MOVED,
    ).drop("end", "end_reason", "service_component")
    return _lasting(place, begun, span, seed).select(main.columns)


def _second_components(place: Place, main: pl.DataFrame, seed: int) -> pl.DataFrame:
    """A second service beside the main one for some people supported at home."""
    at_home = main.filter(pl.col("service_type") == "long_term_community").with_columns(key=pl.col("key") + SECOND_ONE)
    rng = _keyed(place, at_home, "second component", seed)
    chosen = pl.Series(rng.random(at_home.height) < SECOND_COMPONENT)
    second = at_home.with_columns(service_component=codes(rng, SECOND, at_home.height).cast(pl.String))
    other = pl.Series(at_home["service_component"] != second["service_component"])
    return second.filter(chosen & other).select(main.columns)


def _described(place: Place, services: pl.DataFrame, seed: int) -> pl.DataFrame:
    size = services.height
    rng = _keyed(place, services, "described", seed)
    prices = quote(services["service_component"], place.price_level, rng)
    component = services["service_component"]
    payment = (component == "direct_payment").to_numpy()
    at_home = (services["service_type"] == "long_term_community").to_numpy()
    option = codes_by(rng, (~payment).astype(np.int64), OPTION).cast(pl.String)
    in_scope = pl.Series((payment | at_home) & (place.nation == "scotland"))
    cheaper = 1 + np.where(at_home, effect(place, "package_cost", services["start"].to_numpy(), services["area"]), 0.0)
    described = pl.DataFrame(
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
            "key": services["key"],
        }
    )
    return described.hstack(prices).with_columns(base_price=(pl.col("base_price") * pl.Series(cheaper)).round(2))
