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
    " breakdown varchar, breakdown_value varchar, first_value double, release_id varchar"
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
    """Adds the figures that the release is the first to show, at their unrounded values; others stay as they are."""
    ensure_history(settings)
    key = ", ".join(KEY)
    with closing(duckdb.connect(str(settings.releases / release_id / RELEASE_FILE), read_only=True)) as con:
        held = f"read_parquet({quoted(str(history_file(settings)))})"
        same = " and ".join(f"series.{name} = known.{name}" for name in KEY)
        _write(
            con,
            settings,
            f"select * from {held} union all"
            f" select {', '.join(f'series.{name}' for name in KEY)}, series.value_raw, {quoted(release_id)}"
            f" from marts.metric_series as series where series.value_raw is not null"
            f" and not exists (select 1 from {held} as known where {same}) order by {key}",
        )


def _write(con: duckdb.DuckDBPyConnection, settings: Settings, question: str) -> None:
    """Writes the file whole or not at all."""
    path = history_file(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    con.execute(f"copy ({question}) to {quoted(str(draft))} (format parquet, compression zstd)")
    draft.replace(path)
