"""An attacker who holds a release and the one before it, and takes from either what the other withholds."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from cls_pipeline.disclosure.counts import IDENTITY
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.withheld import draft_state, judge, keep_state, state_file

from .attacker import Attacker
from .tables import RELATIONS, Kind, counted, figures, people, places

LIMIT = 7
Seen = set[tuple[str, str, str]]


def released(kinds: dict[Kind, int], home: Settings) -> Seen:
    """Area, band and metric of each figure that a release of the home shows; the next knows of it."""
    table = figures(kinds, crossed=False)
    metrics = table.select("metric_id", "definition_version", "unit").unique()
    with duckdb.connect() as con:
        con.execute("attach ':memory:' as work; create schema work.marts; create schema work.reference")
        for name, frame in {
            "marts.metric_series": table.drop("unit"),
            "marts.dim_metric": metrics.with_columns(
                source_kind=pl.lit("records"),
                numerator=pl.lit(None, dtype=pl.String),
                denominator=pl.lit(None, dtype=pl.String),
            ),
            "reference.metric_relation": RELATIONS,
            "reference.metric_identity": pl.DataFrame(schema=IDENTITY),
        }.items():
            con.register("given", frame.to_arrow())
            con.execute(f"create table work.{name} as from given")
        judge(con, LIMIT, state_file(home))
        draft_state(con, home)
        keep_state(home)
        left = con.sql(
            "select area, breakdown_value, metric_id from figure"
            " anti join withheld using (area, breakdown_value, metric_id)"
        ).fetchall()
    return set(left)


@st.composite
def restated(draw: st.DrawFn) -> tuple[dict[Kind, int], dict[Kind, int]]:
    """A table, and the same after one to three of its numbers have changed."""
    first = draw(people())
    changed = draw(st.lists(st.sampled_from(sorted(first)), min_size=1, max_size=3, unique=True))
    return first, first | {kind: draw(st.integers(0, 30)) for kind in changed}


def attack(tables: tuple[dict[Kind, int], dict[Kind, int]], seen: tuple[Seen, Seen]) -> list[str]:
    """Each small count of either release that is known to within less than 1 to 7 by who takes a figure that one of
    them withholds from the other, wherever it is the same in both."""
    found = []
    for release, kinds in enumerate(tables):
        attacker, small = Attacker(["/".join(kind) for kind in kinds]), []
        for area, band in places(kinds, crossed=False):
            here, there = (counted(table, area, band) for table in (kinds, tables[1 - release]))
            for metric in ("received", "resolved", "none"):
                mine = [item for item in here if item[0] == metric]
                is_same = mine == [item for item in there if item[0] == metric]
                figure = area, band, metric
                is_seen = figure in seen[release] or (is_same and figure in seen[1 - release])
                for _, name, count, value in mine:
                    if is_seen:
                        attacker.sees(count, value)
                    if 0 < value <= LIMIT:
                        small.append((f"{release} {area} {band} {metric} {name} {value}", count))
        ranges = {words: attacker.range_of(count) for words, count in small}
        found += [f"{words}: {low} to {high}" for words, (low, high) in ranges.items() if high - low < LIMIT - 1 - 1e-6]
    return found


@settings(max_examples=40, deadline=None)
@given(restated())
def test_two_releases_together_tell_no_small_count(tables: tuple[dict[Kind, int], dict[Kind, int]]) -> None:
    with TemporaryDirectory() as folder:
        home = Settings(home=Path(folder))
        seen = released(tables[0], home), released(tables[1], home)
    assert attack(tables, seen) == []
