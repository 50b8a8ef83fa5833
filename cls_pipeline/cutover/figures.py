"""The programme's figures that come from records, as either side alone would tell them.

The definitions are those of the metric list; dbt computes the published ones. Months are those that both sides hold.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Final

import polars as pl

from cls_pipeline.cutover.events import FIRST_TRUE_DAY, Events
from cls_pipeline.cutover.packages import open_on, paid_on, weekly_cost
from cls_pipeline.registry import Registry

#: How many of the last months are compared.
MONTHS: Final = 6
#: A figure that differs by more than this would show the change of system, not of care.
MOVES: Final = 0.03
#: A first record up to this day of a month leaves the month whole: the days before may have been holidays.
WHOLE_FROM: Final = 7

FIGURES: Final[dict[str, type[pl.DataType]]] = {
    "metric_id": pl.String,
    "period": pl.String,
    "old": pl.Float64,
    "new": pl.Float64,
}
Tables = dict[str, pl.DataFrame]


def figures_table(events: dict[str, Events], until: date, day: date, registry: Registry) -> pl.DataFrame:
    """Each figure on either side.

    Args:
        events: by entity; entities that one side does not deliver are left out.
        until: the last day of which both sides can tell, for figures by month.
        day: the day of figures that count what is open.
        registry: for the groups of codes and the weekly factors.

    Returns:
        The columns of `FIGURES` (period: a month, or the day), change (new over old, less one; null where the old is
        nought) and moves (whether it is more than `MOVES` either way).
    """
    rows: list[tuple[str, str, float | None, float | None]] = []
    old, new = ({name: getattr(item, side) for name, item in events.items()} for side in ("old", "new"))
    for metric, (needs, tell) in _by_month(registry).items():
        if needs <= events.keys():
            for month in months_of_both([events[name] for name in sorted(needs)], until):
                rows.append((metric, f"{month:%Y-%m}", tell(old, month), tell(new, month)))
    for metric, (needs, count) in _by_day(registry, events).items():
        if needs <= events.keys():
            rows.append((metric, str(day), count(old, day), count(new, day)))
    table = pl.DataFrame(rows, schema=FIGURES, orient="row")
    change = pl.when(pl.col("old") != 0).then(pl.col("new") / pl.col("old") - 1)
    differs = pl.col("old").ne_missing(pl.col("new"))
    return table.with_columns(change=change).with_columns(
        moves=pl.when(pl.col("change").is_null()).then(differs).otherwise(pl.col("change").abs() > MOVES)
    )


def months_of_both(events: list[Events], until: date) -> list[date]:
    """The last months, by their first day, that both sides hold whole, of all the entities."""
    firsts = [
        first
        for item in events
        for side in (item.old, item.new)
        if isinstance(first := side.filter(pl.col("day") >= FIRST_TRUE_DAY)["day"].min(), date)
    ]
    if len(firsts) < 2 * len(events):
        return []
    first = max(firsts)
    start = first.replace(day=1) if first.day <= WHOLE_FROM else _next_month(first)
    months: list[date] = []
    month = (until + timedelta(days=1)).replace(day=1)
    while len(months) < MONTHS:
        month = (month - timedelta(days=1)).replace(day=1)
        if month < start:
            break
        months.append(month)
    return months[::-1]


def _next_month(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _by_month(registry: Registry) -> dict[str, tuple[set[str], Callable[[Tables, date], float | None]]]:
    outcomes = registry.code_lists["event_outcome"].codes
    resolved = [code for code, item in outcomes.items() if item.extra.get("resolved_first_contact") == "yes"]
    leads = _to_assessment(registry)
    return {
        "requests_received": ({"request"}, lambda t, month: float(_in_month(t["request"], month).height)),
        "requests_resolved_at_first_contact": ({"request"}, lambda t, month: _resolved(t["request"], month, resolved)),
        "median_days_request_to_assessment": (
            {"request", "assessment"},
            lambda t, month: median_days(t["request"], t["assessment"], month, leads),
        ),
    }


def _by_day(
    registry: Registry, events: dict[str, Events]
) -> dict[str, tuple[set[str], Callable[[Tables, date], float | None]]]:
    leads = _to_assessment(registry)
    groups = registry.code_lists["service_type"].codes
    long_term = [code for code, item in groups.items() if item.extra.get("group") == "long_term"]
    priced = "cost_line" if "cost_line" in events else "service"
    return {
        "people_waiting_for_assessment": (
            {"request", "assessment"},
            lambda t, day: float(waiting(t["request"], t["assessment"], day, leads).height),
        ),
        "people_with_long_term_support": (
            {"service"},
            lambda t, day: float(
                open_on(t["service"], day).filter(pl.col("service_type").is_in(long_term))["person_key"].n_unique()
            ),
        ),
        "weekly_cost_open_packages": (
            {priced},
            lambda t, day: float(paid_on(t[priced], day).select(weekly_cost(registry).sum()).item()),
        ),
    }


def _to_assessment(registry: Registry) -> list[str]:
    codes = registry.code_lists["event_outcome"].codes
    return [code for code, item in codes.items() if item.extra.get("group") == "assessment"]


def _in_month(frame: pl.DataFrame, month: date) -> pl.DataFrame:
    return frame.filter(pl.col("day") >= month, pl.col("day") < _next_month(month))


def _resolved(requests: pl.DataFrame, month: date, resolved: list[str]) -> float | None:
    outcomes = _in_month(requests, month)["event_outcome"].drop_nulls()
    return 100.0 * float(outcomes.is_in(resolved).sum()) / len(outcomes) if len(outcomes) else None


def waiting(requests: pl.DataFrame, assessments: pl.DataFrame, day: date, leads: list[str]) -> pl.DataFrame:
    """The people who wait for an assessment on a day: person_key.

    Their last request that leads to an assessment is dated by the day, and no assessment started since.
    """
    asked = requests.filter(pl.col("event_outcome").is_in(leads), pl.col("day") <= day)
    last = asked.group_by("person_key").agg(asked=pl.col("day").max())
    done = assessments.filter(pl.col("day") <= day).group_by("person_key").agg(done=pl.col("day").max())
    both = last.join(done, on="person_key", how="left")
    return both.filter(pl.col("done").is_null() | (pl.col("done") < pl.col("asked"))).select("person_key")


def median_days(requests: pl.DataFrame, assessments: pl.DataFrame, month: date, leads: list[str]) -> float | None:
    """The median of the days from request to assessment, over the assessments of a month that answer a request.

    An assessment answers the person's latest request until its day, unless an earlier assessment answered it. Two of
    one person on one day are one.
    """
    asked = (
        requests.filter(pl.col("event_outcome").is_in(leads)).select("person_key", asked="day").drop_nulls().unique()
    )
    started = assessments.select("person_key", "day").drop_nulls().unique().sort("day")
    started = started.with_columns(before=pl.col("day").shift(1).over("person_key"))
    answers = _in_month(started, month).join(asked, on="person_key")
    answers = answers.filter(
        pl.col("asked") <= pl.col("day"), pl.col("before").is_null() | (pl.col("asked") > pl.col("before"))
    )
    latest = answers.group_by("person_key", "day").agg(pl.col("asked").max())
    days = (latest["day"] - latest["asked"]).dt.total_days().median()
    return float(days) if isinstance(days, int | float) else None
