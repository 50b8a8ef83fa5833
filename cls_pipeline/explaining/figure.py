"""The figure itself: which row of `metric_series` is meant, what it says, how it is defined, what its flags mean.

Where it comes from is asked by the other modules here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
from rapidfuzz import process

from cls_pipeline.explaining.absent import why_absent
from cls_pipeline.explaining.asking import ExplainingError, ask
from cls_pipeline.explaining.period import Period

#: What a flag says, in words.
FLAGS: Final = {
    "break": "The first period of a new system or of a new version of the definition.",
    "partial": "Something that it should count is not on record: the first days of the month, or a data set that the "
    "place did not submit.",
    "linked": "The value was carried across a break; the value as recorded stands beside it.",
    "estimated": "The value rests on an estimate; see its interval.",
    "not_comparable": "The value does not compare with those of the newest system.",
    "restated": "A later delivery or release changed the value.",
    "provisional": "Records of the period may still come in.",
    "suppressed": "The publisher withholds it to protect people.",
    "missing": "The publisher shows no value.",
    "not_applicable": "The measure does not apply to this place or group.",
}
UNKNOWN_FLAG: Final = "No meaning is on record for this flag."

SERIES: Final = """
    select series.*, sites.name as site_name, sites.council_code, metrics.name as metric_name, metrics.definition,
        metrics.numerator as numerator_is, metrics.denominator as denominator_is, metrics.unit, metrics.valid_from,
        metrics.valid_until, metrics.source, metrics.source_kind, systems.name as system_name
    from marts.metric_series as series
    inner join marts.dim_site as sites on series.site_id = sites.site_id
    inner join marts.dim_metric as metrics
        on series.metric_id = metrics.metric_id and series.definition_version = metrics.definition_version
    left join marts.dim_system as systems on series.system_id = systems.system_id
    where series.site_id = $site and series.metric_id = $metric and series.grain = $grain
        and series.period_start = $start and series.area = 'all' and series.breakdown = $breakdown
        and series.breakdown_value = $breakdown_value
    order by series.definition_version desc
    limit 1
"""


@dataclass(frozen=True)
class Figure:
    """One figure and its definition; `flags` with what each means, `system` the system in force or the publication."""

    site_id: str
    site: str
    council_code: str | None
    metric_id: str
    metric: str
    period: str
    grain: str
    period_start: date
    period_end: date
    breakdown: str
    breakdown_value: str
    value: float | None
    value_raw: float | None
    numerator: float | None
    denominator: float | None
    unit: str
    flags: dict[str, str]
    definition: str
    definition_version: int
    valid_from: date | None
    valid_until: date | None
    numerator_is: str | None
    denominator_is: str | None
    source: str
    source_kind: str
    system_id: str
    system: str


def figure_of(
    connection: duckdb.DuckDBPyConnection, site: str, metric: str, period: Period, breakdown: tuple[str, str]
) -> Figure:
    """The figure that is asked for; where a period has two versions, the newest.

    Raises:
        ExplainingError: site or metric are unknown (the nearest is named), or the period has no figure (it says why).
    """
    _known(connection, "site", "select site_id, name from marts.dim_site", site)
    _known(connection, "metric", "select metric_id, name from marts.dim_metric", metric)
    asked = {"site": site, "metric": metric, "grain": period.grain, "start": period.start}
    rows = ask(connection, SERIES, asked | dict(zip(("breakdown", "breakdown_value"), breakdown, strict=True)))
    if not rows:
        raise ExplainingError(why_absent(connection, site, metric, period, breakdown))
    (row,) = rows
    return Figure(
        site_id=row["site_id"],
        site=row["site_name"],
        council_code=row["council_code"],
        metric_id=row["metric_id"],
        metric=row["metric_name"],
        period=str(period),
        grain=row["grain"],
        period_start=row["period_start"],
        period_end=row["period_end"],
        breakdown=row["breakdown"],
        breakdown_value=row["breakdown_value"],
        value=row["value"],
        value_raw=row["value_raw"],
        numerator=row["numerator"],
        denominator=row["denominator"],
        unit=row["unit"],
        flags={flag: FLAGS.get(flag, UNKNOWN_FLAG) for flag in row["flags"]},
        definition=row["definition"],
        definition_version=row["definition_version"],
        valid_from=row["valid_from"],
        valid_until=row["valid_until"],
        numerator_is=row["numerator_is"],
        denominator_is=row["denominator_is"],
        source=row["source"],
        source_kind=row["source_kind"],
        system_id=row["system_id"],
        system=row["system_name"] or row["system_id"],
    )


def _known(connection: duckdb.DuckDBPyConnection, what: str, question: str, asked: str) -> None:
    """Raises a sentence with the nearest that is known, by id or by name."""
    known = dict(connection.execute(question).fetchall())
    if asked in known:
        return
    names = {name: name for name in known} | {str(name).lower(): key for key, name in known.items()}
    nearest = process.extractOne(asked.lower(), list(names))
    hint = f" The nearest is {names[nearest[0]]}." if nearest else ""
    raise ExplainingError(f"There is no {what} {asked!r} in the warehouse.{hint}")
