"""What charts and long tables are filled from: a script for each figure, once for all pages that show it.

Scripts, because a page opened from disk may not fetch. Numbers are written as the release has them, to the last digit.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from cls_pipeline.briefing.control import Control
from cls_pipeline.briefing.figures import Figure, Point, Series, slug
from cls_pipeline.briefing.readings import Reading
from cls_pipeline.briefing.wording import part, period


def figure_data(reading: Reading) -> dict[str, Any]:
    """A figure at every site: periods, and for each site arrays as long as they.

    Flags are told once, in `flagged`, and then by their place there; null says that there is no row.
    """
    figure, flagged = reading.figure, dict[str, int]()
    starts = sorted({point.start for point in figure.points()})
    return _head(reading) | {
        "newest": figure.metric.version,
        "periods": [start.isoformat() for start in starts],
        "words": [period(start, figure.grain) for start in starts],
        "series": [
            {"site": site_id, **_arrays(series, version, starts, flagged), "breaks": _breaks(series)}
            for site_id, series in figure.series.items()
            for version in series.versions
        ],
        "flagged": list(flagged),
    }


def parts_data(reading: Reading, breakdown: str) -> dict[str, Any]:
    """One breakdown of a figure at every site and period, as `figure_data` has the whole."""
    held, flagged = reading.figure.parts[breakdown], dict[str, int]()
    starts = sorted({p.start for sites in held.values() for series in sites.values() for p in series.points})
    grain = reading.figure.parts_grain
    return _head(reading) | {
        "grain": grain,
        "periods": [start.isoformat() for start in starts],
        "words": [period(start, grain) for start in starts],
        "series": [
            {"site": site_id, "part": part(value), **_arrays(series, version, starts, flagged)}
            for value, sites in held.items()
            for site_id, series in sites.items()
            for version in series.versions
        ],
        "flagged": list(flagged),
    }


def control_data(charts: Sequence[Control], digits: Mapping[str, int]) -> dict[str, Any]:
    """The control charts of one site by key: months, and for each chart arrays as long as they, and its phases."""
    starts = sorted({point.start for chart in charts for point in chart.points})
    at = {start: i for i, start in enumerate(starts)}
    return {
        "periods": [start.isoformat() for start in starts],
        "words": [period(start, "month") for start in starts],
        "charts": {chart.key: _control(chart, at, digits[chart.metric.metric_id]) for chart in charts},
    }


def control_key(site_id: str) -> str:
    """Names the data file of a site's control charts."""
    return slug("control", site_id)


def _control(chart: Control, at: Mapping[date, int], digits: int) -> dict[str, Any]:
    value: list[float | int | None] = [None] * len(at)
    signals: list[str | None] = [None] * len(at)
    meaning: list[str | None] = [None] * len(at)
    for point in chart.points:
        i = at[point.start]
        value[i], signals[i], meaning[i] = _whole(point.value), " ".join(point.signals), point.meaning
    return {
        "name": chart.metric.name,
        "team": chart.team,
        "unit": chart.metric.unit,
        "digits": digits,
        "value": value,
        "signals": signals,
        "meaning": meaning,
        "phases": [
            {
                "from": at[phase.points[0].start],
                "until": at[phase.newest.start],
                "mean": phase.newest.mean,
                "low": phase.newest.low,
                "high": phase.newest.high,
            }
            for phase in chart.phases
        ],
    }


def parts_key(figure: Figure, breakdown: str) -> str:
    """Names the data file of a breakdown."""
    return slug(figure.key, "by", breakdown)


def script(key: str, data: dict[str, Any]) -> str:
    """The script that hands a page its data. Nothing in it can end the script or be read as markup."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    return f"CLS.put({json.dumps(key)},{text});\n"


def _head(reading: Reading) -> dict[str, Any]:
    figure = reading.figure
    return {
        "metric": figure.metric.metric_id,
        "title": figure.title,
        "unit": figure.metric.unit,
        "digits": reading.digits,
        "grain": figure.grain,
    }


def _arrays(series: Series, version: int, starts: list[date], flagged: dict[str, int]) -> dict[str, Any]:
    """Values, and what else is not everywhere the same; new flags are added to `flagged`."""
    by_start = {point.start: point for point in series.points if point.version == version}
    points = [by_start.get(start) for start in starts]
    arrays: dict[str, Any] = {"version": version, "value": [_number(p, "value") for p in points]}
    if any(p is not None and p.raw != p.value for p in points):
        arrays["raw"] = [_number(p, "raw") for p in points]
    for name in ("numerator", "denominator"):
        # What a count counts is the figure itself.
        if any(p is not None and getattr(p, name) not in (None, p.value) for p in points):
            arrays[name] = [_number(p, name) for p in points]
    arrays["flags"] = [None if p is None else flagged.setdefault(" ".join(p.flags), len(flagged)) for p in points]
    return arrays


def _number(point: Point | None, name: str) -> float | int | None:
    return _whole(getattr(point, name)) if point is not None else None


def _whole(value: float | None) -> float | int | None:
    """The same number, without `.0` where it is whole."""
    return int(value) if value is not None and value == int(value) and abs(value) < 2**53 else value


def _breaks(series: Series) -> list[dict[str, Any]]:
    return [{"day": b.day.isoformat(), "cause": b.cause, "verdict": b.verdict} for b in series.breaks]
