"""Small releases made by SQL from literal rows: the tables and columns that publishing reads, and no others."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from cls_pipeline.warehouse.questions import write_questions

METRIC = (
    "metric_id varchar, definition_version integer, name varchar, definition varchar, numerator varchar,"
    " denominator varchar, unit varchar, direction varchar, valid_from date, valid_until date, owner varchar,"
    " nations varchar, comparability varchar, comparability_reason varchar, outcome varchar, question varchar,"
    " source_kind varchar, source varchar"
)
SERIES = (
    "site_id varchar, area varchar, metric_id varchar, definition_version integer, grain varchar, period_start date,"
    " period_end date, breakdown varchar, breakdown_value varchar, numerator double, denominator double,"
    " value_raw double, value double, flags varchar[], restated_by double, system_id varchar"
)
SITE = "site_id varchar, name varchar, kind varchar, nation varchar"
DELIVERY = (
    "delivery_id varchar, load_id varchar, sender_id varchar, system_id varchar, as_of date, status varchar,"
    " in_force boolean, rows_delivered bigint"
)
RELEASE = (
    "release_id varchar, created_at timestamp, software_version varchar, content varchar, rows map(varchar, bigint),"
    " suppressed bigint, records_origin varchar, rounded_to integer, made_by map(varchar, varchar)"
)

Row = dict[str, Any]


def metric(metric_id: str, **changes: Any) -> Row:
    """A metric of question 6 counted from records."""
    usual = {"definition_version": 1, "name": metric_id.capitalize(), "definition": "What it is.", "unit": "requests"}
    more = {"direction": "higher", "comparability": "full", "question": "6", "source_kind": "records"}
    return {"metric_id": metric_id, **usual, **more, **changes}


def figure(site_id: str, metric_id: str, month: int, value: float | None, *flags: str, **changes: Any) -> Row:
    """A monthly figure of a whole site in 2020."""
    last = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    days = {"period_start": f"2020-{month:02}-01", "period_end": f"2020-{month:02}-{last}"}
    usual = {"area": "all", "definition_version": 1, "grain": "month", "breakdown": "all", "breakdown_value": "all"}
    told = {"value_raw": value, "value": value, "flags": list(flags)}
    return {"site_id": site_id, "metric_id": metric_id, **days, **usual, **told, **changes}


def delivery(delivery_id: str, sender_id: str, **changes: Any) -> Row:
    """A delivery in force."""
    usual = {"load_id": f"load-{delivery_id}", "system_id": "cases", "as_of": "2020-06-30", "status": "accepted"}
    return {
        "delivery_id": delivery_id,
        "sender_id": sender_id,
        **usual,
        "in_force": True,
        "rows_delivered": 100,
        **changes,
    }


@dataclass
class SmallRelease:
    """What a release holds."""

    release_id: str = "20260101T000000Z-aaaaaaaa"
    metrics: Sequence[Row] = (metric("requests"),)
    figures: Sequence[Row] = ()
    deliveries: Sequence[Row] = ()
    sites: Sequence[Row] = (
        {"site_id": "ashby", "name": "Ashby", "kind": "site", "nation": "england"},
        {"site_id": "brook", "name": "=Brook & Bow", "kind": "site", "nation": "scotland"},
    )
    release: Row = field(default_factory=dict)

    def write(self, file: Path) -> Path:
        """Writes the database."""
        with closing(duckdb.connect()) as con:
            con.execute(f"attach '{file}' as release_file; create schema release_file.marts; use release_file.marts")
            _fill(con, "metric_series", SERIES, self.figures)
            _fill(con, "dim_metric", METRIC, self.metrics)
            _fill(con, "dim_site", SITE, self.sites)
            _fill(con, "delivery", DELIVERY, self.deliveries)
            known = {
                "release_id": self.release_id,
                "created_at": datetime.strptime(self.release_id.partition("-")[0], "%Y%m%dT%H%M%SZ"),
                "software_version": "1.0",
                "content": self.release_id,
                "rows": {"metric_series": len(self.figures)},
                "suppressed": sum("suppressed" in row["flags"] for row in self.figures),
                "records_origin": "simulated",
                "rounded_to": 1,
            }
            _fill(con, "release", RELEASE, [{**known, **self.release}])
            for table, text in write_questions(con).tables.items():
                con.execute(f"comment on table {table} is '{text}'")
        return file


def _fill(con: duckdb.DuckDBPyConnection, table: str, columns: str, rows: Sequence[Row]) -> None:
    con.execute(f"create table {table} ({columns})")
    for row in rows:
        con.execute(f"insert into {table} ({', '.join(row)}) values ({', '.join('?' * len(row))})", list(row.values()))
