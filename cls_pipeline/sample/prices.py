"""What support costs: prices by component, how they are quoted, and the uplift every April.

Levels are set near `Unit costs by council, PSS-EX1 2014-15` and published home care rates, carried to 2023-24;
spreads, frequencies and units are assumed. Which services somebody has is in `support.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Flags, Numbers, Positions, Rng, Weights, codes_by
from cls_pipeline.sample.days import number

#: Uplift on 1 April of the year; DEFAULT_UPLIFT in years not named.
UPLIFTS: Final = {
    2017: 0.02,
    2018: 0.025,
    2019: 0.03,
    2020: 0.04,
    2021: 0.02,
    2022: 0.05,
    2023: 0.08,
    2024: 0.07,
    2025: 0.05,
}
DEFAULT_UPLIFT: Final = 0.03
BASE_YEAR: Final = 2023

#: A price quoted for a longer time than a week, in weeks.
WEEKS: Final = {
    "weekly": 1.0,
    "fortnightly": 2.0,
    "four_weekly": 4.0,
    "monthly": 52 / 12,
    "quarterly": 13.0,
    "annually": 52.0,
}

BY_WEEK: Final[Weights] = {"weekly": 0.72, "four_weekly": 0.22, "monthly": 0.05, "fortnightly": 0.01}
BY_PAYMENT: Final[Weights] = {"four_weekly": 0.62, "weekly": 0.25, "monthly": 0.08, "quarterly": 0.03, "annually": 0.02}


@dataclass(frozen=True)
class Tariff:
    """The price of a component in 2023-24: a week's for the longer frequencies, else a unit's."""

    median: float
    spread: float
    frequency: Weights
    units: tuple[float, float] | None = None


TARIFFS: Final[dict[str, Tariff]] = {
    "long_term_nursing_care": Tariff(985.0, 0.16, BY_WEEK),
    "long_term_residential_care": Tariff(890.0, 0.25, BY_WEEK),
    "home_support": Tariff(22.8, 0.06, {"hourly": 1.0}, (9.5, 0.7)),
    "direct_payment": Tariff(255.0, 0.65, BY_PAYMENT),
    "day_support": Tariff(58.0, 0.20, {"per_session": 0.7, "daily": 0.3}, (2.2, 0.4)),
    "community_supported_living": Tariff(940.0, 0.45, BY_WEEK),
    "extra_care_housing": Tariff(245.0, 0.30, BY_WEEK),
    "shared_lives": Tariff(480.0, 0.15, BY_WEEK),
    "other_long_term": Tariff(110.0, 0.50, BY_WEEK),
    "meals": Tariff(6.4, 0.10, {"daily": 1.0}, (5.0, 0.3)),
    "transport": Tariff(13.5, 0.25, {"per_session": 1.0}, (2.0, 0.4)),
    "equipment": Tariff(165.0, 0.70, {"one_off": 1.0}),
    "reablement": Tariff(39.0, 0.08, {"hourly": 1.0}, (8.0, 0.4)),
    "other_short_term": Tariff(120.0, 0.40, BY_WEEK),
    "short_term_residential_care": Tariff(910.0, 0.15, BY_WEEK),
    "carer_respite": Tariff(310.0, 0.35, BY_WEEK),
    "carer_sitting": Tariff(20.5, 0.06, {"hourly": 1.0}, (3.0, 0.4)),
    "carer_other": Tariff(280.0, 0.40, {"one_off": 1.0}),
}


def quote(component: pl.Series, price_level: float, rng: Rng) -> pl.DataFrame:
    """A price for each service: `base_price` (of 2023-24), `cost_frequency`, `planned_units_per_week`."""
    names = tuple(TARIFFS)
    which = (
        component.cast(pl.String).replace_strict({n: i for i, n in enumerate(names)}, return_dtype=pl.Int64).to_numpy()
    )
    tariffs = list(TARIFFS.values())
    frequency = codes_by(rng, which, tuple(tariff.frequency for tariff in tariffs))
    weeks = frequency.cast(pl.String).replace_strict(WEEKS, default=1.0, return_dtype=pl.Float64).to_numpy()
    median = np.array([tariff.median for tariff in tariffs])[which]
    spread = np.array([tariff.spread for tariff in tariffs])[which]
    price = median * price_level * np.exp(spread * rng.standard_normal(len(which))) * weeks
    middle, width = np.array([tariff.units or (np.nan, 0.0) for tariff in tariffs]).T
    units = middle[which] * np.exp(width[which] * rng.standard_normal(len(which)))
    most = np.where((frequency == "hourly").to_numpy(), 84.0, 14.0)
    units = np.clip(np.rint(units * 2) / 2, 0.5, most)
    return pl.DataFrame(
        {
            "base_price": np.round(price, 2),
            "cost_frequency": frequency,
            "planned_units_per_week": pl.Series(units).fill_nan(None),
        }
    )


def price_levels(years: Positions) -> Numbers:
    """The price level in the years from April against 2023-24."""
    low, high = int(years.min(initial=BASE_YEAR)), int(years.max(initial=BASE_YEAR))
    steps = np.array([1 + UPLIFTS.get(year, DEFAULT_UPLIFT) for year in range(low + 1, high + 1)])
    levels = np.concatenate([[1.0], np.cumprod(steps)])
    against_base: Numbers = levels[years - low] / levels[BASE_YEAR - low]
    return against_base


def price_in(base_price: Numbers, one_off: Flags, years: Positions) -> Numbers:
    """Prices in the years from April, rounded to pence. What is bought once keeps its price."""
    return np.round(base_price * np.where(one_off, 1.0, price_levels(years)), 2)


def price_year(day: Positions) -> Positions:
    """The year in whose April the prices of a day began."""
    months = np.asarray(day).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    return (months - 3) // 12 + 1970


def april(year: int) -> int:
    """1 April of the year as a day number."""
    return number(date(year, 4, 1))
