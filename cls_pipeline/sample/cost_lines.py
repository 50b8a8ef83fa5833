"""What is paid for a service: one line for each stretch at one price, with a new line every April.

A line ends on the day its successor begins, so that on every day of a service exactly one line is open.
Prices themselves are in `prices.py`.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Numbers, Rng
from cls_pipeline.sample.days import Span, days
from cls_pipeline.sample.keyed import Keyed
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.prices import WEEKS, april, price_in, price_year
from cls_pipeline.sample.support_kinds import CARE_HOMES

#: Share of the weekly cost that someone pays who is jointly funded, in care homes and elsewhere. Assumed.
CONTRIBUTION: Final = (0.34, 0.12)


def make_cost_lines(place: Place, services: pl.DataFrame, span: Span, seed: int) -> pl.DataFrame:
    """Cost lines of all services in order of service and start, from the price year in which the span begins.

    The contract's columns, and `start` and `end` (day numbers).
    """
    share = _contributions(services, Keyed(seed, (place.site, "costs"), services["key"].to_numpy()))
    priced = services.with_columns(share=pl.Series(share))
    first, last = (int(price_year(np.array([day]))[0]) for day in (span.first, span.last))
    lines = pl.concat([_lines_of(priced, year, year == first) for year in range(first, last + 1)])
    lines = lines.filter(pl.col("start") <= span.last).sort("service_id", "start")
    return lines.select(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("cost_line_id"),
        "person_number",
        "service_id",
        "service_component",
        days(lines["start"].to_numpy()).alias("start_date"),
        days(lines["end"].to_numpy()).alias("end_date"),
        "unit_cost",
        "cost_frequency",
        "planned_units_per_week",
        "client_contribution_per_week",
        "start",
        "end",
    )


def _lines_of(services: pl.DataFrame, year: int, earliest: bool) -> pl.DataFrame:
    """The lines that begin in one price year; in the earliest also those of services begun before, from its April."""
    one_off = pl.col("cost_frequency").cast(pl.String) == "one_off"
    begins, ends = april(year), april(year + 1)
    begun = (pl.col("start") >= begins) & (pl.col("start") < ends)
    continued = (pl.col("start") < begins) & (pl.col("end") > begins) & ~one_off
    mine = services.filter(begun | continued)
    bought_once = mine.select(one_off).to_series().to_numpy()
    cost = price_in(mine["base_price"].to_numpy(), bought_once, np.full(mine.height, year))
    weekly = _weekly(mine, cost)
    start = pl.max_horizontal(pl.col("start"), begins)
    return mine.with_columns(
        start=start.cast(pl.Int32),
        end=pl.when(one_off).then(pl.col("end")).otherwise(pl.min_horizontal(pl.col("end"), ends)).cast(pl.Int32),
        unit_cost=pl.Series(cost),
        client_contribution_per_week=pl.Series(np.round(weekly * mine["share"].to_numpy(), 2)).fill_nan(None),
    )


def _weekly(services: pl.DataFrame, cost: Numbers) -> Numbers:
    weeks = services["cost_frequency"].cast(pl.String).replace_strict(WEEKS, default=None, return_dtype=pl.Float64)
    units = services["planned_units_per_week"]
    a_week: Numbers = (1 / weeks).fill_null(units).fill_null(float("nan")).to_numpy()
    return cost * a_week


def _contributions(services: pl.DataFrame, rng: Rng) -> Numbers:
    """Share of its cost that a service's user pays; not a number where nobody is asked to."""
    funding = services["client_funding_status"].cast(pl.String)
    in_home = services["service_type"].is_in(CARE_HOMES).to_numpy()
    usual = np.where(in_home, *CONTRIBUTION) * rng.uniform(0.6, 1.4, services.height)
    return np.where((funding == "joint_funded").to_numpy(), usual, np.nan)
