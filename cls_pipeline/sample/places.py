"""The places of the simulated programme: their size, and the traits in which they differ.

Sizes are in `sites.csv` (rounded mid-year estimates for the named places, assumed for the fourteen that are known
only from a map); when the programme starts and how well it works in `programme.csv`. Other traits are drawn from the
seed. Which systems a place uses belongs to the registry, not here.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass, replace
from datetime import date, timedelta
from importlib.resources import files

import numpy as np

from cls_pipeline.sample.chance import stream

AREA_NAMES = ("north", "south", "east", "west", "central", "riverside", "uplands", "coast")

#: What places ask people about their lives, and how many change the form, or ask a second one beside it. Assumed.
INSTRUMENTS = ("ascot_sct4", "ons4", "swemwbs", "hub_wellbeing")
INSTRUMENT_SHARES = (0.4, 0.2, 0.2, 0.2)
CHANGES_INSTRUMENT = 0.4
SECOND_INSTRUMENT = 0.3

#: One locality for about so many people.
PEOPLE_PER_AREA = 75_000


@dataclass(frozen=True)
class Place:
    """One site: its size here (`people` = population times scale) and its habits.

    `starts` is the day on which Community Led Support starts in each of `areas`; `strength` how much of its full effect
    the place reaches (0 = none). From `instrument_changed` on, people answer `next_instrument`; some places also ask
    `second_instrument` throughout.
    """

    site: str
    nation: str
    number: int
    population: int
    scale: float
    areas: tuple[str, ...]
    innovation_area: str
    starts: tuple[date, ...]
    strength: float
    wait_median: float
    first_contact_share: float
    price_level: float
    instrument: str
    second_instrument: str | None
    instrument_changed: date | None
    next_instrument: str

    @property
    def joined(self) -> date:
        """The day on which the first area starts."""
        return min(self.starts)

    @property
    def people(self) -> float:
        return self.population * self.scale


def read_sites() -> list[tuple[str, str, int]]:
    """Site, nation and population, in the order of the file."""
    text = files("cls_pipeline.sample").joinpath("sites.csv").read_text(encoding="utf-8")
    return [(row["site"], row["nation"], int(row["population"])) for row in csv.DictReader(text.splitlines())]


def without_programme(place: Place) -> Place:
    """The same place as if the programme had no effect."""
    return replace(place, strength=0.0)


def read_starts(site: str, areas: tuple[str, ...]) -> tuple[str, tuple[date, ...], float]:
    """A site's innovation area, when the programme starts in each area, and its strength: `programme.csv` (invented).

    The innovation area first, the others in their order from the roll-out on, so many months after each other.
    """
    text = files("cls_pipeline.sample").joinpath("programme.csv").read_text(encoding="utf-8")
    (row,) = (row for row in csv.DictReader(text.splitlines()) if row["site"] == site)
    innovation_area = row["innovation_area"]
    first = date.fromisoformat(row["rollout_start"])
    others = [area for area in areas if area != innovation_area]
    gap = float(row["months_between_areas"]) * 30.44
    starts = {area: first + timedelta(days=round(rank * gap)) for rank, area in enumerate(others)}
    starts[innovation_area] = date.fromisoformat(row["innovation_start"])
    return innovation_area, tuple(starts[area] for area in areas), float(row["strength"])


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
    # Where the programme began is stated, not drawn; the draw stays, so that those after it are what they were.
    rng.integers(len(areas))
    innovation_area, starts, strength = read_starts(site, areas)
    instrument, later = rng.choice(INSTRUMENTS, 2, replace=False, p=INSTRUMENT_SHARES)
    changes = bool(rng.random() < CHANGES_INSTRUMENT)
    changed = until - timedelta(days=int(rng.integers(200, 6 * 365)))
    second = bool(rng.random() < SECOND_INSTRUMENT)
    return Place(
        site=site,
        nation=nation,
        number=number,
        population=population,
        scale=scale,
        areas=areas,
        innovation_area=innovation_area,
        starts=starts,
        strength=strength,
        wait_median=float(rng.uniform(12, 34)),
        first_contact_share=float(rng.uniform(0.30, 0.42)),
        price_level=float(rng.uniform(0.90, 1.15)),
        instrument=str(instrument),
        second_instrument="hub_wellbeing" if second and "hub_wellbeing" not in (instrument, later) else None,
        instrument_changed=changed if changes else None,
        next_instrument=str(later) if changes else str(instrument),
    )
