"""The programme's own effect: stated sizes in `effects.csv`, growing from the day on which an area starts.

Where it acts is in the modules of the subjects; when a place's areas start is a trait of the place (`places.py`). An
effect changes what a draw means and never the draw, so a world without it differs by the effect alone.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample.chance import Numbers, Positions
from cls_pipeline.sample.days import number
from cls_pipeline.sample.places import Place

DAYS_A_MONTH: Final = 365.25 / 12


@dataclass(frozen=True)
class Effect:
    """One lever: its full size in its unit (negative where it lowers), reached after so many months."""

    lever: str
    size: float
    unit: str
    ramp_months: float
    acts_on: str


@cache
def read_effects() -> dict[str, Effect]:
    """The levers by name, in the order of the file."""
    text = files("cls_pipeline.sample").joinpath("effects.csv").read_text(encoding="utf-8")
    return {
        row["lever"]: Effect(row["lever"], float(row["size"]), row["unit"], float(row["ramp_months"]), row["acts_on"])
        for row in csv.DictReader(text.splitlines())
    }


def effect(place: Place, lever: str, day: Positions, areas: pl.Series) -> Numbers:
    """The size that a lever has reached on days in areas; 0 before the area's start, and at a place with no effect.

    Raises:
        KeyError: no such lever in `effects.csv`.
    """
    planted = read_effects()[lever]
    if not place.strength:
        return np.zeros(len(day))
    since = np.asarray(day) - start_days(place, areas)
    grown = np.clip(since / (planted.ramp_months * DAYS_A_MONTH), 0.0, 1.0)
    reached: Numbers = planted.size * place.strength * grown
    return reached


def start_days(place: Place, areas: pl.Series) -> Positions:
    """The day number on which the programme starts in each row's area."""
    starts = np.array([number(day) for day in place.starts], dtype=np.int64)
    kind = pl.Enum(place.areas)
    rows: Positions = starts[(areas if areas.dtype == kind else areas.cast(kind)).to_physical().to_numpy()]
    return rows
