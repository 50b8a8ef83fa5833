"""Why a period has no figure, in a sentence."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import duckdb

from cls_pipeline.explaining.asking import ask
from cls_pipeline.explaining.counting import COUNTINGS
from cls_pipeline.explaining.period import Period

_SERIES: Final = """
    from (
        select grain, breakdown, breakdown_value, min(period_start) as first, max(period_start) as last,
            bool_or(period_start = $start) as has_period
        from marts.metric_series where site_id = $site and metric_id = $metric and area = 'all'
        group by all
    )
    order by grain <> $grain, breakdown <> 'all', breakdown, breakdown_value
"""
# What is known of each entity that the month asks for, from the system in force at its end.
_MONTH: Final = """
    with numberings as (select distinct system_id, numbering from intermediate.int_load where sender_id = $site)
    select
        months.family, months.system_id, coalesce(systems.name, months.system_id) as system, tenures.covered_until,
        histories.first_event, histories.history_from, last_day($start) as month_end,
        (
            select arg_max({'as_of': as_of, 'reason': reason}, as_of) from marts.delivery
            where sender_id = $site and system_id = months.system_id and status = 'refused'
        ) as refused
    from intermediate.int_system_month as months
    left join marts.dim_system as systems on months.system_id = systems.system_id
    left join numberings on months.system_id = numberings.system_id
    left join intermediate.int_tenure as tenures
        on months.site_id = tenures.site_id and tenures.entity = $entity and numberings.numbering = tenures.numbering
    left join intermediate.int_history as histories
        on months.site_id = histories.site_id and histories.entity = $entity
    where months.site_id = $site and months.month_start = $start
        and (months.family = 'finance') = ($entity = 'cost_line')
"""

# Without a system at the month's end: those before and after it, and whether any delivery reaches so far.
_NOBODY: Final = """
    with
        spans as (
            select systems.name as system, spans.*
            from marts.site_system as spans inner join marts.dim_system as systems using (system_id)
            where spans.site_id = $site and (spans.family = 'finance') = ($entity = 'cost_line')
        )
    select
        (select min(month_start) from intermediate.int_month) as first_month,
        (select max(month_start) from intermediate.int_month) as last_month,
        (select {'system': arg_max(system, valid_until), 'day': max(valid_until)} from spans
            where valid_until < last_day($start)) as earlier,
        (select {'system': arg_min(system, valid_from), 'day': min(valid_from)} from spans
            where valid_from > last_day($start)) as later
"""


def why_absent(
    connection: duckdb.DuckDBPyConnection, site: str, metric: str, period: Period, breakdown: tuple[str, str]
) -> str:
    """The reason why there is no figure of a site that is known, for a metric that is known."""
    asked = {"site": site, "metric": metric, "grain": period.grain, "start": period.start}
    found = ask(connection, _SERIES, asked)
    head = f"{site} has no figure of {metric} for {period}: "
    if not found:
        return head + "it has none at all for any period."
    same_grain = [row for row in found if row["grain"] == period.grain]
    if not same_grain:
        grains = sorted({row["grain"] for row in found})
        example = Period(grains[0], found[0]["last"])
        return f"{head}it is given by {' and '.join(grains)}. Ask for example for {example}."
    others = [row for row in same_grain if row["has_period"]]
    if others:
        named = ", ".join(f"{row['breakdown']}={row['breakdown_value']}" for row in others[:8])
        asked_for = "=".join(breakdown)
        what = "only parts of it are given" if asked_for == "all=all" else f"the breakdown {asked_for} is not known"
        return f"{head}{what}. Known: {named}."
    reason = (_of_records if metric in COUNTINGS else _in_general)(connection, site, metric, period)
    first, last = (Period(period.grain, same_grain[0][end]) for end in ("first", "last"))
    return f"{head}{reason}. The series runs from {first} to {last}."


def _in_general(connection: duckdb.DuckDBPyConnection, site: str, metric: str, period: Period) -> str:
    """Of a figure whose rows are not known one by one: a publication's, or one that is counted in SQL only."""
    kinds = ask(connection, "select source_kind from marts.dim_metric where metric_id = $metric", {"metric": metric})
    if "records" in {row["source_kind"] for row in kinds}:
        return "its records do not cover the whole period, or hold nothing to count or to divide by"
    return "the publication does not give it"


def _of_records(connection: duckdb.DuckDBPyConnection, site: str, metric: str, period: Period) -> str:
    counting = COUNTINGS[metric]
    asked = {"site": site, "start": period.start}
    reasons = []
    for entity in counting.entities:
        about = asked | {"entity": entity}
        rows = ask(connection, _MONTH, about)
        if not rows and entity == "cost_line":
            continue  # no finance system is in force, so the case system's prices speak
        reasons.append(_of_entity(entity.replace("_", " "), rows[0]) if rows else _nobody(connection, about))
        if entity == "cost_line":
            break
    told = [reason for reason in reasons if reason]
    return "; ".join(dict.fromkeys(told)) or "the month is covered and holds nothing to count or to divide by"


def _of_entity(entity: str, row: dict[str, Any]) -> str:
    """Why a month cannot be counted for want of an entity; empty if it can."""
    system, end = row["system"], row["month_end"]
    covered, first, history = row["covered_until"], row["first_event"], row["history_from"]
    if covered is None:
        untold = f"not covered: {system} was in force and none of its {entity} records were taken"
        return untold + _refused(row["refused"])
    if covered < end:
        late = f"late: the last {entity} records of {system} are as of {covered}, before the month's end"
        return late + _refused(row["refused"], covered)
    if first and end < first:
        return f"not covered: the first {entity} on record is of {first}"
    if history and end < history:
        return f"survivors only: of what ended before {history:%Y-%m} the first system held nothing any more"
    return ""


def _refused(refused: dict[str, Any] | None, since: date | None = None) -> str:
    """The latest refused delivery, unless a later one was taken."""
    if refused is None or (since and refused["as_of"] <= since):
        return ""
    return f" (its delivery as of {refused['as_of']} was refused: {refused['reason'].rstrip('.')})"


def _nobody(connection: duckdb.DuckDBPyConnection, about: dict[str, Any]) -> str:
    """Why no system is in force at a month's end."""
    (row,) = ask(connection, _NOBODY, about)
    earlier, later = row["earlier"], row["later"]
    if row["first_month"] and about["start"] < row["first_month"]:
        return f"not covered: figures of records begin with {row['first_month']:%Y-%m}"
    if row["last_month"] and about["start"] > row["last_month"]:
        return "not yet: no delivery of anybody reaches the month's end"
    if earlier["day"] and later["day"]:
        return (
            f"a gap: {earlier['system']} ended on {earlier['day']} and {later['system']} began on {later['day']},"
            " so none was in force at the month's end"
        )
    if later["day"]:
        return f"not covered: the first system on record, {later['system']}, began on {later['day']}"
    if earlier["day"]:
        return f"not covered: {earlier['system']} ended on {earlier['day']}, and none has been in force since"
    return "not covered: no system of the site is on record"
