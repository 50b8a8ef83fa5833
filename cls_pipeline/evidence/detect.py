"""Undeclared breaks: steps that one site's series took and its peers' did not, and how small a step could be seen.

A change that moves everybody is not the site's and cancels in the gap. How events are told from one another is in
`search`; what is to be done about a break that was found, in `verdict`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from scipy.stats import norm

from cls_pipeline.evidence.peers import Flags, Numbers, Panel, rhythm, synthetic_peer, with_starts
from cls_pipeline.evidence.scale import as_share
from cls_pipeline.evidence.search import Event, Told, tell
from cls_pipeline.evidence.wander import RATIOS, common_prior, independent_places

# Six series of a site over ten years hold hundreds of places where chance may look like a step. At 3.6 it did so at
# every third site (simulated programme with its effect, no step planted), at 3.8 at every eighth.
THRESHOLD: Final = 3.6
# A step is called detectable if it would be found in 19 of 20 places. The error of a step at a known month is not the
# whole of it: below twice a month's scatter it is too often taken for a ramp, or found off its month. By a fifth more,
# since how the series wanders has to be found out along with it; so tuned that 19 of 20 hold.
POWER: Final = 0.95
SCATTERS: Final = 2.0
REACH_MARGIN: Final = 1.2
# Below three years there is no telling what a series does on its own.
LEAST_MONTHS: Final = 36
LEAST_PEERS: Final = 5
# A second look, with what the first found taken out of the peers, and a third; more changed nothing.
ROUNDS: Final = 3
# A break of a peer shows in a site's gap upside down and by the peer's weight, which is below this.
ECHO: Final = 1 / 3


@dataclass(frozen=True)
class Found:
    """Something that happened to one site's series and not to its peers'.

    `kind` is `step`, `ramp` or `outlier`; `months` is a ramp's length. `size` and its interval (95 %) are shares of the
    level it starts from, `shift` is the same on the scale; `score` is comparable with a standard normal deviate. The
    interval takes month and kind as known, which they are not: what is carried across a break is measured by `step`.
    """

    site_id: str
    kind: str
    month: date
    months: int
    shift: float
    size: float
    size_low: float
    size_high: float
    score: float


@dataclass(frozen=True)
class Reach:
    """How small a step could be found at a site: `detectable` as a share of its level, None where none could be."""

    site_id: str
    months: int
    detectable: float | None
    note: str


def detect(panel: Panel) -> tuple[list[Found], list[Reach]]:
    """What happened at each site of one metric beside the breaks declared in the panel, and what could be seen.

    A step found at one site is taken out of the peer it is for others, and all is looked at again, so that one site's
    break is not found a second time, upside down, at those of which it is a peer.
    """
    current = panel
    told: dict[int, Told] = {}
    log_prior = np.zeros(len(RATIOS))
    for _ in range(ROUNDS):
        told = {}
        for site in range(len(panel.sites)):
            story = _tell(panel, current, site, log_prior)
            if story is not None:
                told[site] = story
        if not told:
            break
        starts = _believed(panel, told)
        log_prior = common_prior(np.array([story.likelihood for story in told.values()]))
        current = with_starts(panel.sites, panel.months, panel.scale, panel.values, starts)
    sites = range(len(panel.sites))
    found = [_found(panel, site, event) for site in sites if site in told for event in told[site].events]
    return found, [_reach(panel, site, told.get(site)) for site in sites]


def _span(values: Numbers) -> slice:
    known = np.flatnonzero(np.isfinite(values))
    return slice(int(known[0]), int(known[-1]) + 1) if len(known) else slice(0, 0)


def _tell(panel: Panel, peers: Panel, site: int, log_prior: Numbers) -> Told | None:
    """The events of one site; None where its series is too short or its peers are too few."""
    values, span = panel.values[site], _span(panel.values[site])
    donors = np.isfinite(panel.values[:, span]).mean(axis=1) >= 0.5 if span.stop else np.zeros(len(panel.sites), bool)
    donors[site] = False
    if np.isfinite(values).sum() < LEAST_MONTHS or donors.sum() < LEAST_PEERS:
        return None
    peer = synthetic_peer(peers, site, np.ones(len(values), dtype=bool), donors)
    gap = values - peer
    months = np.arange(len(gap))
    levels = [(months >= start).astype(float) for start in np.flatnonzero(panel.starts[site])]
    known = np.column_stack([np.ones(len(gap)), *levels, rhythm(peer)])[span]
    # A level declared before the first value, after the last, or twice with no value between, is none.
    told_apart = independent_places(known[np.isfinite(gap[span])])
    return tell(gap[span], known[:, told_apart], THRESHOLD, log_prior)


def _believed(panel: Panel, told: dict[int, Told]) -> Flags:
    """The declared starts and the steps found, less those that may be echoes of a larger one elsewhere."""
    steps = [
        (site, _span(panel.values[site]).start + event.at, event.size)
        for site, story in told.items()
        for event in story.events
        if event.kind == "step"
    ]
    starts = panel.starts.copy()
    for site, at, size in steps:
        echo = any(
            other != site and abs(when - at) <= 1 and size * large < 0 and abs(size) < ECHO * abs(large)
            for other, when, large in steps
        )
        if not echo and 0 < at < len(panel.months):
            starts[site, at] = True
    return starts


def _found(panel: Panel, site: int, event: Event) -> Found:
    span = _span(panel.values[site])
    at = span.start + event.at
    # A ramp may have begun before the series did.
    month = panel.months[min(max(at, 0), len(panel.months) - 1)]
    level = _level_before(panel.values[site], at)
    half = float(norm.ppf(0.975)) * event.error
    sizes = [as_share(shift, level, panel.scale) for shift in (event.size, event.size - half, event.size + half)]
    return Found(
        panel.sites[site], event.kind, month, event.months, event.size, sizes[0], sizes[1], sizes[2], event.score
    )


def _level_before(values: Numbers, at: int) -> float:
    """The mean of the year before a month; of the first year where nothing lies before."""
    before = values[max(at - 12, 0) : max(at, 0)]
    before = before[np.isfinite(before)]
    return float(before.mean()) if len(before) else float(values[np.isfinite(values)][:12].mean())


def _reach(panel: Panel, site: int, told: Told | None) -> Reach:
    values = panel.values[site]
    months = int(np.isfinite(values).sum())
    if told is None:
        short = (
            f"{months} months, {LEAST_MONTHS} needed" if months < LEAST_MONTHS else f"fewer than {LEAST_PEERS} peers"
        )
        return Reach(panel.sites[site], months, None, short)
    errors = told.step_errors[np.isfinite(told.step_errors)]
    if not len(errors):
        return Reach(panel.sites[site], months, None, "every month is taken by another event")
    enough = (THRESHOLD + float(norm.ppf(POWER))) * float(np.median(errors))
    shift = REACH_MARGIN * max(enough, SCATTERS * told.scatter)
    level = float(values[np.isfinite(values)].mean())
    return Reach(panel.sites[site], months, abs(as_share(shift, level, panel.scale)), "")
