"""An attack on a whole release: every small count that it withholds, by linear programming over all that it shows.

`python -m tests.disclosure.whole_release HOME` attacks the current release of a home whose warehouse it was made of; it
takes minutes. The attacker knows which counts there are, what adds up to what, which of them are nought, and that the
others are one at least; that is more than any reader knows. What the release does to keep counts safe, he is not told.
"""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path

import duckdb
import numpy as np
import polars as pl
from scipy.optimize import linprog
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from cls_pipeline.disclosure.counts import told_counts
from cls_pipeline.disclosure.sums import find_sums
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.first_published import KEY
from cls_pipeline.warehouse.shelf import RELEASE_FILE
from cls_pipeline.warehouse.sql import quoted

FIGURES = f"""
    select
        row_number() over () - 1 as row, {", ".join(f"series.{name}" for name in KEY)},
        series.numerator, series.denominator, metrics.unit,
        metrics.numerator as numerator_words, metrics.denominator as denominator_words,
        released.value is not null as is_shown
    from work.marts.metric_series as series
    inner join work.marts.dim_metric as metrics using (metric_id, definition_version)
    inner join shown.marts.metric_series as released using ({", ".join(KEY)})
    where metrics.source_kind = 'records'
"""


def attack(
    figures: pl.DataFrame, relations: pl.DataFrame, identities: pl.DataFrame, limit: int
) -> tuple[int, list[str]]:
    """How many small counts were attacked, and those known to within less than 1 to the limit, in words.

    Args:
        figures: as `counts.told_counts` takes them, with their true counts, and `is_shown`.
        relations: `metric_relation`.
        identities: `metric_identity`.
        limit: counts from 1 up to this are small.
    """
    told = told_counts(figures, identities)
    sums = find_sums(told, relations, identities)
    values = sums.counts["value"].to_numpy()
    is_known = np.abs(values) < 1e-3
    shown = told.join(figures.filter("is_shown").select("row"), on="row", how="semi")["count"].unique().to_numpy()
    is_known[shown] = True
    is_small = (values > 0) & (values <= limit) & ~sums.counts["is_money"].to_numpy()
    open_ones = {int(count) for count in np.flatnonzero(is_small & is_known & (values >= 1e-3))}
    targets = np.flatnonzero(is_small & ~is_known)
    names = told.group_by("count").first().with_columns(pl.col("period_start").cast(pl.String))
    found = [count for count, width in _widths(values, is_known, sums.parts, targets) if width < limit - 1 - 1e-6]
    words = {row["count"]: row for row in names.filter(pl.col("count").is_in([*found, *open_ones])).to_dicts()}
    keys = (*KEY[:1], "area", "metric_id", "field", "grain", "period_start", "breakdown", "breakdown_value")
    return len(targets), [
        " ".join(str(words[count][key]) for key in keys) if count in words else f"a rest, number {count}"
        for count in sorted({*found, *open_ones})
    ]


def _widths(
    values: np.ndarray, is_known: np.ndarray, parts: pl.DataFrame, targets: np.ndarray
) -> list[tuple[int, float]]:
    """Of each target the most less the least that it can be."""
    size = len(values)
    totals = parts.unique("sum").select("sum", "total")
    rows = np.concatenate([parts["sum"].to_numpy(), totals["sum"].to_numpy()])
    columns = np.concatenate([parts["part"].to_numpy(), totals["total"].to_numpy()])
    signs = np.concatenate([np.ones(len(parts)), -np.ones(len(totals))])
    matrix = csr_array((signs, (rows, columns)), shape=(int(rows.max(initial=0)) + 1, size))
    right = -matrix[:, is_known] @ values[is_known]
    unknown = np.flatnonzero(~is_known)
    free = matrix[:, unknown]
    used = np.flatnonzero(np.diff(free.tocsr().indptr))
    free, right = free.tocsr()[used], right[used]
    _, group = connected_components(abs(free.T) @ abs(free), directed=False)
    place = {int(count): at for at, count in enumerate(unknown)}
    order = np.argsort(group, kind="stable")
    starts = np.searchsorted(group[order], np.arange(group.max(initial=0) + 2))
    found = []
    columns_of = free.tocsc()
    for target in targets:
        members = order[starts[group[place[int(target)]]] : starts[group[place[int(target)]] + 1]]
        inside = columns_of[:, members].tocsr()
        equations = np.flatnonzero(np.diff(inside.indptr))
        aim = (members == place[int(target)]).astype(float)
        low = np.minimum(1.0, values[unknown[members]])
        ends = [
            linprog(
                sign * aim,
                A_eq=inside[equations] if len(equations) else None,
                b_eq=right[equations] if len(equations) else None,
                bounds=np.column_stack([low, np.full(len(members), np.inf)]),
                method="highs",
            )
            for sign in (1, -1)
        ]
        if any(end.status not in (0, 3) for end in ends):
            raise ValueError(f"The sums around count {target} cannot hold together: {ends[0].message}")
        least, most = (
            sign * end.fun if end.status == 0 else float("inf") for sign, end in zip((1, -1), ends, strict=True)
        )
        found.append((int(target), most - least))
    return found


def attack_home(settings: Settings) -> tuple[int, list[str]]:
    """Attacks the current release of a home, from the warehouse that it was made of."""
    with closing(duckdb.connect()) as con:
        con.execute(f"attach {quoted(str(settings.warehouse / 'warehouse.duckdb'))} as work (read_only)")
        con.execute(f"attach {quoted(str(settings.releases / 'current' / RELEASE_FILE))} as shown (read_only)")
        return attack(
            con.sql(FIGURES).pl(),
            con.sql("from work.reference.metric_relation").pl(),
            con.sql("from work.reference.metric_identity").pl(),
            settings.small_number,
        )


if __name__ == "__main__":
    attacked, laid_open = attack_home(Settings(home=Path(sys.argv[1])))
    print(f"{attacked:,} small counts attacked, {len(laid_open):,} narrowed.")
    print("\n".join(laid_open[:50]))
    raise SystemExit(bool(laid_open))
