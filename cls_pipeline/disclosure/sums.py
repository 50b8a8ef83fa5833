"""What adds up to what: everything by which one count could be had from others.

A total and its parts: of a breakdown, of the areas of a site, of the months of a year, of one metric whose cases
another counts, and a share with those it leaves out. A count that stands at two places (the last month of a quarter and
the quarter, where both are taken on the last day; what a share leaves out and the unknown part of a breakdown) is a sum
of one part. Whether parts are a partition is read off the numbers: what is
left over is a count of its own that no figure tells (and that is guarded like any other), parts that overlap give no
sum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from cls_pipeline.disclosure.counts import PLACE

CLOSE: Final = 1e-6
#: The place of what is left over: in no area, or of no known value, that is told.
REST: Final = "(rest)"
_OF_PLACED: Final = ("site_id", "area", "grain", "period_start", "definition_version", "identity")
_PERIODS: Final = (("month", "quarter", 3), ("month", "year", 12), ("quarter", "year", 4))


@dataclass(frozen=True)
class Sums:
    """`counts`: `PLACE`, `name`, `count`, `value`, `is_money` of every count, told or left over, by number.

    `parts`: one row per sum and part: `sum`, `total` and `part`, the last two numbers of counts.
    """

    counts: pl.DataFrame
    parts: pl.DataFrame


def find_sums(told: pl.DataFrame, of_metrics: pl.DataFrame, identities: pl.DataFrame | None = None) -> Sums:
    """Every sum among counts.

    Args:
        told: as `counts.told_counts` gives it.
        of_metrics: which metric's cases are part of another's: `relation`, `role` (`whole` or `part`), `metric_id`,
            `field` (numerator, denominator or complement).
        identities: as `counts.told_counts` takes it; those with a breakdown are asked here: of the kind `same`,
            and a `whole` with its `part`s.
    """
    counts = told.select(*PLACE, "name", "count", "value", "is_money").unique("count").sort("count")
    found = [_shares(told)]

    def take(sums: pl.DataFrame) -> None:
        nonlocal counts
        parts, left_over = _complete(sums, counts.height)
        counts = pl.concat([counts, left_over.select(counts.columns)])
        found.append(parts)

    take(_between_metrics(told, of_metrics))
    take(_areas(counts))
    take(_breakdowns(counts))
    take(_areas(counts.filter(pl.col("breakdown_value") == REST)))
    take(_periods(counts))
    found.append(_stocks(counts))
    if identities is not None:
        found += [_same_elsewhere(told, identities), _sums_elsewhere(told, identities)]
    numbered = pl.concat(parts.with_columns(kind=pl.lit(kind)) for kind, parts in enumerate(found))
    numbers = numbered.select("kind", "sum").unique(maintain_order=True).with_row_index("number")
    parts = numbered.join(numbers, on=["kind", "sum"]).select(
        pl.col("number").cast(pl.Int64).alias("sum"), "total", "part"
    )
    return Sums(counts, parts)


def _shares(told: pl.DataFrame) -> pl.DataFrame:
    """Those in a share and those left out are all."""
    by_row = told.pivot(on="field", index="row", values="count")
    if "complement" not in by_row.columns:
        return _parts_of(told.clear().select(sum="count", total="count", part="count"))
    shares = by_row.filter(pl.col("complement").is_not_null()).select(
        sum="row", total="denominator", part=pl.concat_list("numerator", "complement")
    )
    return _parts_of(shares.explode("part"))


def _between_metrics(told: pl.DataFrame, of_metrics: pl.DataFrame) -> pl.DataFrame:
    keys = [*PLACE, "relation", "definition_version"]
    named = told.join(of_metrics, on=["metric_id", "field"], how="inner").unique([*keys, "role", "count"])
    totals = named.filter(pl.col("role") == "whole").select(
        *keys, "value", "is_money", name=pl.format("rest of {}@{}", "relation", "definition_version"), total="count"
    )
    parts = named.filter(pl.col("role") == "part").select(*keys, part="count", part_value="value")
    # A part without a figure here is nought: there is nobody to take a share of.
    joined = totals.join(parts, on=keys, how="left", nulls_equal=True).with_columns(pl.col("part_value").fill_null(0.0))
    return _numbered(joined.filter(pl.col("total").ne_missing(pl.col("part"))), "total", "relation")


def _breakdowns(counts: pl.DataFrame) -> pl.DataFrame:
    keys = ["site_id", "area", "grain", "period_start", "name"]
    parts = counts.filter(pl.col("breakdown") != "all").select(*keys, by="breakdown", part="count", part_value="value")
    totals = counts.filter(pl.col("breakdown") == "all").rename({"count": "total"})
    joined = totals.join(parts, on=keys, how="inner", nulls_equal=True)
    # Where every part has the whole for its denominator, each is known from the whole.
    is_repeated = ((pl.col("part_value") - pl.col("value")).abs() <= CLOSE).all().over("total", "by")
    each = pl.when(is_repeated).then(pl.col("part"))
    sums = joined.with_columns(each=each, breakdown=pl.col("by"), breakdown_value=pl.lit(REST))
    return _numbered(sums, "total", "by", "each")


def _areas(counts: pl.DataFrame) -> pl.DataFrame:
    keys = ["site_id", "grain", "period_start", "breakdown", "breakdown_value", "name"]
    parts = counts.filter(pl.col("area") != "all").select(*keys, part="count", part_value="value")
    totals = counts.filter(pl.col("area") == "all").rename({"count": "total"})
    sums = totals.join(parts, on=keys, how="inner", nulls_equal=True).with_columns(area=pl.lit(REST))
    return _numbered(sums, "total")


def _periods(counts: pl.DataFrame) -> pl.DataFrame:
    keys = ["site_id", "area", "breakdown", "breakdown_value", "name"]
    found = []
    for short, long, _ in _PERIODS:
        start = pl.col("period_start")
        begin = start.dt.truncate("1q") if long == "quarter" else _year_start(start)
        parts = counts.filter(pl.col("grain") == short).select(
            *keys, period_start=begin, by=pl.lit(short), part="count", part_value="value"
        )
        totals = counts.filter(pl.col("grain") == long).rename({"count": "total"})
        found.append(totals.join(parts, on=[*keys, "period_start"], how="inner", nulls_equal=True))
    sums = _numbered(pl.concat(found), "total", "by")
    # Stocks and distinct people do not add up over time. A part that is not there is nought, as what is left over often
    # is.
    return sums.filter((pl.col("value") - pl.col("part_value").sum().over("sum")).abs() <= CLOSE)


def _stocks(counts: pl.DataFrame) -> pl.DataFrame:
    """Counts of the last day stand at the last period of a longer one and at that: those that are the same throughout.

    One that changes over time and is the same at every end is no flow.
    """
    keys = ["site_id", "area", "breakdown", "breakdown_value", "name"]
    found = []
    for short, long, number in _PERIODS:
        months = (number - 1) * (1 if short == "month" else 3)
        totals = counts.filter(pl.col("grain") == long).select(
            *keys,
            pl.col("period_start").dt.offset_by(f"{months}mo"),
            by=pl.lit(f"{short} {long}"),
            total="count",
            value="value",
        )
        parts = counts.filter(pl.col("grain") == short).select(*keys, "period_start", part="count", part_value="value")
        joined = totals.join(parts, on=[*keys, "period_start"], how="inner", nulls_equal=True)
        is_same = (pl.col("value") - pl.col("part_value")).abs() <= CLOSE
        found.append(joined.filter(is_same.all().over("site_id", "name")))
    return _parts_of(_numbered(pl.concat(found), "total", "by"))


def _placed(told: pl.DataFrame, identities: pl.DataFrame, kind: str) -> pl.DataFrame:
    """The counts that identities of a kind name, each at its own place: `_OF_PLACED`, `count`, `value`."""
    stated = identities.filter(pl.col("kind") == kind, pl.col("breakdown").is_not_null())
    by = ["metric_id", "field", "breakdown", "breakdown_value"]
    found = told.join(stated.select("identity", *by), on=by, how="inner")
    return found.select(*_OF_PLACED, "count", "value").unique([*_OF_PLACED, "count"], maintain_order=True)


def _same_elsewhere(told: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Counts that are one under two breakdowns, wherever their numbers agree."""
    members = _placed(told, identities, "same")
    pairs = members.rename({"count": "total"}).join(
        members.rename({"count": "part", "value": "part_value"}), on=_OF_PLACED, how="inner"
    )
    agree = (pl.col("value") - pl.col("part_value")).abs() <= CLOSE
    return _parts_of(_numbered(pairs.filter(agree, pl.col("total") < pl.col("part")), "total", "part"))


def _sums_elsewhere(told: pl.DataFrame, identities: pl.DataFrame) -> pl.DataFrame:
    """Counts that are the sum of some parts of a breakdown, wherever these make it."""
    totals = _placed(told, identities, "whole").rename({"count": "total"})
    parts = _placed(told, identities, "part").rename({"count": "part", "value": "part_value"})
    sums = _numbered(totals.join(parts, on=_OF_PLACED, how="inner"), "total", "identity")
    return _parts_of(sums.filter((pl.col("value") - pl.col("part_value").sum().over("sum")).abs() <= CLOSE))


def _year_start(day: pl.Expr) -> pl.Expr:
    """The first of April on or before a day."""
    return day.dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")


def _numbered(joined: pl.DataFrame, *of: str) -> pl.DataFrame:
    """Totals beside their parts, with the number of each sum."""
    return joined.with_columns(sum=pl.struct(of).rank("dense").cast(pl.Int64))


def _complete(sums: pl.DataFrame, first: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The parts of sums, those left over among them, and the counts left over, numbered from `first`."""
    rest = pl.col("value") - pl.col("part_value").sum().over("sum")
    sums = sums.with_columns(rest=rest).filter(pl.col("rest") >= -CLOSE)
    left_over = (
        sums.filter(pl.col("rest") > CLOSE)
        .unique("sum", maintain_order=True)
        .with_columns(value=pl.col("rest"))
        .with_row_index("count", first)
    )
    parts = pl.concat(
        [_parts_of(sums.filter(pl.col("part").is_not_null())), _parts_of(left_over.with_columns(part="count"))]
    )
    return parts, left_over


def _parts_of(sums: pl.DataFrame) -> pl.DataFrame:
    return sums.select(pl.col("sum").cast(pl.Int64), pl.col("total").cast(pl.Int64), pl.col("part").cast(pl.Int64))
