"""The true quarterly figures of long-term support, admissions to care homes and reviews, counted from the true events.

Written without the pipeline's SQL, so that the two can be compared. Definitions are those of `metric_definition.csv`;
other figures by quarter are in `truth_quarters.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.sample.support_kinds import CARE_HOMES

WHO: Final = ("site_id", "person_number")
#: A stay that begins within so many days of another goes on from it.
MOVE: Final = 28
FAR: Final = date(9999, 12, 31)


def support_truth(events: Mapping[str, pl.DataFrame], until: date) -> pl.DataFrame:
    """One row per site, metric, quarter and part: `site_id` and `truth_quarters.COLUMNS`.

    Args:
        events: the true `service`, `review` and `person`, each with site_id.
        until: the last day that is known; stocks are counted for quarters that end by then.
    """
    quarters = _quarters(events["service"]["start_date"].min(), until)
    supported = pl.concat(_supported(events["service"], *quarter) for quarter in quarters)
    tables = [
        *_people(supported),
        *_admissions(events["service"], events["person"]),
        *_reviews(events["review"], supported, quarters),
    ]
    return pl.concat(tables)


def _quarters(first: object, until: date) -> list[tuple[date, date]]:
    """First and last days of quarters that are over, from that of the first day on."""
    assert isinstance(first, date)
    starts = pl.date_range(pl.lit(first).dt.truncate("1q"), until, "1q", eager=True)
    both = pl.DataFrame({"start": starts, "end": starts.dt.offset_by("3mo").dt.offset_by("-1d")})
    return [(start, end) for start, end in both.iter_rows() if end <= until]


def counts(found: pl.DataFrame, metric: str, kind: str = "all") -> pl.DataFrame:
    """Rows of `site_id`, `quarter_start`, `part` and `number` as a metric's figures."""
    number = pl.col("number").cast(pl.Float64)
    return _columns(found, metric, kind, number, pl.lit(None, dtype=pl.Float64), number)


def shares(found: pl.DataFrame, metric: str) -> pl.DataFrame:
    """Rows of `site_id`, `quarter_start`, `number` and `of` as a metric's shares; none of nothing."""
    number, of = pl.col("number").cast(pl.Float64), pl.col("of").cast(pl.Float64)
    return _columns(found.filter(pl.col("of") > 0), metric, "all", number, of, 100 * number / of)


def _columns(
    found: pl.DataFrame, metric: str, kind: str, numerator: pl.Expr, denominator: pl.Expr, value: pl.Expr
) -> pl.DataFrame:
    return found.select(
        "site_id",
        pl.lit(metric).alias("metric_id"),
        "quarter_start",
        pl.lit(kind).alias("breakdown"),
        (pl.lit("all") if kind == "all" else pl.col("part")).alias("breakdown_value"),
        numerator.alias("numerator"),
        denominator.alias("denominator"),
        value.alias("value"),
    )


def _supported(services: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """Whoever has long-term support on the quarter's last day: setting, way of delivery, option, kinds of provider."""
    held = services.filter(
        pl.col("service_type").str.starts_with("long_term"),
        pl.col("start_date") <= end,
        pl.col("end_date").fill_null(FAR) > end,
    ).with_columns(setting=pl.col("service_type").str.strip_prefix("long_term_"))
    at_home = pl.col("setting") == "community"
    paid = pl.col("delivery_mechanism").filter(at_home) == "direct_payment"
    ways = pl.col("delivery_mechanism").filter(at_home)
    options = pl.col("sds_option").filter(at_home).drop_nulls().unique()
    people = held.group_by(WHO).agg(
        is_nursing=(pl.col("setting") == "nursing").any(),
        is_residential=(pl.col("setting") == "residential").any(),
        all_paid=paid.all(),
        any_paid=paid.any(),
        managed=(ways == "managed_personal_budget").any(),
        options=options,
        providers=pl.col("provider_type").fill_null("unknown").unique(),
    )
    several = pl.col("options").list.len() > 1
    return people.select(
        *WHO,
        pl.lit(start).alias("quarter_start"),
        pl.when("is_nursing")
        .then(pl.lit("nursing"))
        .when("is_residential")
        .then(pl.lit("residential"))
        .otherwise(pl.lit("community"))
        .alias("setting"),
        pl.when("all_paid")
        .then(pl.lit("direct_payment"))
        .when("any_paid")
        .then(pl.lit("part_direct_payment"))
        .when("managed")
        .then(pl.lit("managed_personal_budget"))
        .otherwise(pl.lit("commissioned_support"))
        .alias("delivery_mechanism"),
        pl.when(several)
        .then(pl.lit("4"))
        .otherwise(pl.col("options").list.first())
        .fill_null("unknown")
        .alias("sds_option"),
        "providers",
    )


def _people(supported: pl.DataFrame) -> Iterator[pl.DataFrame]:
    by = ["site_id", "quarter_start"]
    whole, of_provider = "people_with_long_term_support_at_quarter_end", supported.explode("providers")
    yield counts(supported.group_by(by).agg(number=pl.len()), whole)
    yield counts(supported.group_by(*by, part="setting").agg(number=pl.len()), whole, "setting")
    yield counts(of_provider.group_by(*by, part="providers").agg(number=pl.len()), whole, "provider_type")
    at_home = supported.filter(pl.col("setting") == "community")
    yield counts(at_home.group_by(by).agg(number=pl.len()), "people_supported_in_community")
    for kind in ("delivery_mechanism", "sds_option"):
        says = (pl.col(kind) != "unknown").any().over("site_id")
        parts = at_home.filter(says).group_by(*by, part=kind).agg(number=pl.len())
        yield counts(parts, "people_supported_in_community", kind)
    is_home = pl.col("setting") == "community"
    is_paid = pl.col("delivery_mechanism").is_in(["direct_payment", "part_direct_payment"])
    yield shares(supported.group_by(by).agg(number=is_home.sum(), of=pl.len()), "community_based_share")
    yield shares(at_home.group_by(by).agg(number=is_paid.sum(), of=pl.len()), "direct_payment_share")


def _admissions(services: pl.DataFrame, people: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Stays in care homes that begin after 28 days without any."""
    stays = services.filter(pl.col("service_type").is_in(CARE_HOMES)).with_columns(pl.col("end_date").fill_null(FAR))
    stays = stays.sort(*WHO, "start_date", "end_date")
    earlier = pl.col("end_date").cum_max().shift(1).over(WHO)
    goes_on = earlier >= pl.col("start_date").dt.offset_by(f"-{MOVE}d")
    admitted = stays.filter(~goes_on.fill_null(False)).join(
        people.select(*WHO, pl.col("birth_month").dt.truncate("1mo")), on=WHO, how="left"
    )
    day, born = pl.col("start_date"), pl.col("birth_month")
    months = (day.dt.year() - born.dt.year()) * 12 + day.dt.month() - born.dt.month()
    admitted = admitted.with_columns(
        quarter_start=day.dt.truncate("1q"),
        setting=pl.col("service_type").str.strip_prefix("long_term_"),
        age_band=pl.when(months < 18 * 12)
        .then(pl.lit("0_17"))
        .when(months < 65 * 12)
        .then(pl.lit("18_64"))
        .otherwise(pl.lit("65_plus")),
    )
    by = ["site_id", "quarter_start"]
    for metric, number in (
        ("admissions_to_care_homes", pl.len()),
        ("people_admitted_to_care_homes", pl.col("person_number").n_unique()),
    ):
        yield counts(admitted.group_by(by).agg(number=number), metric)
        for kind in ("age_band", "setting"):
            yield counts(admitted.group_by(*by, part=kind).agg(number=number), metric, kind)


def _reviews(
    reviews: pl.DataFrame, supported: pl.DataFrame, quarters: list[tuple[date, date]]
) -> Iterator[pl.DataFrame]:
    by = ["site_id", "quarter_start"]
    # Of services that began years apart to the day, reviews fall due together and are one.
    reviews = reviews.sort("review_date", nulls_last=True).unique([*WHO, "due_date"], keep="first", maintain_order=True)
    due = reviews.with_columns(quarter_start=pl.col("due_date").dt.truncate("1q"))
    yield counts(due.group_by(by).agg(number=pl.len()), "reviews_due")
    held = reviews.drop_nulls("review_date").with_columns(
        quarter_start=pl.col("review_date").dt.truncate("1q"),
        part=pl.when(pl.col("review_reason").str.starts_with("unplanned"))
        .then(pl.lit("unplanned"))
        .otherwise(pl.col("review_reason").fill_null("unknown")),
    )
    yield counts(held.group_by(by).agg(number=pl.len()), "reviews_held")
    yield counts(held.group_by(*by, "part").agg(number=pl.len()), "reviews_held", "review_reason")
    told = held.filter(pl.col("part").is_in(["planned", "unplanned"]))
    unplanned = (pl.col("part") == "unplanned").sum()
    yield shares(told.group_by(by).agg(number=unplanned, of=pl.len()), "unplanned_review_share")
    both = pl.col("goals_agreed").is_not_null() & pl.col("goals_met").is_not_null()
    yield shares(held.group_by(by).agg(number=both.sum(), of=pl.len()), "reviews_with_goals")
    goals = held.filter(both).group_by(by).agg(number=pl.sum("goals_met"), of=pl.sum("goals_agreed"))
    yield shares(goals, "goals_met")
    owed = reviews.sort(*WHO, "due_date").with_columns(
        settled=pl.coalesce("review_date", pl.col("due_date").shift(-1).over(WHO), pl.lit(FAR))
    )
    overdue = pl.concat(
        owed.filter(pl.col("due_date") <= end, pl.col("settled") > end).with_columns(quarter_start=pl.lit(start))
        for start, end in quarters
    )
    owing = overdue.join(supported, on=[*WHO, "quarter_start"], how="semi")
    yield counts(owing.group_by(by).agg(number=pl.len()), "reviews_overdue")
