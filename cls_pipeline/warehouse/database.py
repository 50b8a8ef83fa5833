"""Writes a release's database: an explicit list of marts, less what is withheld, each table and column commented.

What may leave the warehouse, and how closely, is decided in `disclosure`, what the tables hold in the dbt project.
"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import duckdb

from cls_pipeline.registry.origin import Origin, origin
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import warehouse_file
from cls_pipeline.warehouse.comments import RELEASE_COLUMNS, Comments, describe
from cls_pipeline.warehouse.control import CONTROL_TABLE, control_comments, write_control_points
from cls_pipeline.warehouse.disclosure import released
from cls_pipeline.warehouse.first_published import read_first_shown
from cls_pipeline.warehouse.pooling import add_pooled
from cls_pipeline.warehouse.questions import QUESTION_TABLES, write_questions
from cls_pipeline.warehouse.sql import one, quoted
from cls_pipeline.warehouse.withheld import draft_state, judge, state_file

if TYPE_CHECKING:
    from cls_pipeline.warehouse.fingerprint import Fingerprint

MARTS: Final = (
    "metric_series",
    "series_break",
    "dim_metric",
    "dim_instrument",
    "dim_site",
    "dim_system",
    "site_system",
    "delivery",
    "row_account",
    "contract_fault",
    "correction",
    "data_quality",
    "data_currency",
    "contribution",
    "signposting_comparison",
)
#: Tables that are made from those of the release itself, so from nothing that is withheld.
MADE_HERE: Final = (CONTROL_TABLE, *QUESTION_TABLES)


def write_database(
    settings: Settings, file: Path, release_id: str, created_at: datetime, mark: Fingerprint, comments: Comments
) -> None:
    """Writes the database of a release, and beside the warehouse a draft of what its readers will have been shown."""
    with closing(duckdb.connect()) as con:
        con.execute("set memory_limit = '1GB'")
        con.execute(f"attach {quoted(str(warehouse_file(settings)))} as work (read_only)")
        con.execute(f"attach {quoted(str(file))} as release_file")
        con.execute("create schema release_file.marts")
        limit, base = settings.small_number, settings.round_counts_to
        judge(con, limit, state_file(settings))
        read_first_shown(con, settings)
        for mart in MARTS:
            con.execute(f"create table release_file.marts.{mart} as {released(mart, limit, base)}")
        write_control_points(con)
        told = [comments, control_comments(), write_questions(con)]
        add_pooled(con, "release_file")
        records_origin = _records_origin(con, settings)
        _describe_release(con, release_id, created_at, mark, settings, records_origin)
        describe(con, told, records_origin, base)
        draft_state(con, settings)
        con.execute("checkpoint release_file")
        con.execute("detach release_file")


def _records_origin(con: duckdb.DuckDBPyConnection, settings: Settings) -> Origin | None:
    """Where the sites' records in force come from. Publishers' figures are no records."""
    loads = quoted(str(settings.warehouse / "ledger" / "load.parquet"))
    layouts = con.execute(
        "select distinct systems.layout"
        f" from read_parquet({loads}) as loads"
        " inner join work.marts.dim_system as systems using (system_id)"
        " inner join work.marts.dim_site as sites on loads.sender_id = sites.site_id and sites.kind = 'site'"
        " where loads.rows > 0"
    ).fetchall()
    return origin(layout for (layout,) in layouts)


def _describe_release(
    con: duckdb.DuckDBPyConnection,
    release_id: str,
    created_at: datetime,
    mark: Fingerprint,
    settings: Settings,
    records_origin: Origin | None,
) -> None:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in RELEASE_COLUMNS.items())
    con.execute(f"create table release_file.marts.release ({columns})")
    names = [*MARTS, *MADE_HERE]
    counts = [one(con, f"select count(*) from release_file.marts.{name}")[0] for name in names]
    suppressed = one(
        con,
        "select count(*) from release_file.marts.metric_series as released"
        " inner join work.marts.dim_metric as metrics using (metric_id, definition_version)"
        " where metrics.source_kind = 'records' and list_contains(released.flags, 'suppressed')",
    )[0]
    con.execute(
        "insert into release_file.marts.release values (?, ?, ?, ?, map(?, ?), ?, ?, ?, ?, map(?, ?))",
        [
            release_id,
            created_at.replace(tzinfo=None),
            version("cls-pipeline"),
            mark.content,
            names,
            counts,
            settings.small_number,
            settings.round_counts_to,
            suppressed,
            records_origin,
            list(mark.made_by),
            list(mark.made_by.values()),
        ],
    )
