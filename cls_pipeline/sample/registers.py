"""What the truth knows and no system records: what came after signposting, days of delayed discharge, who cares for
whom, stories of change, and where and how strongly the programme worked.

Monthly figures of these are counted in `truth_beyond.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.carers import carer_register
from cls_pipeline.sample.chance import Weights, codes, lasting_days, names_of, stream
from cls_pipeline.sample.days import NEVER, busy_days, days, number
from cls_pipeline.sample.effects import read_effects
from cls_pipeline.sample.keyed import Keyed
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.world import Frames, World

#: Share of people called about before they leave hospital who are delayed, and the mean days of a delay. Set so that
#: delayed days come near published ones: England 10.3 delayed people per 100,000 adults on a day (ASCOF 2C1 2018-19),
#: Scotland about 19,800 bed days per million adults a month (PHS 2017–2019). Wales as England.
DELAYED: Final = {"england": (0.18, 13.9), "wales": (0.18, 13.9), "scotland": (0.40, 42.0)}

#: One story of change a year for about so many people; a smaller programme keeps a few. Assumed.
PEOPLE_PER_STORY: Final = 12_000
LEAST_STORIES_A_YEAR: Final = 2.0
THEMES: Final[Weights] = {
    "stayed_at_home": 0.26,
    "less_isolated": 0.24,
    "better_health": 0.16,
    "in_control": 0.18,
    "valued_by_others": 0.09,
    "back_to_work_or_learning": 0.07,
}


def registers(world: World, known: Frames, seed: int) -> dict[str, pl.DataFrame]:
    """Every register of a world by name."""
    return {
        "signposting": signposting(known),
        "delayed_discharge": delayed_discharges(world.place, known, seed),
        "carer": carer_register(world.everybody),
        "story": _stories(world, seed),
        "programme": _programme(world.place),
    }


def signposting(known: Frames) -> pl.DataFrame:
    """Each request resolved by information and advice, with the next request and the next long-term support, if any."""
    outcome = pl.col("event_outcome").cast(pl.String)
    requests = known["request"].sort("day", "request_id")
    asked = requests.filter(outcome.is_in(names_of(shares.RESOLVED)))
    asked = asked.select("request_id", "person_number", "area", "request_date", "day")
    again = requests.select("person_number", "day", next_request="request_date")
    lasting = known["service"].filter(pl.col("service_type").str.starts_with("long_term")).sort("start")
    lasting = lasting.select("person_number", day="start", long_term_support="start_date")
    for later, strict in ((again, True), (lasting, False)):
        asked = asked.join_asof(
            later.with_columns(pl.col("day").cast(pl.Int32)),
            on="day",
            by="person_number",
            strategy="forward",
            allow_exact_matches=not strict,
            check_sortedness=False,
        )
    return asked.drop("day")


def delayed_discharges(place: Place, known: Frames, seed: int) -> pl.DataFrame:
    """People who stayed in hospital after they were ready to leave, until the day of discharge."""
    requests = known["request"].filter(pl.col("route_of_access").cast(pl.String) == "discharge_from_hospital")
    rng = Keyed(seed, (place.site, "delay"), requests["key"].to_numpy())
    share, mean = DELAYED[place.nation]
    delayed = rng.random(requests.height) < share
    last = requests["day"].to_numpy() + lasting_days(rng, mean, requests.height)
    dies = requests.join(known["person"], on="person_number", how="left", maintain_order="left")["dies"]
    last = np.minimum(last, dies.fill_null(NEVER).to_numpy())
    return requests.select(
        "request_id", "person_number", "area", ready_date="request_date", discharge_date=days(last.astype(np.int32))
    ).filter(pl.Series(delayed))


def _stories(world: World, seed: int) -> pl.DataFrame:
    """Stories of change since the place joined, each of a person whose request was resolved at first contact."""
    place, span = world.place, world.span
    rng = stream(seed, place.site, "stories")
    told = signposting(world.frames).filter(pl.col("request_date") >= place.joined)
    first = max(span.first, number(place.joined) + 90)
    a_year = max(LEAST_STORIES_A_YEAR, place.people / PEOPLE_PER_STORY)
    size = int(rng.poisson(a_year * (span.last - first) / 365.25)) if first < span.last and told.height else 0
    story = busy_days(rng, first, span.last, size) if size else np.zeros(0, dtype=np.int32)
    asked = told["request_date"].cast(pl.Int32).to_numpy()
    about = np.floor(rng.random(size) * np.searchsorted(asked, story - 30)).astype(np.int64)
    who = told[np.clip(about, 0, None)] if size else told.clear()
    return pl.DataFrame(
        {
            "story_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "story_date": days(story),
            "person_number": who["person_number"],
            "area": who["area"].cast(pl.String),
            "theme": codes(rng, THEMES, size),
        }
    ).filter(pl.Series(np.searchsorted(asked, story - 30) > 0))


def _programme(place: Place) -> pl.DataFrame:
    """One row for each area and lever: when the programme started there, and the size planted in full."""
    starts = dict(zip(place.areas, place.starts, strict=True))
    rows = [
        (
            area,
            area == place.innovation_area,
            starts[area],
            one.lever,
            one.size * place.strength,
            one.unit,
            one.ramp_months,
        )
        for area in place.areas
        for one in read_effects().values()
    ]
    columns = ["area", "innovation_area", "start_date", "lever", "full_size", "unit", "ramp_months"]
    return pl.DataFrame(rows, schema=columns, orient="row")
