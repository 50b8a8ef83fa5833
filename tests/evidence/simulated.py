"""Monthly series made up for the tests of breaks: season, growth, a national shock, the programme's ramp, noise.

Everything is invented; seeds below 1000 were used to tune, tests use others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
MONTHS = tuple(date(2016 + at // 12, at % 12 + 1, 1) for at in range(120))
SHOCK = slice(50, 54)


@dataclass(frozen=True)
class Sites:
    """So many sites with a mean count a month each; what is planted is a share of the level from its month on."""

    levels: tuple[float, ...]
    seed: int
    ramp: float = -0.15
    ramp_months: int = 18
    wander: float = 0.0
    shared_step: float = 0.0

    def expected(self) -> Numbers:
        """What each site would count on average, sites × months, nothing planted."""
        rng = np.random.default_rng([self.seed, 1])
        months = np.arange(len(MONTHS))
        season = 0.12 * np.cos(2 * np.pi * (months - 1) / 12) + 0.05 * np.sin(4 * np.pi * months / 12)
        shock = np.zeros(len(MONTHS))
        shock[SHOCK] = (-0.45, -0.35, -0.2, -0.1)
        rows = []
        for level in self.levels:
            growth = rng.normal(0.02, 0.01) / 12 * months
            start = rng.integers(-12, 110)
            effect = rng.choice([0, 0.5, 1]) * np.log1p(self.ramp) * np.clip((months - start) / self.ramp_months, 0, 1)
            walk = np.cumsum(rng.normal(0, self.wander, len(MONTHS))) if self.wander else 0.0
            path = rng.uniform(0.9, 1.1) * season + rng.uniform(0.85, 1.15) * shock + growth + effect + walk
            rows.append(level * np.exp(path + np.log1p(self.shared_step) * (months >= 70)))
        return np.array(rows)


def counted(expected: Numbers, seed: int) -> Numbers:
    """Counts drawn round their expectation."""
    return np.random.default_rng([seed, 2]).poisson(expected).astype(float)


def stepped(expected: Numbers, steps: dict[int, tuple[int, float]]) -> Numbers:
    """The expectation with steps: by site, the month and the size as a share."""
    out = expected.copy()
    for site, (at, size) in steps.items():
        out[site, at:] *= 1 + size
    return out


def frame(values: Numbers, metric: str = "requests") -> pl.DataFrame:
    """The series as the long frame that functions of `evidence` take; NaN becomes null."""
    parts = [
        pl.DataFrame({"site_id": name(site), "metric_id": metric, "month": MONTHS, "value": row})
        for site, row in enumerate(values)
    ]
    return pl.concat(parts).with_columns(pl.col("value").fill_nan(None))


def breaks(at: dict[int, int]) -> pl.DataFrame:
    """Declared breaks: by site, the place of the first month of the new level."""
    rows = [(name(site), MONTHS[month]) for site, month in at.items()]
    return pl.DataFrame(rows, schema={"site_id": pl.String, "month": pl.Date}, orient="row")


def name(site: int) -> str:
    """The sites' names, in their order."""
    return f"site_{site:02d}"
