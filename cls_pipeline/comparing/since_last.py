"""Which earlier deliveries a delivery is compared with, by what its system's deliveries cover.

- `full`: the accepted one before it; every month before that one's newest should be as it was.
- `period`: the same, for both cover a span as long; only months that lie wholly in both spans.
- `changes`: the last twelve accepted, for each holds other records; what is usual is their median.

A publication's files each hold a year or a quarter of their own and are not compared.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import takewhile

from cls_pipeline.comparing.changes import Comparison, Window, beside_recent, restated_months, since_the_last
from cls_pipeline.comparing.limits import RECENT, USUAL_FROM
from cls_pipeline.comparing.summary import Summary
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.registry import SystemProfile


def accepted_before(delivery: Delivery, known: Iterable[Delivery]) -> list[Delivery]:
    """The accepted deliveries of its system that come before a delivery, oldest first.

    Args:
        delivery: one of them, or one that has not been delivered yet.
        known: the system's deliveries in the order of their dates, then of their arrival.
    """
    before = takewhile(lambda d: d.delivery_id != delivery.delivery_id and d.as_of <= delivery.as_of, known)
    return [item for item in before if item.status == "accepted"]


def needed(accepted: Sequence[Delivery], system: SystemProfile) -> list[Delivery]:
    """Of a system's accepted deliveries, oldest first, those with which the next one is compared."""
    return list(accepted)[-RECENT:] if system.coverage == "changes" else list(accepted)[-1:]


def is_compared(system: SystemProfile) -> bool:
    """Whether a system's deliveries are compared with each other."""
    return system.family != "publication"


def since_last(now: Summary, earlier: Sequence[Summary], system: SystemProfile, fall: float) -> Comparison:
    """The changes of a delivery since the ones before it.

    Args:
        now: what it holds.
        earlier: what the accepted ones before it held, oldest first; more than are needed do no harm.
        system: its profile.
        fall: the share by which counts may fall (`alarm_fall` of the sender).
    """
    rows = sum(item.rows for item in now.tables)
    recent = list(earlier)[-RECENT:]
    if not recent or not is_compared(system):
        return Comparison(system.id, now.as_of, rows)
    if system.coverage == "changes":
        against = _named(recent[-1]) if len(recent) < USUAL_FROM else f"the median of the last {len(recent)} deliveries"
        return Comparison(system.id, now.as_of, rows, against, beside_recent(now, recent, fall))
    last = recent[-1]
    window = _window(now.as_of, last.as_of, system.period_months)
    changes, restated = since_the_last(now, last, fall, window), restated_months(now, last, window)
    return Comparison(system.id, now.as_of, rows, _named(last), changes, restated)


def _named(summary: Summary) -> str:
    return f"the delivery of {summary.as_of:%d %B %Y}"


def _window(now: date, last: date, period_months: int | None) -> Window:
    """The months before the newest of the last delivery, and after the oldest of this one where it has one."""
    until = f"{min(now, last):%Y-%m}"
    if period_months is None:
        return Window(until)
    first = now.year * 12 + now.month - 1 - period_months + 1
    return Window(until, f"{first // 12:04}-{first % 12 + 1:02}")
