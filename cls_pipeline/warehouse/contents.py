"""What a release holds, asked of its own database: from which deliveries, how many figures withheld or linked."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

_FIGURES: Final = """
    select
        count(*) as figures,
        count(value) as shown,
        count(*) filter (where list_contains(flags, 'suppressed')) as withheld,
        count(*) filter (where list_contains(flags, 'linked')) as linked,
        count(*) filter (where list_contains(flags, 'restated')) as restated,
        count(distinct (metric_id, definition_version)) as metrics,
        count(distinct site_id) as places,
        min(period_start) as since,
        max(period_end) as until
    from marts.metric_series
"""
_DELIVERIES: Final = """
    select
        sender_id,
        count(*) as deliveries,
        count(*) filter (where in_force) as in_force,
        count(*) filter (where status = 'refused') as refused,
        max(as_of) filter (where in_force) as newest,
        string_agg(distinct system_id, ', ' order by system_id) filter (where in_force) as systems
    from marts.delivery
    group by sender_id
    order by sender_id
"""


@dataclass(frozen=True)
class Contents:
    """`figures` counts them by kind; `deliveries` has a row per sender; `files` the bytes of each file or folder."""

    figures: dict[str, object]
    deliveries: pl.DataFrame
    files: dict[str, int]


def contents(database: Path) -> Contents:
    """What the release of this database holds, and what stands beside it."""
    with closing(duckdb.connect(str(database), read_only=True)) as con:
        figures = con.sql(_FIGURES).pl().row(0, named=True)
        deliveries = con.sql(_DELIVERIES).pl()
    parts = sorted(database.parent.iterdir())
    return Contents(figures, deliveries, {f"{part.name}{'/' * part.is_dir()}": _size(part) for part in parts})


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
