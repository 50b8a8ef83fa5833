"""Control limits of the monthly figures of a release, drawn through what the release shows and nothing else.

The statistics are `evidence.spc`'s. A withheld figure gives no point, so no limit can give it away.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from cls_pipeline.evidence import spc
from cls_pipeline.evidence.spc import spc_points
from cls_pipeline.warehouse.comments import Comments

#: What the table is made by, beside what it is made of.
CONTROL_SOURCES: Final = (Path(__file__), Path(spc.__file__))

CONTROL_TABLE: Final = "control_point"
CONTROL_DESCRIPTION: Final = (
    "Statistical process control (XmR, the rules of NHS Making Data Count) of every monthly figure of a whole site and"
    " of each of its teams. **Grain:** one site or council, metric, definition version, team or the whole, and month"
    " with a value. **Steps:** draw limits through the values of this release, anew at each declared break (a cutover,"
    " a new definition) and nowhere else; name the rules that a point breaks."
)
CONTROL_COLUMNS: Final = {
    "site_id": ("varchar", "The site, or for a comparator council its code in the council register."),
    "metric_id": ("varchar", "The metric, into `dim_metric`."),
    "definition_version": ("integer", "Version of the metric's definition."),
    "breakdown": ("varchar", "`all` for the whole site, `team` for one of its teams."),
    "breakdown_value": ("varchar", "`all`, or the team."),
    "period_start": ("date", "First day of the month."),
    "value": ("double", "The figure, as in `metric_series.value`."),
    "segment": ("integer", "1 from the start, one more from each declared break."),
    "mean": ("double", "The mean of the segment: the centre line."),
    "lower_limit": ("double", "Mean less 2.66 times the mean moving range; null with one point."),
    "upper_limit": ("double", "Mean and 2.66 times the mean moving range; null with one point."),
    "signals": (
        "varchar[]",
        "Rules that the point is part of: `outside_limits`, `run_of_7` on one side of the mean, `trend_of_7`,"
        " `two_of_three` in the outer third; empty for common cause.",
    ),
    "meaning": (
        "varchar",
        "What a signal says, by the metric's direction: `improvement`, `concern`, `neither`; null for common cause.",
    ),
    "is_trial": ("boolean", "Within twelve points after a break, while limits still move."),
    "is_few_points": ("boolean", "The segment has fewer than twelve points: read its limits with care."),
}

_SERIES: Final = """
    select site_id, metric_id, definition_version, breakdown, breakdown_value, period_start as month, value
    from release_file.marts.metric_series
    where grain = 'month' and area = 'all' and breakdown in ('all', 'team') and value is not null
"""
_BREAKS: Final = """
    select distinct site_id, metric_id, cast(date_trunc('month', break_date) as date) as month
    from release_file.marts.series_break
    where starts_with(how_known, 'declared')
"""


def write_control_points(con: duckdb.DuckDBPyConnection) -> None:
    """Writes `control_point` into the database attached as `release_file`; its columns are `CONTROL_COLUMNS`.

    A break within a month begins its segment with that month, as the month belongs to the system in force at its end.
    """
    directions = dict(
        con.execute("select metric_id, any_value(direction) from release_file.marts.dim_metric group by 1").fetchall()
    )
    series, breaks = con.sql(_SERIES).pl(), con.sql(_BREAKS).pl()
    charts = [
        spc_points(part, breaks, directions)
        for _, part in sorted(
            series.group_by("definition_version", "breakdown", "breakdown_value"), key=lambda item: item[0]
        )
    ]
    points = pl.concat(charts or [spc_points(series, breaks, directions)]).rename({"month": "period_start"})
    columns = ", ".join(f"cast({name} as {kind}) as {name}" for name, (kind, _) in CONTROL_COLUMNS.items())
    con.register("control_points", points.to_arrow())
    con.execute(
        f"create table release_file.marts.{CONTROL_TABLE} as select {columns} from control_points"
        " order by site_id, metric_id, definition_version, breakdown, breakdown_value, period_start"
    )
    con.unregister("control_points")


def control_comments() -> Comments:
    """What describes `control_point`."""
    columns = {(CONTROL_TABLE, name): text for name, (_, text) in CONTROL_COLUMNS.items()}
    return Comments({CONTROL_TABLE: CONTROL_DESCRIPTION}, columns)
