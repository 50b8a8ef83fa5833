"""A figure with all that is known of it. The questions are in the other modules here; showing it belongs in `cli`."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from cls_pipeline.explaining.asking import ExplainingError
from cls_pipeline.explaining.continuity import Continuity, continuity_of
from cls_pipeline.explaining.counting import COUNTINGS
from cls_pipeline.explaining.figure import Figure, figure_of
from cls_pipeline.explaining.period import read_period
from cls_pipeline.explaining.published import Printed, printed_of
from cls_pipeline.explaining.sources import Sources, sources_of


@dataclass(frozen=True)
class Explanation:
    """A figure walked back; `sources` for one of the records that is known row by row, `printed` for a published one.
    Counts only, no ids of people or records."""

    figure: Figure
    sources: Sources | None
    printed: tuple[Printed, ...]
    continuity: Continuity


def explain(
    connection: duckdb.DuckDBPyConnection, site: str, metric: str, period: str, breakdown: str = "all=all"
) -> Explanation:
    """Explains a figure.

    Args:
        connection: the warehouse; see `asking.open_warehouse`.
        site: its id, or a council's code for a comparator.
        metric: its id in `dim_metric`.
        period: in one of `period.STYLES`.
        breakdown: a breakdown and its value, e.g. `age_band=65_plus`.

    Raises:
        ExplainingError: one of them is not known, or there is no such figure; the message says why.
    """
    name, is_pair, value = breakdown.partition("=")
    if not is_pair:
        raise ExplainingError(f"{breakdown!r} is no breakdown. Expected: name=value, such as age_band=65_plus.")
    figure = figure_of(connection, site, metric, read_period(period), (name, value))
    of_records = figure.source_kind == "records"
    counting = COUNTINGS.get(metric) if of_records else None
    return Explanation(
        figure=figure,
        sources=sources_of(connection, figure, counting) if counting else None,
        printed=() if of_records else printed_of(connection, figure),
        continuity=continuity_of(connection, figure),
    )
