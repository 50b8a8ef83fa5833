"""What each figure was when it was first published, kept so that a later reading can say that it was restated.

What a release withheld it has not published: the first that shows a figure counts. State, not a mart: it can be made
again only by building every release again. Read by dbt as `history.first_published`.
"""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Final

import duckdb

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import warehouse_file
from cls_pipeline.warehouse.shelf import RELEASE_FILE
from cls_pipeline.warehouse.sql import quoted

#: What names a figure.
KEY: Final = (
    "site_id",
    "area",
    "metric_id",
    "definition_version",
    "grain",
    "period_start",
    "breakdown",
    "breakdown_value",
)
COLUMNS: Final = (
    "site_id varchar, area varchar, metric_id varchar, definition_version integer, grain varchar, period_start date,"
    " breakdown varchar, breakdown_value varchar, first_value double, release_id varchar, shown_value double,"
    " rounded_to integer"
)


def history_file(settings: Settings) -> Path:
    """Where the first values stand: with the warehouse, in the room that only its owner can open."""
    return settings.warehouse / "history" / "first_published.parquet"


def ensure_history(settings: Settings) -> None:
    """Writes the file without a row where there is none yet, so that dbt can bind to it."""
    if not history_file(settings).exists():
        with closing(duckdb.connect()) as con:
            con.execute(f"create table first_published ({COLUMNS})")
            _write(con, settings, "from first_published")


def keep_first_published(settings: Settings, release_id: str) -> None:
    """Adds the figures that the release is the first to show; others stay as they are.

    `first_value` is exact, for the warehouse holds exact values against it; `shown_value` is what the release shows,
    its counts `rounded_to` the nearest of a number.
    """
    ensure_history(settings)
    key = ", ".join(KEY)
    base = settings.round_counts_to
    with closing(duckdb.connect(str(settings.releases / release_id / RELEASE_FILE), read_only=True)) as con:
        exact = "marts.metric_series"
        if base > 1:
            con.execute(f"attach {quoted(str(warehouse_file(settings)))} as work (read_only)")
            exact = "work.marts.metric_series"
        _write(
            con,
            settings,
            f"with known as ({_known(settings)}) from known union all by name"
            f" select {', '.join(f'series.{name}' for name in KEY)}, exact.value_raw as first_value,"
            f" {quoted(release_id)} as release_id, series.value_raw as shown_value, {base} as rounded_to"
            f" from marts.metric_series as series inner join {exact} as exact using ({key})"
            f" anti join known using ({key}) where series.value_raw is not null order by {key}",
        )


def read_first_shown(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Makes the table `first_shown`: `KEY`, `shown_value`, and what its counts were `rounded_to` the nearest of."""
    ensure_history(settings)
    con.execute(
        "create or replace temp table first_shown as"
        f" select {', '.join(KEY)}, shown_value, rounded_to from ({_known(settings)})"
    )


def _known(settings: Settings) -> str:
    """What was first published. What was kept before there was any rounding is exact as it was shown."""
    return (
        "select * replace (coalesce(shown_value, first_value) as shown_value, coalesce(rounded_to, 1) as rounded_to)"
        " from (select null::double as shown_value, null::integer as rounded_to where false"
        f" union all by name from read_parquet({quoted(str(history_file(settings)))}))"
    )


def _write(con: duckdb.DuckDBPyConnection, settings: Settings, question: str) -> None:
    """Writes the file whole or not at all."""
    path = history_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    con.execute(f"copy ({question}) to {quoted(str(draft))} (format parquet, compression zstd)")
    draft.replace(path)
