"""How a value came of the value as recorded, and the breaks near it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb

from cls_pipeline.explaining.asking import ask
from cls_pipeline.explaining.figure import Figure

#: Breaks so many months from the period are told.
NEAR: Final = 12

_CODE_LINK: Final = """
    select value, half_width from intermediate.int_link
    where site_id = $site and metric_id = $metric and month_start = $start
"""
_ABSENCES: Final = """
    select absences.code, absences.absent_from, absences.absent_until, absences.due, absences.share,
        absences.share_low, absences.share_high, moved.moved_share,
        list({'code': absences.recorded_as, 'probability': absences.probability} order by absences.probability desc)
            as taken_up
    from intermediate.int_code_absence as absences
    inner join intermediate.int_outcome_moved as moved
        on absences.site_id = moved.site_id and absences.code = moved.code and absences.absent_from = moved.absent_from
    where absences.site_id = $site and absences.absent_from <= $end and absences.absent_until >= $start
    group by all order by absences.absent_from, absences.code
"""
_CARRIED: Final = """
    select value, is_linked, currency from intermediate.int_linked_value
    where site_id = $site and metric_id = $metric and month = $start
"""
_CROSSED: Final = """
    select month as break_date, how_known, size, size_low, size_high, verdict, note from intermediate.int_break
    where site_id = $site and metric_id = $metric and month > $start and verdict in ('linked', 'not comparable')
    order by month
"""
_NEAR: Final = f"""
    select break_date, cause, how_known, size, size_low, size_high, overlap_months, verdict, note
    from marts.series_break
    where site_id = $site and metric_id = $metric
        and break_date between $start - interval {NEAR} month and $end + interval {NEAR} month
    order by break_date, cause
"""


@dataclass(frozen=True)
class Absence:
    """A code that the site lacked while its peers used it. Shares are of all records of those days: `share` that of the
    code before and after, with its 95 % interval; `moved_share` what was too much among the counted (below nought: too
    little). `taken_up` has the codes that may stand for it, each with its probability."""

    code: str
    absent_from: date
    absent_until: date
    due: float
    share: float
    share_low: float
    share_high: float
    moved_share: float
    taken_up: tuple[tuple[str, float], ...]


@dataclass(frozen=True)
class Step:
    """A break in a series; `size` is the step as a share of the level before it, with its 95 % interval."""

    break_date: date
    how_known: str
    size: float | None
    size_low: float | None
    size_high: float | None
    verdict: str
    note: str
    cause: str = ""
    overlap_months: int | None = None


@dataclass(frozen=True)
class Continuity:
    """From `value_raw` to `value`.

    `recoded` is the value after codes that were missing, with half its 95 % interval and the `absences` that caused it;
    null where none were. `crossed` are breaks that lie between the period and the newest system and are linked or not
    comparable; `carried` is whether the value was brought across. `near` are all breaks within twelve months.
    """

    recoded: float | None
    half_width: float | None
    absences: tuple[Absence, ...]
    carried: bool
    crossed: tuple[Step, ...]
    near: tuple[Step, ...]


def continuity_of(connection: duckdb.DuckDBPyConnection, figure: Figure) -> Continuity:
    """The links of a figure, and the breaks near it. A published figure has breaks only."""
    asked = {
        "site": figure.site_id,
        "metric": figure.metric_id,
        "start": figure.period_start,
        "end": figure.period_end,
    }
    near = tuple(Step(**row) for row in ask(connection, _NEAR, asked))
    if figure.source_kind != "records":
        return Continuity(None, None, (), False, (), near)
    recoded = ask(connection, _CODE_LINK, asked)
    absences = ask(connection, _ABSENCES, asked) if recoded else []
    carried = ask(connection, _CARRIED, asked)
    return Continuity(
        recoded=recoded[0]["value"] if recoded else None,
        half_width=recoded[0]["half_width"] if recoded else None,
        absences=tuple(
            Absence(**row | {"taken_up": tuple((taken["code"], taken["probability"]) for taken in row["taken_up"])})
            for row in absences
        ),
        carried=bool(carried and carried[0]["is_linked"]),
        crossed=tuple(Step(**row) for row in ask(connection, _CROSSED, asked)) if carried else (),
        near=near,
    )
