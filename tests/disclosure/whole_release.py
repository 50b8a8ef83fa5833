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

from cls_pipeline.disclosure.counts import PLACE, told_counts
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
    enough = limit - 1 - 1e-6
    found = [count for count, width in _widths(values, is_known, sums.parts, targets, enough) if width < enough]
    narrowed = sums.counts.filter(pl.col("count").is_in([*found, *open_ones])).sort(*PLACE, "name")
    words = narrowed.select(pl.concat_str([pl.col(name).cast(pl.String) for name in ("name", *PLACE)], separator=" "))
    return len(targets), words.to_series().to_list()


def _widths(
    values: np.ndarray, is_known: np.ndarray, parts: pl.DataFrame, targets: np.ndarray, enough: float
) -> list[tuple[int, float]]:
    """Of each target the most less the least that it can be, or at least that it is `enough`."""
    totals = parts.unique("sum").select("sum", "total")
    rows = np.concatenate([parts["sum"].to_numpy(), totals["sum"].to_numpy()])
    columns = np.concatenate([parts["part"].to_numpy(), totals["total"].to_numpy()])
    signs = np.concatenate([np.ones(len(parts)), -np.ones(len(totals))])
    matrix = csr_array((signs, (rows, columns)), shape=(int(rows.max(initial=0)) + 1, len(values)))
    unknown = np.flatnonzero(~is_known)
    free = matrix[:, unknown].tocsr()
    used = np.flatnonzero(np.diff(free.indptr))
    free, right = free[used], (-matrix[:, is_known] @ values[is_known])[used]
    _, group = connected_components(abs(free.T) @ abs(free), directed=False)
    of_columns, is_target = free.tocsc(), np.isin(unknown, targets)
    found: list[tuple[int, float]] = []
    for name in np.unique(group[is_target]):
        members = np.flatnonzero(group == name)
        inside = of_columns[:, members].tocsr()
        equations = np.flatnonzero(np.diff(inside.indptr))
        cell = _Cell(inside[equations], right[equations], values[unknown[members]])
        aims = np.flatnonzero(is_target[members])
        found.extend(zip(unknown[members][aims].tolist(), cell.widths(aims, enough).tolist(), strict=True))
    return found


class _Cell:
    """Counts that hang together: what is known of them as equations, and what they may be."""

    def __init__(self, equations: csr_array, right: np.ndarray, values: np.ndarray) -> None:
        low = np.minimum(1.0, values)
        # Bounded, for an endless optimum is no point; more than anything that is asked for.
        self._bounds = np.column_stack([low, np.full(len(values), 1e6) + 2 * np.abs(values)])
        self._equations, self._right = equations, right
        self._size = len(values)

    def widths(self, aims: np.ndarray, enough: float) -> np.ndarray:
        """Points that fit are found for many aims at once; aims that none has moved far enough are asked one by one."""
        if not len(self._right):
            return np.full(len(aims), np.inf)
        chance = np.random.default_rng(0)
        least, most = np.full(len(aims), np.inf), np.full(len(aims), -np.inf)
        for _ in range(12):
            left = np.flatnonzero(most - least < enough)
            if not len(left):
                return most - least
            aim = np.zeros(self._size)
            aim[aims[left]] = chance.choice([-1.0, 1.0], len(left)) * chance.uniform(0.5, 1.0, len(left))
            for point in (self._point(aim), self._point(-aim)):
                least, most = np.minimum(least, point[aims]), np.maximum(most, point[aims])
        for at in np.flatnonzero(most - least < enough):
            aim = np.zeros(self._size)
            aim[aims[at]] = 1.0
            least[at], most[at] = self._point(aim)[aims[at]], self._point(-aim)[aims[at]]
        return most - least

    def _point(self, aim: np.ndarray) -> np.ndarray:
        """What fits, and makes the aim least."""
        found = linprog(aim, A_eq=self._equations, b_eq=self._right, bounds=self._bounds, method="highs")
        if found.status != 0:
            raise ValueError(f"The sums of a release cannot hold together: {found.message}")
        return np.asarray(found.x)


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
