"""Which figures are withheld: those that count few people, and as many others as it takes to keep them so.

The requirement is one number: what a reader can work out of a guarded count is a range at least as wide as that of the
counts withheld for being small (1 to 7: six). Figures are added, the smallest first, until that holds everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.disclosure.bounds import STILL, Flags, Floats, Ints, Links, worked_out
from cls_pipeline.disclosure.circles import laid_open
from cls_pipeline.disclosure.counts import PLACE, told_counts
from cls_pipeline.disclosure.sums import find_sums

#: A withheld sum of money must not be had to within this share of itself.
SHARE_OF_MONEY: Final = 0.2
_FIELDS: Final = ("numerator", "denominator", "complement")


@dataclass(frozen=True)
class _Problem:
    """Figures, counts and sums as arrays. `figure`, `count`: who tells what."""

    values: Floats
    need: Floats
    figure: Ints
    count: Ints
    links: Links
    was_told: Flags

    def known(self, is_withheld: Flags) -> Flags:
        known = self.was_told.copy()
        known[self.count[~is_withheld[self.figure]]] = True
        return known


def withheld_figures(
    figures: pl.DataFrame, of_metrics: pl.DataFrame, limit: int, identities: pl.DataFrame | None = None
) -> pl.DataFrame:
    """What must be withheld.

    Args:
        figures: as `counts.told_counts` takes them, and of the release before: `was_told`, the figure was shown with
            the counts that it has now; `was_withheld`, it was withheld and its counts are the same now; and
            `hid_numerator`, `hid_denominator`, `hid_complement`, whether that count could not be worked out then.
        of_metrics: as `sums.find_sums` takes it.
        limit: counts from 1 up to this are small; 0 withholds nothing.
        identities: as `counts.told_counts` takes it; figures of the kind `together` are shown or withheld as one, and
            those of the kind `of` are withheld where the count that they are of is small.

    Returns:
        `row` of each figure withheld, and `hides_numerator`, `hides_denominator`, `hides_complement`: whether that
        count cannot be worked out.
    """
    told = told_counts(figures, identities) if limit > 0 else told_counts(figures).clear()
    sums = find_sums(told, of_metrics, identities)
    bound = _bound(figures, identities)
    if identities is not None:
        figures = _of_few(figures, told, identities, limit)
    problem, is_withheld = _problem(figures, told, bound, sums.counts, sums.parts, limit)
    low, high = _guard(problem, is_withheld)
    is_withheld = is_withheld[bound]
    hidden = told.with_columns(
        is_hidden=pl.Series((high - low > STILL)[told["count"].to_numpy()], dtype=pl.Boolean)
    ).pivot(on="field", index="row", values="is_hidden")
    missing = [pl.lit(False).alias(field) for field in _FIELDS if field not in hidden.columns]
    hides = [pl.col(field).fill_null(False).alias(f"hides_{field}") for field in _FIELDS]
    shut = pl.DataFrame({"row": figures["row"], "is_withheld": is_withheld}).filter("is_withheld").select("row")
    return shut.join(hidden.with_columns(missing), on="row", how="left").select("row", *hides).sort("row")


def _of_few(figures: pl.DataFrame, told: pl.DataFrame, identities: pl.DataFrame, limit: int) -> pl.DataFrame:
    """The figures, those withheld that are of few people though their own counts are not small."""
    stated = identities.filter(pl.col("kind") == "of").select("identity", "metric_id", "field")
    is_small = (pl.col("value") > 0) & (pl.col("value") <= limit)
    few = told.filter(is_small).join(stated, on=["metric_id", "field"]).select(*PLACE, "identity").unique()
    rows = figures.select("row", *PLACE, "metric_id").join(stated.filter(pl.col("field").is_null()), on="metric_id")
    withheld = rows.join(few, on=[*PLACE, "identity"], how="semi")["row"]
    return figures.with_columns(was_withheld=pl.col("was_withheld") | pl.col("row").is_in(withheld.implode()))


def _bound(figures: pl.DataFrame, identities: pl.DataFrame | None) -> Ints:
    """The number of what each figure is shown or withheld with: itself, or one figure for all that tell one another."""
    alone = pl.int_range(figures.height)
    if identities is None:
        return figures.select(alone.alias("bound"))["bound"].to_numpy().astype(np.int64)
    together = identities.filter(pl.col("kind") == "together").select("metric_id", "identity").unique()
    joined = figures.select("row", *PLACE, "metric_id").join(
        together, on="metric_id", how="left", maintain_order="left"
    )
    first = pl.col("row").min().over(*PLACE, "identity")
    bound = joined.select(pl.when(pl.col("identity").is_null()).then(pl.col("row")).otherwise(first).alias("bound"))
    return bound["bound"].to_numpy().astype(np.int64)


def _problem(
    figures: pl.DataFrame, told: pl.DataFrame, bound: Ints, counts: pl.DataFrame, parts: pl.DataFrame, limit: int
) -> tuple[_Problem, Flags]:
    """The problem, and the figures that are withheld for themselves: few people, or withheld before and unchanged."""
    values = counts["value"].to_numpy().astype(np.float64)
    is_money = counts["is_money"].to_numpy()
    is_small = (values > 0) & (values <= limit) & ~is_money
    row, count = told["row"].to_numpy().astype(np.int64), told["count"].to_numpy().astype(np.int64)
    figure = bound[row]
    is_withheld = np.zeros(figures.height, dtype=np.bool_)
    is_withheld[bound[figures["was_withheld"].to_numpy() & (limit > 0)]] = True
    is_withheld[figure[is_small[count]]] = True
    was_told = np.zeros(len(values), dtype=np.bool_)
    was_told[count[figures["was_told"].to_numpy()[row]]] = True
    hid = np.zeros(len(values), dtype=np.bool_)
    for number, field in enumerate(_FIELDS):
        is_field = (told["field"] == field).to_numpy()
        hid[count[is_field & figures[f"hid_{_FIELDS[number]}"].to_numpy()[row]]] = True
    of_few = np.zeros(len(values), dtype=np.bool_)
    of_few[count[is_withheld[figure]]] = True
    need = np.where(is_small | (hid & ~is_money), float(max(limit - 1, 0)), 0.0)
    need = np.where(is_money & of_few, SHARE_OF_MONEY * np.abs(values), need)
    total = parts["total"].to_numpy().astype(np.int64)
    _, first, sum_of = np.unique(parts["sum"].to_numpy(), return_index=True, return_inverse=True)
    links = Links(total[first], sum_of.astype(np.int64), parts["part"].to_numpy().astype(np.int64))
    return _Problem(values, need, figure, count, links, was_told), is_withheld


def _guard(problem: _Problem, is_withheld: Flags) -> tuple[Floats, Floats]:
    """Withholds more (in place) until every guarded count is safe; returns what can be worked out then.

    A count that the release before has told cannot be taken back, and one that nothing protects is left as it is.
    """
    is_lost = problem.was_told.copy()
    helpers = _Helpers(problem)
    low, high = worked_out(problem.values, problem.known(is_withheld), problem.links)
    to_ask = np.ones(len(problem.values), dtype=np.bool_)
    # Every round withholds a figure more or gives a count up, so it ends.
    while True:
        was_known = problem.known(is_withheld)
        is_open = (problem.need > 0) & (high - low < problem.need - STILL) & ~is_lost
        if not is_open.any():
            is_open = laid_open(problem.values, was_known, problem.links, problem.need, to_ask) & ~is_lost
            to_ask[:] = False
        if not is_open.any():
            return low, high
        helpers.see(low, high, was_known)
        for count in np.flatnonzero(is_open):
            more = helpers.for_count(int(count))
            is_lost[count] = not len(more)
            is_withheld[more] = True
        known = problem.known(is_withheld)
        hidden = was_known & ~known
        to_ask |= problem.links.around(hidden, known)
        low, high = worked_out(problem.values, known, problem.links, (low, high), hidden)


class _Helpers:
    """Finds, for a count that is open, the smallest figure that closes it."""

    def __init__(self, problem: _Problem) -> None:
        links, size = problem.links, len(problem.values)
        self._problem = problem
        member = np.concatenate([links.part, links.total])
        of_sum = np.concatenate([links.sum_of, np.arange(len(links.total))])
        self._sums = _grouped(member, of_sum, size)
        self._members = _grouped(of_sum, member, len(links.total))
        self._figures = _grouped(problem.count, problem.figure, size)
        self._place = _grouped(member, np.arange(len(member)), size)
        self._of_sum = of_sum

    def see(self, low: Floats, high: Floats, is_known: Flags) -> None:
        """Takes note of what can be worked out now."""
        least, most = self._problem.links.range_of_part(low, high)
        totals_least, totals_most = self._problem.links.range_of_total(low, high)
        self._width = np.concatenate([most - least, totals_most - totals_least])
        is_told_now = is_known & ~self._problem.was_told & (np.abs(self._problem.values) > STILL)
        self._helps = is_told_now

    def for_count(self, count: int) -> Ints:
        """The figures to withhold; none if nothing helps.

        Sums that bind the count are searched first, then those that bind what else is unknown in them, and so on.
        """
        for binding in (True, False):
            seen, edge = {count}, [count]
            while edge:
                around: list[int] = []
                for at in edge:
                    places = self._place(at)
                    if binding:
                        places = places[self._width[places] < self._problem.need[count] - STILL]
                    around.extend(int(member) for place in places for member in self._members(int(self._of_sum[place])))
                fresh = [member for member in dict.fromkeys(around) if member not in seen]
                found = [member for member in fresh if self._helps[member] and len(self._figures(member))]
                if found:
                    return self._figures(min(found, key=lambda member: self._problem.values[member]))
                seen.update(fresh)
                edge = fresh
        return np.empty(0, dtype=np.int64)


class _grouped:
    """Values by the number of their group."""

    def __init__(self, group: Ints, value: Ints, size: int) -> None:
        order = np.argsort(group, kind="stable")
        self._value = value[order]
        self._from = np.searchsorted(group[order], np.arange(size + 1))

    def __call__(self, group: int) -> Ints:
        return self._value[self._from[group] : self._from[group + 1]]
