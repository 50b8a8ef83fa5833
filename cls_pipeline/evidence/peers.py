"""One metric at all sites, and for each site a synthetic peer made of the others.

What moves everybody (season, a national shock, a change of national specification) moves the peer too and cancels in
the gap between site and peer. Peers change their systems as well: a peer speaks through its changes from month to
month and never through the change across a break of its own. What the gap means is for `step` and `detect`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray
from scipy.ndimage import median_filter
from scipy.optimize import nnls

from cls_pipeline.evidence.scale import Scale, to_scale

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

# Months on either side of a peer's own break from which its level is carried on.
JOIN_MONTHS: Final = 3
_TREND: Final = np.array([0.5, *[1.0] * 11, 0.5]) / 12


@dataclass(frozen=True)
class Panel:
    """One metric: `values` are sites × months on the scale, NaN where none; `starts` marks the first month of a level.

    `carried` holds the same values with each site's levels put in line across its breaks and its missing months filled
    from the others, so that every site can stand as a peer in every month.
    """

    sites: tuple[str, ...]
    months: tuple[date, ...]
    scale: Scale
    values: Numbers
    starts: Flags
    carried: Numbers

    def place(self, site: str) -> int:
        """The row of a site."""
        return self.sites.index(site)

    def month(self, month: date) -> int:
        """The column of a month, also where it lies outside the panel."""
        return months_between(self.months[0], month)


def months_between(first: date, second: date) -> int:
    """Months from one month to another; negative if the second is earlier."""
    return (second.year - first.year) * 12 + second.month - first.month


def panel_of(series: pl.DataFrame, breaks: pl.DataFrame, scale: Scale) -> Panel:
    """The panel of one metric.

    Args:
        series: `site_id`, `month` (first of month) and `value` in the metric's unit, null where none.
        breaks: `site_id` and `month`, the first month of a new level.

    Raises:
        ValueError: the series has no rows, or a site has a month twice.
    """
    if series.is_empty():
        raise ValueError("A panel needs at least one row of site_id, month and value; there are none.")
    if series.select("site_id", "month").is_duplicated().any():
        twice = series.filter(series.select("site_id", "month").is_duplicated()).row(0, named=True)
        raise ValueError(f"Site {twice['site_id']} has the month {twice['month']} twice; one row each is expected.")
    sites = tuple(series["site_id"].unique().sort().to_list())
    lows, highs = series["month"].min(), series["month"].max()
    assert isinstance(lows, date) and isinstance(highs, date)
    months = tuple(pl.date_range(lows, highs, "1mo", eager=True).to_list())
    row_of = {site: at for at, site in enumerate(sites)}
    values = np.full((len(sites), len(months)), np.nan)
    for site, month, value in series.select("site_id", "month", "value").iter_rows():
        if value is not None:
            values[row_of[site], months_between(lows, month)] = value
    starts = np.zeros(values.shape, dtype=bool)
    for site, month in breaks.select("site_id", "month").iter_rows():
        at = months_between(lows, month)
        if site in row_of and 0 < at < len(months):
            starts[row_of[site], at] = True
    return with_starts(sites, months, scale, to_scale(values, scale), starts)


def with_starts(
    sites: tuple[str, ...], months: tuple[date, ...], scale: Scale, values: Numbers, starts: Flags
) -> Panel:
    """A panel from values on the scale, its levels carried across the starts given."""
    return Panel(sites, months, scale, values, starts, _carried(values, starts))


def synthetic_peer(panel: Panel, site: int, fit: Flags, donors: Flags) -> Numbers:
    """The series of the synthetic peer over all months, on the scale and up to a constant.

    Weights are not negative and sum to 1, chosen on the months of `fit` for season and shocks: both sides are taken
    less their own 2 × 12 moving average, since the long run is for the gap to show and no ground for choosing peers.
    They are drawn towards weights by precision, the more so the fewer the months: a ridge penalty as in synthetic
    difference in differences (Arkhangelsky et al., American Economic Review 111, 2021, eq. 4 to 6).

    Args:
        fit: months on which weights are chosen, before the break that is to be measured.
        donors: sites that may be peers; the site itself never is.
    """
    pool = donors.copy()
    pool[site] = False
    places = np.flatnonzero(pool)
    quick = detrended(panel.carried)
    prior = _precision_weights(panel.carried[places])
    own = detrended(panel.values[site][None, :])[0]
    use = fit & np.isfinite(own) & np.isfinite(quick[places]).all(axis=0)
    enough = use.sum() >= len(_TREND)
    weights = _ridge(own[use], quick[places][:, use], prior) if enough else prior
    peer: Numbers = weights @ panel.carried[places]
    return peer


def rhythm(peer: Numbers) -> Numbers:
    """Season and shocks of a synthetic peer, months × 2, for a gap in which a site swings more or less than its peers.

    The season is the median of each calendar month less the 2 × 12 moving average; shocks are what then differs from
    the median of thirteen months, which follows ramps and steps that all share and lets a few months stand out.
    """
    columns = np.zeros((len(peer), 2))
    quick = detrended(peer[None, :])[0]
    if np.isfinite(quick).sum() >= len(_TREND):
        season = np.array([np.nanmedian(quick[month::12]) for month in range(12)])
        columns[:, 0] = season[np.arange(len(peer)) % 12]
        level = peer - columns[:, 0]
        columns[:, 1] = level - median_filter(level, size=len(_TREND), mode="nearest")
    return columns


def detrended(values: Numbers) -> Numbers:
    """Rows less their centred 2 × 12 moving average; NaN where that has no six months on either side."""
    out = np.full(values.shape, np.nan)
    half = len(_TREND) // 2
    if values.shape[1] >= len(_TREND):
        for at, row in enumerate(values):
            out[at, half:-half] = row[half:-half] - np.convolve(row, _TREND, "valid")
    return out


def _precision_weights(peers: Numbers) -> Numbers:
    """Weights by the inverse variance of the month-to-month changes that are a peer's own."""
    changes = np.diff(peers, axis=1)
    own = changes - np.median(changes, axis=0)
    spread = 1.4826 * np.median(np.abs(own), axis=1)
    precision: Numbers = 1 / np.maximum(spread, max(float(np.median(spread)) / 10, 1e-9)) ** 2
    # No peer speaks for more than three would at equal weights, however still its series lies.
    weights = precision / precision.sum()
    weights = np.minimum(weights, 3 / len(weights))
    return np.asarray(weights / weights.sum())


def _ridge(own: Numbers, peers: Numbers, prior: Numbers) -> Numbers:
    own = own - own.mean()
    peers = peers - peers.mean(axis=1, keepdims=True)
    noise = float((own - prior @ peers).std())
    # A weight is expected within about 1/K of its prior: the penalty is the noise over that.
    penalty = noise * len(prior)
    firm = 1e3 * max(float(np.abs(peers).max()), noise)
    rows = np.vstack([peers.T, penalty * np.eye(len(prior)), np.full((1, len(prior)), firm)])
    weights, _ = nnls(rows, np.concatenate([own, penalty * prior, [firm]]))
    return np.asarray(weights / weights.sum())


def _carried(values: Numbers, starts: Flags) -> Numbers:
    common = _common_path(values, starts)
    out = np.empty_like(values)
    for at, row in enumerate(values):
        out[at] = common + _in_line(row - common, starts[at])
    return out


def _common_path(values: Numbers, starts: Flags) -> Numbers:
    """What all sites share: the mean change of each month over the sites that changed nothing in it, added up."""
    changes = np.diff(values, axis=1)
    changes[starts[:, 1:]] = np.nan
    known = np.isfinite(changes)
    means = np.where(known, changes, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    return np.concatenate([[0.0], np.cumsum(means)])


def _in_line(rest: Numbers, starts: Flags) -> Numbers:
    """A site less the common path, its later levels moved to the one before; months without a value interpolated."""
    moved = rest.copy()
    for start in np.flatnonzero(starts):
        before = moved[:start][np.isfinite(moved[:start])][-JOIN_MONTHS:]
        following = np.flatnonzero(starts[start + 1 :])
        end = start + 1 + following[0] if len(following) else len(rest)
        after = moved[start:end][np.isfinite(moved[start:end])][:JOIN_MONTHS]
        if len(before) and len(after):
            moved[start:] -= after.mean() - before.mean()
    known = np.isfinite(moved)
    if not known.any():
        return np.zeros_like(moved)
    places = np.arange(len(moved))
    return np.interp(places, places[known], moved[known])
