"""The places of the simulated programme: their size, and the traits in which they differ.

Sizes are in `sites.csv` (rounded mid-year estimates for the named places, assumed for the fourteen that are known
only from a map). Traits are drawn from the seed. Which systems a place uses belongs to the registry, not here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files

import numpy as np

from cls_pipeline.sample.chance import stream

AREA_NAMES = ("north", "south", "east", "west", "central", "riverside", "uplands", "coast")

#: One locality for about so many people.
PEOPLE_PER_AREA = 75_000


@dataclass(frozen=True)
class Place:
    """One site: its size here (`people` = population times scale) and its habits.

    `programme_effect` is how much of the full effect of Community Led Support the place reaches (0 = none).
    """

    site: str
    nation: str
    number: int
    population: int
    scale: float
    areas: tuple[str, ...]
    innovation_area: str
    joined: date
    programme_effect: float
    wait_median: float
    first_contact_share: float
    price_level: float
    instrument: str

    @property
    def people(self) -> float:
        return self.population * self.scale


def read_sites() -> list[tuple[str, str, int]]:
    """Site, nation and population, in the order of the file."""
    text = files("cls_pipeline.sample").joinpath("sites.csv").read_text(encoding="utf-8")
    return [(row["site"], row["nation"], int(row["population"])) for row in csv.DictReader(text.splitlines())]


def place_of(site: str, seed: int, scale: float, until: date) -> Place:
    """The place with its traits; the same for a seed whatever the other places are.

    Raises:
        KeyError: the site has no row in `sites.csv`.
    """
    rows = {name: (number, nation, size) for number, (name, nation, size) in enumerate(read_sites())}
    if site not in rows:
        raise KeyError(f"{site} has no row in cls_pipeline/sample/sites.csv; add its nation and population there.")
    number, nation, population = rows[site]
    rng = stream(seed, site, "traits")
    areas = AREA_NAMES[: int(np.clip(round(population / PEOPLE_PER_AREA), 2, len(AREA_NAMES)))]
    return Place(
        site=site,
        nation=nation,
        number=number,
        population=population,
        scale=scale,
        areas=areas,
        innovation_area=areas[int(rng.integers(len(areas)))],
        joined=until - timedelta(days=int(rng.integers(365, 8 * 365))),
        programme_effect=float(rng.choice([0.0, 0.5, 1.0, 1.0])),
        wait_median=float(rng.uniform(12, 34)),
        first_contact_share=float(rng.uniform(0.30, 0.42)),
        price_level=float(rng.uniform(0.90, 1.15)),
        instrument=str(rng.choice(["ascot_sct4", "ascot_sct4", "ons4", "swemwbs", "hub_wellbeing"])),
    )
