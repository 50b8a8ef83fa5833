"""Draws `docs/pictures/continuity.svg`: one site's figures as its files say, as published, and as they truly were."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import polars as pl

from cls_pipeline.registry import load_registry
from cls_pipeline.sample.survival import survive
from cls_pipeline.settings import get_settings

SITE, SEED, SCALE, UNTIL = "fife", 201, 0.1, date(2026, 10, 31)
PANELS = {
    "requests_received": "Requests received a month",
    "people_waiting_for_assessment": "People waiting for an assessment",
    "people_with_long_term_support": "People with long-term support",
    "weekly_cost_open_packages": "Weekly cost of open packages, £",
}
READINGS = {
    "naive_value": ("the files joined as they come", "#D55E00", 1.0, "-"),
    "value": ("published", "#0072B2", 2.2, "-"),
    "true_value": ("truth", "black", 0.9, "--"),
}


def draw(figures: pl.DataFrame, cutovers: list[date], path: Path) -> None:
    """Writes the picture; the same bytes for the same figures."""
    mpl.rcParams["svg.hashsalt"] = "continuity"
    fig, axes = plt.subplots(2, 2, figsize=(11, 6.4), sharex=True)
    for axis, (metric, title) in zip(axes.flat, PANELS.items(), strict=True):
        frame = figures.filter((pl.col("site_id") == SITE) & (pl.col("metric_id") == metric)).sort("month")
        for column, (label, colour, width, style) in READINGS.items():
            axis.plot(frame["month"], frame[column], label=label, color=colour, linewidth=width, linestyle=style)
        for day in cutovers:
            axis.axvline(day, color="grey", linewidth=0.8, linestyle=":")
        axis.set_title(title, loc="left", fontsize=10)
        axis.set_ylim(bottom=0)
        axis.spines[["top", "right"]].set_visible(False)
    fig.legend(*axes[0][0].get_legend_handles_labels(), frameon=False, fontsize=9, ncols=3, loc="upper right")
    fig.suptitle("One simulated site; dotted: its systems change", x=0.01, ha="left", fontsize=11)
    fig.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    fig.savefig(path, metadata={"Date": None} if path.suffix == ".svg" else None)


def main() -> None:
    """Plays the seed (two minutes) and draws."""
    played = survive(SEED, scale=SCALE, years=10, until=UNTIL, say=lambda step: print(step, file=sys.stderr))
    registry = load_registry(get_settings().contracts_dir)
    starts = [entry.valid_from for entry in registry.senders[SITE].systems if entry.valid_from]
    draw(played.figures, sorted({day for day in starts if day > min(starts)}), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
