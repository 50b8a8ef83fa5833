"""Pictures of what two simulated sites' systems tell beside what is true, for `docs/simulation.md`.

For each system its last extract alone is counted, as somebody would who had nothing else: no crosswalk, no other
system, no correction. What the pipeline makes of them together is elsewhere.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final

import matplotlib as mpl
import polars as pl
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter

from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.sample.days import month_end, span_of
from cls_pipeline.sample.known import known_on
from cls_pipeline.sample.places import place_of
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import EPOCH, Handover, handovers
from cls_pipeline.sample.recording.held import held
from cls_pipeline.sample.recording.tenures import CASE, FINANCE
from cls_pipeline.sample.truth import monthly_truth
from cls_pipeline.sample.world import Frames, World, make_world
from cls_pipeline.settings import get_settings

SEED, YEARS, SCALE, UNTIL = 1, 10, 1.0, date(2026, 10, 31)
PANELS: Final = {
    "requests_received": "Requests received a month",
    "people_with_long_term_support": "People with long-term support",
    "weekly_cost_open_packages": "Weekly cost, £ thousand",
}
#: Of Okabe and Ito's palette, which keeps its distances for colour-blind readers.
COLOURS: Final = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
TRUE: Final = "#000000"
STYLE: Final = {
    "svg.hashsalt": "cls",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


@dataclass(frozen=True)
class Line:
    """What one system tells of a metric, month by month; the truth has no system."""

    system: str
    metric: str
    months: list[date]
    values: list[float | None]


def lines(world: World, handover: Handover, registry: Registry, d: Distorting) -> list[Line]:
    """What an extract alone tells of each metric that its system holds anything of, in whole months until its day."""
    frames = held(world, handover, d)
    if handover.prices_in_case_system and "service" in frames:
        frames["cost_line"] = frames["service"]
    telling = {
        "requests_received": "request",
        "people_with_long_term_support": "service",
        "weekly_cost_open_packages": "cost_line",
    }
    months = [month for month in world.span.months if month_end(month) <= handover.as_of]
    counted = _counted(frames, known_on(world, handover.as_of), months, registry)
    return [
        Line(handover.profile.id, metric, months, counted[metric]) for metric, name in telling.items() if name in frames
    ]


def truth_of(world: World, registry: Registry) -> list[Line]:
    """What is true of each metric."""
    frames = known_on(world, world.span.until)
    counted = _counted(frames, frames, world.span.months, registry)
    return [Line("", metric, world.span.months, values) for metric, values in counted.items()]


def _counted(frames: Frames, like: Frames, months: list[date], registry: Registry) -> dict[str, list[float | None]]:
    nothing = {name: frame.clear() for name, frame in like.items()}
    table = monthly_truth(nothing | frames, months, registry.code_lists)
    return {metric: table.filter(pl.col("metric_id") == metric)["value"].to_list() for metric in PANELS}


def draw(site: str, registry: Registry) -> Figure:
    """Three panels of a site: true, and as each system's last extract alone would tell it."""
    world = make_world(place_of(site, SEED, SCALE, UNTIL), span_of(YEARS, UNTIL), SEED)
    d = Distorting(SEED)
    sender = registry.senders[site]
    extracts = {one.profile.id: one for one in handovers(sender, registry, world.span, d)}
    systems = sorted(extracts, key=lambda system: (extracts[system].own[-1].begins, system))
    colours = {
        system: COLOURS[place]
        for family in (CASE, FINANCE)
        for place, system in enumerate(one for one in systems if extracts[one].profile.family == family)
    }
    told = [line for system in systems for line in lines(world, extracts[system], registry, d)]
    figure = Figure(figsize=(8, 8.2), layout="constrained")
    panels = figure.subplots(len(PANELS), 1, sharex=True)
    for axes, (metric, title) in zip(panels, PANELS.items(), strict=True):
        shown = [line for line in told if line.metric == metric]
        _panel(axes, metric, [line for line in truth_of(world, registry) if line.metric == metric] + shown, colours)
        _cutovers(axes, [extracts[line.system] for line in shown])
        axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    panels[-1].xaxis.set_major_locator(dates.YearLocator())
    panels[-1].xaxis.set_major_formatter(dates.DateFormatter("%Y"))
    panels[-1].set_xlim(world.span.start, world.span.until + timedelta(days=20))
    figure.suptitle(f"{sender.name} (simulated): true, and as each system's last extract alone tells it", fontsize=11)
    return figure


def _panel(axes: Axes, metric: str, shown: Sequence[Line], colours: dict[str, str]) -> None:
    divisor = 1000 if metric == "weekly_cost_open_packages" else 1
    for place, line in enumerate(shown):
        days = [month_end(month) for month in line.months]
        values = [None if value is None else value / divisor for value in line.values]
        if not line.system:
            axes.plot(days, values, color=TRUE, linewidth=4, alpha=0.22, label="true", zorder=1.5)
        else:
            # Earlier systems on top, so that a version that goes on from them does not hide them.
            axes.plot(days, values, color=colours[line.system], linewidth=1.3, label=line.system, zorder=9 - place)
    axes.set_ylim(bottom=0)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.0f}"))
    axes.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0), frameon=False, fontsize=8)


def _cutovers(axes: Axes, extracts: Sequence[Handover]) -> None:
    """A line where a system begins, a band where it runs beside the one before or comes weeks after it."""
    tenures = sorted((one.own[-1] for one in extracts), key=lambda one: one.begins)
    for before, after in pairwise(tenures):
        first, last = sorted((before.ends, after.begins))
        axes.axvline(_day(after.begins), color="#555555", linewidth=0.9, linestyle=(0, (4, 3)))
        if last - first > 1:
            axes.axvspan(_day(first), _day(last), color="#F0E442", alpha=0.35, linewidth=0)


def _day(day: int) -> date:
    return EPOCH + timedelta(days=day)


def main(sites: Sequence[str], folder: Path, kind: str = "svg") -> None:
    """Writes a picture of each site; the same bytes every time with one version of matplotlib."""
    registry = load_registry(get_settings().contracts_dir)
    folder.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context(STYLE):
        for site in sites:
            path = folder / f"simulation-{site.replace('_', '-')}.{kind}"
            metadata = {"Date": None, "Creator": None} if kind == "svg" else None
            draw(site, registry).savefig(path, metadata=metadata, dpi=90)
            print(path)


if __name__ == "__main__":
    main(sys.argv[2:], Path(sys.argv[1]))
