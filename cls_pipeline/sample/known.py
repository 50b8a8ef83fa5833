"""What was known of the world on a day: later events have not happened yet, later ends are still open.

A system's extract holds at most this. How it says so is in `record.py`.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from cls_pipeline.sample.days import number
from cls_pipeline.sample.people import area_on, district
from cls_pipeline.sample.places import Place
from cls_pipeline.sample.prices import price_in, price_year
from cls_pipeline.sample.world import World

#: The column that says when a record came to be, where it is not `day`.
BEGINS = {"service": "start", "cost_line": "start"}

#: What is recorded only with the date named first.
TOLD_AT_THE_END = {
    "person": ("death_date",),
    "assessment": ("end_date", "event_outcome", "eligible_needs"),
    "service": ("end_date", "end_reason"),
    "cost_line": ("end_date",),
    "review": ("review_date", "review_reason", "event_outcome", "goals_agreed", "goals_met"),
}


def known_on(world: World, day: date) -> dict[str, pl.DataFrame]:
    """The world's frames as a faithful record would hold them at the end of the day."""
    known = {entity: _known(entity, frame, day) for entity, frame in world.frames.items()}
    if "person" in known:
        known["person"] = _living_there(world.place, known["person"], day)
    return known


def _living_there(place: Place, people: pl.DataFrame, day: date) -> pl.DataFrame:
    """People with the area and the postcode district of the day."""
    there = people.with_columns(area=area_on(pl.lit(number(day))))
    return there.with_columns(postcode_district=district(place, pl.col("area")))


def _known(entity: str, frame: pl.DataFrame, day: date) -> pl.DataFrame:
    begins = pl.col("due_date") if entity == "review" else pl.col(BEGINS.get(entity, "day"))
    frame = frame.filter(begins <= (day if entity == "review" else number(day)))
    if entity == "service":
        frame = frame.with_columns(unit_cost=_prices(frame, day))
    told = TOLD_AT_THE_END.get(entity, ())
    if not told:
        return frame
    over = pl.col(told[0]) <= day
    return frame.with_columns(pl.when(over).then(pl.col(name)).alias(name) for name in told)


def _prices(services: pl.DataFrame, day: date) -> pl.Series:
    """The price of a service on the day, or on its last day."""
    bought_once = (services["cost_frequency"].cast(pl.String) == "one_off").to_numpy()
    latest = services.select(
        pl.when(pl.col("end") <= number(day)).then(pl.max_horizontal("start", pl.col("end") - 1)).otherwise(number(day))
    )
    years = price_year(latest.to_series().to_numpy())
    return pl.Series(price_in(services["base_price"].to_numpy(), bought_once, years))
