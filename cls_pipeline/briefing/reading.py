"""Reads what the briefing shows from the file of a release, read-only. Nothing is worded or drawn here."""

from __future__ import annotations

from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from cls_pipeline.briefing.control import Control, read_control
from cls_pipeline.briefing.figures import ALL, Break, Figure, Metric, Point, Series, Site
from cls_pipeline.briefing.wording import part as words_of
from cls_pipeline.disclosure.rounding import rounding_in_words

SERIES = """
select m.metric_id, m.grain, m.breakdown, m.breakdown_value, m.site_id, m.period_start, m.period_end,
  m.definition_version, m.value, m.value_raw, m.numerator, m.denominator, m.flags, m.area
from marts.metric_series as m
inner join marts.dim_site as s on m.site_id = s.site_id and s.kind = 'site'
order by m.metric_id, m.grain, m.breakdown, m.breakdown_value, m.area, m.site_id, m.period_start, m.definition_version
"""
# A metric told by quarter and by year is one figure, the finer one, which the coarser stands beside.
GRAINS = ("month", "quarter", "year")
OPTIONAL = ("contribution", "signposting_comparison")
# Series by metric and grain, then breakdown and value, then site.
Parts = dict[tuple[str, str], dict[tuple[str, str], dict[str, Series]]]


@dataclass(frozen=True)
class Told:
    """Which release the pages are of."""

    release_id: str
    created_at: datetime
    software_version: str
    content: str
    suppressed: int
    figures: int
    records_origin: str | None
    rounded_to: int | None = None

    @property
    def rounding(self) -> str:
        """What is to know of its counts; empty where they are not rounded."""
        return rounding_in_words(self.rounded_to)


@dataclass
class Table:
    """A table that may or may not be in a release: names and descriptions of its columns, and its rows."""

    name: str
    comment: str
    columns: dict[str, str]
    rows: list[dict[str, Any]]


@dataclass
class Release:
    """All that pages are made from."""

    told: Told
    sites: dict[str, Site]
    metrics: dict[str, Metric]
    figures: list[Figure]
    systems: dict[str, list[dict[str, Any]]]
    currency: dict[tuple[str, str], dict[str, Any]]
    faults: dict[str, list[dict[str, Any]]]
    deliveries: dict[str, dict[str, Any]]
    control: dict[str, list[Control]] = field(default_factory=dict)
    tables: dict[str, Table] = field(default_factory=dict)


def read(database: Path) -> Release:
    """The release in `database`.

    Raises:
        duckdb.Error: the file is no release, or a mart that every release has is missing.
    """
    with closing(duckdb.connect(str(database), read_only=True)) as con:
        metrics = _metrics(con)
        return Release(
            told=_told(con),
            sites=_sites(con),
            metrics=metrics,
            figures=_figures(con, metrics),
            systems=_grouped(
                con,
                "site_id",
                "select site_id, system_id, coalesce(d.name, system_id) as name, s.family, valid_from, valid_until"
                " from marts.site_system as s left join marts.dim_system as d using (system_id)"
                " order by site_id, s.family, valid_from",
            ),
            currency={(row["site_id"], row["metric_id"]): row for row in _rows(con, "from marts.data_currency")},
            faults=_grouped(
                con,
                "sender_id",
                "select f.*, coalesce(d.name, f.system_id) as system from marts.contract_fault as f"
                " left join marts.dim_system as d using (system_id)"
                " where f.closed is null order by sender_id, rows desc nulls last, rule_id",
            ),
            deliveries={
                row["sender_id"]: row
                for row in _rows(
                    con,
                    "select sender_id, count(*) as delivered, max(as_of) filter (in_force) as newest,"
                    " count(*) filter (status = 'refused') as refused from marts.delivery group by sender_id",
                )
            },
            control=read_control(con, metrics),
            tables={name: table for name in OPTIONAL if (table := _table(con, name))},
        )


def _told(con: duckdb.DuckDBPyConnection) -> Told:
    row = _rows(con, "select *, (select count(*) from marts.metric_series) as figures from marts.release")[0]
    known: dict[str, Any] = {name: row.get(name) for name in Told.__dataclass_fields__}
    return Told(**known)


def _sites(con: duckdb.DuckDBPyConnection) -> dict[str, Site]:
    rows = _rows(
        con, f"select {', '.join(Site.__dataclass_fields__)} from marts.dim_site where kind = 'site' order by name"
    )
    return {row["site_id"]: Site(**row) for row in rows}


def _metrics(con: duckdb.DuckDBPyConnection) -> dict[str, Metric]:
    """Each metric by the newest version of its definition, which knows the earlier ones."""
    rows = _rows(
        con,
        "select metric_id, definition_version as version, name, definition, numerator, denominator, unit, direction,"
        " owner, nations, comparability, comparability_reason, outcome as outcomes, question as questions, source_kind,"
        " source from marts.dim_metric order by metric_id, definition_version",
    )
    found: dict[str, Metric] = {}
    for row in rows:
        older = found.get(row["metric_id"])
        earlier = (*older.earlier, (older.version, older.definition)) if older else ()
        lists = {name: _numbers(row[name]) for name in ("outcomes", "questions")}
        found[row["metric_id"]] = Metric(**row | lists, earlier=earlier)
    return found


def _numbers(text: str | None) -> tuple[int, ...]:
    return tuple(int(part) for part in (text or "").split(";") if part.strip())


def _figures(con: duckdb.DuckDBPyConnection, metrics: dict[str, Metric]) -> list[Figure]:
    """A figure for each metric with a whole; one for each part where there is none."""
    wholes: dict[tuple[str, str], dict[str, Series]] = defaultdict(dict)
    parts: Parts = defaultdict(lambda: defaultdict(dict))
    for metric_id, grain, breakdown, value, site, *point, area in con.execute(SERIES).fetchall():
        if breakdown == ALL and area == ALL:
            held = wholes[metric_id, grain]
        elif area == ALL:
            held = parts[metric_id, grain][breakdown, value]
        elif breakdown == ALL:
            held = parts[metric_id, grain]["area", area]
        else:
            continue
        held.setdefault(site, Series(site)).points.append(_point(point))
    names = _instruments(con)
    figures = []
    for metric_id, metric in metrics.items():
        whole = [grain for grain in GRAINS if (metric_id, grain) in wholes]
        broken = [grain for grain in GRAINS if (metric_id, grain) in parts]
        if whole:
            figure = Figure(metric, whole[0], series=wholes[metric_id, whole[0]])
            _add_parts(figure, broken[0] if broken else "", parts)
            for grain in whole[1:2]:
                figure.coarser = Figure(metric, grain, series=wholes[metric_id, grain], is_coarser=True)
                _add_parts(figure.coarser, grain, parts)
            figures.append(figure)
        elif broken:
            figures += [
                Figure(metric, broken[0], part=part, part_name=names.get(part[1], words_of(part[1])), series=held)
                for part, held in parts[metric_id, broken[0]].items()
            ]
    _add_breaks(con, figures)
    return figures


def _add_parts(figure: Figure, grain: str, parts: Parts) -> None:
    figure.parts_grain = grain
    for (breakdown, value), held in parts.get((figure.metric.metric_id, grain), {}).items():
        figure.parts.setdefault(breakdown, {})[value] = held


def _point(row: list[Any]) -> Point:
    start, end, version, value, raw, numerator, denominator, flags = row
    return Point(start, end, version, value, raw, numerator, denominator, tuple(flags or ()))


def _add_breaks(con: duckdb.DuckDBPyConnection, figures: list[Figure]) -> None:
    found: dict[tuple[str, str], list[Break]] = defaultdict(list)
    for metric_id, *row in con.execute(
        "select metric_id, site_id, break_date, cause, verdict, size, size_low, size_high, note"
        " from marts.series_break order by metric_id, site_id, break_date, cause"
    ).fetchall():
        found[metric_id, row[0]].append(Break(*row))
    coarser = [figure.coarser for figure in figures if figure.coarser is not None]
    for figure in (*figures, *coarser):
        for site_id, series in figure.series.items():
            first, last = series.points[0].start, series.points[-1].end
            breaks = dict.fromkeys(found[figure.metric.metric_id, site_id])
            series.breaks = [b for b in breaks if first < b.day <= last]


def _instruments(con: duckdb.DuckDBPyConnection) -> dict[str, str]:
    return dict(con.execute("select measure, name from marts.dim_instrument").fetchall())


def _table(con: duckdb.DuckDBPyConnection, name: str) -> Table | None:
    found = con.execute(
        "select comment from duckdb_tables() where schema_name = 'marts' and table_name = ?", [name]
    ).fetchone()
    if found is None:
        return None
    columns = con.execute(
        "select column_name, coalesce(comment, '') from duckdb_columns()"
        " where schema_name = 'marts' and table_name = ? order by column_index",
        [name],
    ).fetchall()
    return Table(name, found[0] or "", dict(columns), _rows(con, f"from marts.{name} order by all"))


def _grouped(con: duckdb.DuckDBPyConnection, by: str, sql: str) -> dict[str, list[dict[str, Any]]]:
    held: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(con, sql):
        held[row[by]].append(row)
    return held


def _rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    result = con.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def newest_day(release: Release) -> date | None:
    """The last day of the newest period that any figure tells."""
    return max((point.end for figure in release.figures for point in figure.points()), default=None)
