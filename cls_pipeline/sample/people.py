"""The people whom a place comes to know: who they are, when they first call, move to another area and die.

What they ask for and get is in `requests.py` and after. Person numbers are the world's own; systems give theirs.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.carers import with_carers
from cls_pipeline.sample.chance import (
    Days,
    Flags,
    Stream,
    as_codes,
    codes,
    codes_by,
    lasting_days,
    positions,
    whole_number,
)
from cls_pipeline.sample.days import NEVER, WARM_UP_DAYS, Span, busy_days, days, number
from cls_pipeline.sample.places import Place

#: New people a year per head of population. England 2023-24: 2,085,720 requests of new clients of 57.7 million people,
#: 0.036 (ASC-FR); a little less, as some call more than once before they are known. 68 % of them were 65 or older.
ARRIVALS_PER_HEAD = 0.032

#: People with long-term support at the start per head (England 2018-19: 841,850 long-term clients of 56 million).
SUPPORTED_PER_HEAD = 0.015

#: Deaths a year by age band of someone known to social care. Assumed.
AGE_BANDS = ((18, 64), (65, 74), (75, 84), (85, 100))
AGE_SHARES = {"18-64": 0.33, "65-74": 0.17, "75-84": 0.28, "85+": 0.22}
DEATHS_A_YEAR = (0.008, 0.035, 0.08, 0.19)

#: Spring 2020: share of people of 75 and older, known by then, who died in it beyond the usual. Assumed.
SHOCK_FIRST, SHOCK_LAST = date(2020, 3, 20), date(2020, 6, 15)
SHOCK_DEATHS = 0.045

#: Share of people who move to another area of the place in a year. Assumed.
MOVES_A_YEAR = 0.03

#: Never-issued ranges, so that no invented number can be a real person's: NHS numbers from 900 000 000, a block for
#: each place; and CHI numbers with forty added to the day of birth.
NHS_BLOCK = 3_600_000
NHS_FIRST = 900_000_000


def make_people(place: Place, span: Span, rng: Stream) -> pl.DataFrame:
    """Everybody the place knows within the span, one row each, in order of arrival.

    Columns: the contract's `person` columns in our codes (`area` is the first one), and beside them `person_number`,
    `arrived`, `born`, `dies` and `moves` (day numbers), `area_after`, `supported_at_start`, and those of carers.
    """
    stock = whole_number(rng, SUPPORTED_PER_HEAD * place.people)
    years = (span.last - span.first + 1 + WARM_UP_DAYS) / 365.25
    fresh = whole_number(rng, ARRIVALS_PER_HEAD * place.people * years)
    arrived = np.concatenate(
        [
            np.sort(span.first - WARM_UP_DAYS - lasting_days(rng, 900.0, stock)),
            busy_days(rng, span.first - WARM_UP_DAYS, span.last, fresh),
        ]
    ).astype(np.int32)
    size = stock + fresh
    band = positions(rng, AGE_SHARES, size)
    born, birth_month = _births(rng, band, arrived)
    dies = _deaths(rng, band, np.maximum(arrived, span.first - WARM_UP_DAYS))
    area = codes(rng, _areas(place), size)
    moves, area_after = _moves(place, rng, area, arrived, dies)
    at_start = np.arange(size) < stock
    carer = (rng.random(size) < shares.UNPAID_CARERS) & ~at_start
    people = pl.DataFrame(
        {
            "person_number": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "national_id": _national_ids(place, size, born),
            "id_scheme": codes(rng, {"chi" if place.nation == "scotland" else "nhs_number": 1.0}, size),
            "birth_month": days(birth_month),
            "sex": codes(rng, shares.SEX, size),
            "ethnicity": codes(rng, shares.ETHNICITY, size),
            "client_type": as_codes(carer.astype(np.uint32), ("service_user", "unpaid_carer")),
            "primary_support_reason": _reasons(rng, band, carer),
            "accommodation_status": codes_by(rng, (band > 0).astype(np.int64), shares.ACCOMMODATION),
            "employment_status": codes_by(rng, (band > 0).astype(np.int64), shares.EMPLOYMENT),
            "has_unpaid_carer": codes(rng, shares.HAS_CARER, size),
            "death_date": days(dies),
            "area": area,
            "arrived": arrived,
            "dies": dies,
            "born": born,
            "supported_at_start": at_start,
            "moves": moves,
            "area_after": area_after,
        }
    )
    return with_carers(people.with_columns(postcode_district=district(place, pl.col("area"))), rng)


def area_on(day: pl.Expr) -> pl.Expr:
    """The area in which somebody lives on a day."""
    return pl.when(pl.col("moves") <= day).then("area_after").otherwise("area")


def age_on(born: npt.NDArray[np.integer], day: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Position of the age on a day among 18–64, 65–84, and 85 or older."""
    years = (day - born) / 365.25
    return (years >= 65).astype(np.int64) + (years >= 85)


def _births(rng: Stream, band: npt.NDArray[np.uint32], arrived: Days) -> tuple[Days, Days]:
    low, high = np.array(AGE_BANDS).T
    age = low[band] + rng.random(len(band)) * (high - low + 1)[band]
    born = (arrived - np.floor(age * 365.25)).astype("datetime64[D]")
    return born.astype(np.int32), born.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)


def _deaths(rng: Stream, band: npt.NDArray[np.uint32], since: Days) -> Days:
    mean = 365.25 / np.array(DEATHS_A_YEAR)
    usual = since + 200 + lasting_days(rng, mean[band], len(band))
    first, last = number(SHOCK_FIRST), number(SHOCK_LAST)
    shocked = (rng.random(len(band)) < SHOCK_DEATHS) & (band >= 2) & (since + 200 <= first)
    then = first + np.floor(rng.random(len(band)) * (last - first)).astype(np.int64)
    return np.where(shocked, np.minimum(usual, then), usual).astype(np.int32)


def _moves(place: Place, rng: Stream, area: pl.Series, arrived: Days, dies: Days) -> tuple[Days, pl.Series]:
    """The day on which somebody moves, and where to; most never do within the span or while they live."""
    size = len(area)
    day = arrived + lasting_days(rng, 365.25 / MOVES_A_YEAR, size)
    after = codes(rng, _areas(place), size)
    stays = (area.cast(pl.String) == after.cast(pl.String)).to_numpy()
    return np.where(stays | (day >= dies), NEVER, np.minimum(day, NEVER)).astype(np.int32), after


def _reasons(rng: Stream, band: npt.NDArray[np.uint32], carer: Flags) -> pl.Series:
    table = np.where(carer, 2, (band > 0).astype(np.int64))
    return codes_by(rng, table, shares.SUPPORT_REASON)


def _areas(place: Place) -> dict[str, float]:
    return {name: 1.0 / (rank + 3) for rank, name in enumerate(place.areas)}


def district(place: Place, area: pl.Expr) -> pl.Expr:
    """The postcode district of a locality. No real one begins with an X or a V."""
    first, second = divmod(place.number, 26)
    letters = "XV"[first] + chr(ord("A") + second)
    return pl.lit(letters) + (area.to_physical() + 1).cast(pl.String)


def _national_ids(place: Place, size: int, born: Days) -> pl.Series:
    body = _chi_body(born) if place.nation == "scotland" else _nhs_body(place, size)
    return pl.select(_with_check_digit(pl.Series(body))).to_series()


def _nhs_body(place: Place, size: int) -> npt.NDArray[np.int64]:
    """Nine digits scattered over the place's block; the step has no divisor in common with the block's size."""
    return NHS_FIRST + place.number * NHS_BLOCK + (np.arange(size, dtype=np.int64) * 7919) % NHS_BLOCK


def _chi_body(born: Days) -> npt.NDArray[np.int64]:
    dates = born.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    day = (dates - months).astype(np.int64) + 1 + 40
    month = months.astype(np.int64) % 12 + 1
    year = (months.astype("datetime64[Y]").astype(np.int64) + 1970) % 100
    same_day = pl.DataFrame({"born": born}).select(pl.int_range(pl.len()).over("born") % 1_000).to_series()
    body: npt.NDArray[np.int64] = day * 10_000_000 + month * 100_000 + year * 1_000 + same_day.to_numpy()
    return body


def _remainder(body: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    total = np.zeros(len(body), dtype=np.int64)
    for place in range(9):
        total += (body // 10 ** (8 - place)) % 10 * (10 - place)
    return total % 11


def _with_check_digit(body: pl.Series) -> pl.Expr:
    """Ten digits by the modulus 11 rule of NHS and CHI numbers; null where the rule gives none."""
    remainder = _remainder(body.to_numpy())
    check = (11 - remainder) % 11
    text = pl.Series(body.to_numpy() * 10 + check % 10).cast(pl.String).str.zfill(10)
    return pl.when(pl.Series(check < 10)).then(text)
