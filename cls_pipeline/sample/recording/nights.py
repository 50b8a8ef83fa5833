"""What arrives on each night of a span of nights: by each sender's rhythm, with nights that are missed or repeated.

On the first night every system hands over all that it holds, those that are gone what they held on their last day.
What an extract holds is in `extract.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final

import numpy as np

from cls_pipeline.registry import Registry, Sender
from cls_pipeline.sample.days import Span, number
from cls_pipeline.sample.recording.distort import Distorting
from cls_pipeline.sample.recording.extract import Handover, handover_on, handovers, tenures_on

#: The weekday of weekly and the day of the month of monthly deliveries.
MONDAY, MONTH_DAY = 0, 3
#: The first months of quarters, and of years, in which rarer deliveries are made.
MONTHS: Final = {"month": range(1, 13), "quarter": (1, 4, 7, 10), "year": (4,)}


@dataclass
class Night:
    """One night of one sender: what is handed over, and whether the files of the time before come again instead."""

    day: date
    handovers: list[Handover] = field(default_factory=list)
    is_stale: bool = False


def nights_of(
    sender: Sender, registry: Registry, span: Span, first: date, last: date, d: Distorting
) -> Iterator[Night]:
    """The nights on which something arrives, in order.

    Args:
        first, last: the span of nights; `last` is the world's last day.
    """
    opening = Span(span.start, first)
    yield Night(first, handovers(sender, registry, opening, d))
    for day in (first + timedelta(days=step) for step in range(1, (last - first).days + 1)):
        due = tenures_on(number(day), sender, registry, span, d)
        ending = [one for one in due if one[1].ends == number(day)]
        if not _in_rhythm(sender, day):
            due = ending
        elif not ending and _drawn("missing-nights", sender, day, d):
            continue
        if due:
            made = [handover_on(number(day), place, family, sender, registry, span, d) for place, _, family in due]
            yield Night(day, made, not ending and _drawn("stale-nights", sender, day, d))


def _in_rhythm(sender: Sender, day: date) -> bool:
    every = sender.rhythm.every
    if every == "day":
        return True
    if every == "week":
        return day.weekday() == MONDAY
    return day.month in MONTHS.get(every, ()) and day.day == MONTH_DAY


def _drawn(name: str, sender: Sender, day: date, d: Distorting) -> bool:
    return bool(d.hits(name, (sender.id,), np.array([number(day)]), d.size(name, sender.id))[0])
