"""Where a published figure stands: the publisher's files, rows and releases, and which of them is in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from cls_pipeline.explaining.asking import ask
from cls_pipeline.explaining.figure import Figure

# A survey's base and margin of error are metrics of their own beside its outcome, named in `int_published_series`.
_PRINTED: Final = """
    select
        indicators.site_id as publisher, coalesce(systems.name, indicators.system_id) as publication,
        loads.as_of as release_as_of, indicators.delivery_id, indicators.source_file as file,
        indicators.source_table as "table", indicators.source_row as row, indicators.measure, indicators.measure_type,
        indicators.value, indicators.value_status as status, indicators.note,
        row_number() over (
            partition by indicators.measure_type order by loads.precedence desc, indicators.measure
        ) = 1 as is_in_force
    from facts.fct_indicator as indicators
    inner join intermediate.int_load as loads
        on indicators.site_id = loads.sender_id and indicators.load_id = loads.load_id and loads.entity = 'indicator'
    inner join staging.stg_code as measures on measures.list = 'measure' and indicators.measure = measures.code
    left join marts.dim_system as systems on indicators.system_id = systems.system_id
    where indicators.area_code = $area and indicators.grain = $grain and indicators.period_start = $start
        and indicators.breakdown = $breakdown and indicators.breakdown_value = $breakdown_value
        and measures.definition_version = $version and indicators.measure_type <> 'coverage'
        and case
            when indicators.measure_type in ('base', 'margin_of_error')
            then measures.metric_id || '_' || indicators.measure_type
            else measures.metric_id
        end = $metric
    order by indicators.measure_type, loads.precedence desc, indicators.measure
"""


@dataclass(frozen=True)
class Printed:
    """A figure as a publisher printed it; `row` as a spreadsheet numbers it. Where several releases print it, the one
    that is in force is the latest."""

    publisher: str
    publication: str
    release_as_of: date | None
    delivery_id: str
    file: str
    table: str
    row: int
    measure: str
    measure_type: str
    value: float | None
    status: str
    note: str | None
    is_in_force: bool


def printed_of(connection: duckdb.DuckDBPyConnection, figure: Figure) -> tuple[Printed, ...]:
    """Every place in which the figure, its numerator or its denominator is printed, by part, the latest first."""
    asked = {
        "area": figure.council_code or figure.site_id,
        "metric": figure.metric_id,
        "version": figure.definition_version,
        "grain": figure.grain,
        "start": figure.period_start,
        "breakdown": figure.breakdown,
        "breakdown_value": figure.breakdown_value,
    }
    return tuple(Printed(**row) for row in ask(connection, _PRINTED, asked))
