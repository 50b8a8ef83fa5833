"""The true cost of support by quarter and by financial year, counted from the true cost lines.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`.
Figures of other things by quarter are in `truth_quarters.py`.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from cls_pipeline.registry import CodeList
from cls_pipeline.sample.tally import covered_until
from cls_pipeline.sample.truth import with_attribute

COLUMNS: Final = (
    "site_id",
    "metric_id",
    "grain",
    "period_start",
    "breakdown",
    "breakdown_value",
    "numerator",
    "denominator",
    "value",
)
_BY_UNIT: Final = ("per_session", "hourly", "daily")
_A_QUARTER: Final = (
    ("weekly_cost_at_quarter_end", "weekly", "people_open", False),
    ("weekly_cost_per_person", "weekly", "people_open", True),
)
_ANY_PERIOD: Final = (("cost_of_support", "cost", "people", False), ("cost_per_person_helped", "cost", "people", True))


def true_costs(
    lines: pl.DataFrame, lists: dict[str, CodeList], until: date, services: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per site, metric, period and part: `COLUMNS`.

    Args:
        lines: the true cost lines with site_id; what day a line covers last is said in `tally.covered_until`.
        lists: the code lists, for the weekly factors and the settings of components.
        until: the last day that is known; periods that end later are left out.
        services: the true services with site_id; the cost of support is told by their kind of provider as well.
    """
    told = _priced(lines, lists, until)
    if services is not None:
        kinds = services.select("site_id", "service_id", pl.col("provider_type").cast(pl.String).fill_null("unknown"))
        told = told.join(kinds, on=["site_id", "service_id"], how="left", maintain_order="left")
    quarters = (
        told.with_columns(
            quarter=pl.date_ranges(pl.col("start_date").dt.truncate("1q"), pl.col("last").dt.truncate("1q"), "1q")
        )
        .explode("quarter")
        .with_columns(over=pl.col("quarter").dt.offset_by("3mo"))
        .filter(pl.col("over") <= until + timedelta(days=1), pl.col("quarter") >= _first_whole(lines))
    )
    day_after = pl.min_horizontal(pl.col("last").dt.offset_by("1d"), "over")
    days = (day_after - pl.max_horizontal("start_date", "quarter")).dt.total_days()
    costs = quarters.with_columns(
        cost=pl.col("weekly") * days / 7 + pl.col("once"),
        weekly=pl.when(pl.col("last").dt.offset_by("1d") >= pl.col("over"), pl.col("once") == 0).then("weekly"),
    )
    year = pl.col("quarter").dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo")
    by_year = costs.with_columns(period=year).filter(pl.col("quarter").n_unique().over("site_id", "period") == 4)
    by_quarter = costs.with_columns(period="quarter")
    found = [
        *_figures(by_quarter, "quarter", (*_A_QUARTER, *_ANY_PERIOD)),
        *_figures(by_year, "year", _ANY_PERIOD),
    ]
    if services is not None:
        found += _figures(by_quarter, "quarter", _ANY_PERIOD[:1], ("provider_type",))
        found += _figures(by_year, "year", _ANY_PERIOD[:1], ("provider_type",))
    return pl.concat(found)


def true_conversation_costs(told: dict[str, pl.DataFrame], lists: dict[str, CodeList], until: date) -> pl.DataFrame:
    """What people's support cost a week before and after a conversation: `COLUMNS`, by quarter.

    Args:
        told: the true `request`, `assessment` and `cost_line`, each with site_id.
        lists: the code lists.
        until: the last day that is known; quarters whose next one ends later are left out.
    """
    who = ["site_id", "person_number", "conversation"]
    held = pl.concat(
        [
            told["request"].select(*who, day="request_date"),
            told["assessment"].select(*who, day="start_date"),
        ],
        how="vertical_relaxed",
    ).drop_nulls()
    held = held.with_columns(pl.col("conversation").cast(pl.String), period=pl.col("day").dt.truncate("1q"))
    held = held.filter(pl.col("period").dt.offset_by("6mo") <= until + timedelta(days=1))
    found = []
    for breakdown in ("all", "conversation"):
        part = pl.lit("all") if breakdown == "all" else pl.col("conversation")
        firsts = held.group_by("site_id", "person_number", "period", part.alias("part")).agg(pl.min("day"))
        counted = _around(firsts, _priced(told["cost_line"], lists, until)).group_by("site_id", "period", "part")
        sums = counted.agg(pl.sum("before", "after"), people=pl.len())
        for metric, money in (
            ("weekly_cost_before_conversation", pl.col("before")),
            ("weekly_cost_after_conversation", pl.col("after")),
            ("change_in_weekly_cost_after_conversation", pl.col("after") - pl.col("before")),
        ):
            found.append(
                sums.select(
                    "site_id",
                    pl.lit(metric).alias("metric_id"),
                    pl.lit("quarter").alias("grain"),
                    pl.col("period").alias("period_start"),
                    pl.lit(breakdown).alias("breakdown"),
                    pl.col("part").alias("breakdown_value"),
                    (pl.lit(None, dtype=pl.Float64) if metric.startswith("change") else money).alias("numerator"),
                    pl.col("people").cast(pl.Float64).alias("denominator"),
                    (money / pl.col("people")).alias("value"),
                )
            )
    return pl.concat(found)


def _around(firsts: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """People with the mean weekly cost of the 28 days `before` a day and of the days 28 to 55 `after` it."""
    both = firsts.join(lines, on=["site_id", "person_number"], how="left")
    over = pl.col("last").dt.offset_by("1d")

    def cost(first: int) -> pl.Expr:
        begin, end = pl.col("day").dt.offset_by(f"{first}d"), pl.col("day").dt.offset_by(f"{first + 28}d")
        days = (pl.min_horizontal(over, end) - pl.max_horizontal("start_date", begin)).dt.total_days()
        return (pl.col("weekly") * days.clip(lower_bound=0)).sum() / 28

    return both.group_by("site_id", "period", "part", "person_number", "day").agg(before=cost(-28), after=cost(28))


def _first_whole(lines: pl.DataFrame) -> pl.Expr:
    """The first quarter that begins no earlier than the first line: what is before is on no line."""
    first = lines["start_date"].min()
    return pl.lit(first).dt.offset_by("-1d").dt.truncate("1q").dt.offset_by("3mo")


def _priced(lines: pl.DataFrame, lists: dict[str, CodeList], until: date) -> pl.DataFrame:
    """Lines with pounds a `weekly` or `once`, their `setting`, and the `last` day that they are open."""
    codes = lists["cost_frequency"].codes.values()
    factors = {code.code: float(factor) for code in codes if (factor := code.extra.get("weekly_factor"))}
    components = lists["service_component"]
    settings = {
        code: setting
        for setting in {code.extra["setting"] for code in components.codes.values()}
        for code in with_attribute(components, "setting", setting)
    }
    frequency = pl.col("cost_frequency").cast(pl.String)
    is_once = frequency == "one_off"
    by_unit = pl.when(frequency.is_in(_BY_UNIT)).then("planned_units_per_week")
    a_week = pl.coalesce(frequency.replace_strict(factors, default=None, return_dtype=pl.Float64), by_unit, 0.0)
    ends = covered_until(lines).fill_null(until + timedelta(days=1)).dt.offset_by("-1d")
    return lines.with_columns(
        setting=pl.col("service_component").cast(pl.String).replace_strict(settings),
        weekly=pl.col("unit_cost") * a_week,
        once=pl.when(is_once).then("unit_cost").otherwise(0.0),
        last=pl.when(is_once).then("start_date").otherwise(ends),
    ).filter(pl.col("last") >= pl.col("start_date"), pl.col("start_date") <= until)


def _figures(
    costs: pl.DataFrame,
    grain: str,
    metrics: tuple[tuple[str, str, str, bool], ...],
    breakdowns: tuple[str, ...] = ("all", "setting"),
) -> list[pl.DataFrame]:
    found = []
    for breakdown in breakdowns:
        part = pl.lit("all") if breakdown == "all" else pl.col(breakdown)
        counted = costs.group_by("site_id", "period", part.alias("part")).agg(
            pl.sum("cost", "weekly"),
            people=pl.col("person_number").n_unique(),
            people_open=pl.col("person_number").filter(pl.col("weekly").is_not_null()).n_unique(),
        )
        for metric, money, people, is_mean in metrics:
            found.append(
                counted.filter(pl.col(people) > 0).select(
                    "site_id",
                    pl.lit(metric).alias("metric_id"),
                    pl.lit(grain).alias("grain"),
                    pl.col("period").alias("period_start"),
                    pl.lit(breakdown).alias("breakdown"),
                    pl.col("part").alias("breakdown_value"),
                    pl.col(money).alias("numerator"),
                    pl.col(people).cast(pl.Float64).alias("denominator"),
                    (pl.col(money) / (pl.col(people) if is_mean else 1)).alias("value"),
                )
            )
    return found
