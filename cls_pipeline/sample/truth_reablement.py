"""The true quarterly figures of assessments and of reablement and what followed it, counted from the true events.

Written without the pipeline's SQL, so that the two can be compared; other figures of support are in `truth_support.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

import polars as pl

from cls_pipeline.sample.truth_support import FAR, WHO, counts, shares

BY: Final = ("site_id", "quarter_start")
FOLLOWED: Final = 28
GONE: Final = ("nfa_deceased", "admitted_to_hospital")


def true_assessments(assessments: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Assessments started, and the people among those assessed who had been within the year before."""
    day = pl.col("start_date")
    others = assessments.filter(pl.col("assessment_type").fill_null("") != "financial").sort(*WHO, "start_date")
    again = (day - day.shift(1).over(WHO)).dt.total_days().is_between(1, 365).fill_null(False)
    told = others.with_columns(quarter_start=day.dt.truncate("1q"), again=again)
    yield counts(told.group_by(BY).agg(number=pl.len()), "assessments_started")
    people = told.group_by(*BY, "person_number").agg(pl.col("again").any())
    yield shares(people.group_by(BY).agg(number=pl.col("again").sum(), of=pl.len()), "people_assessed_again")


def true_reablement(services: pl.DataFrame, until: date) -> Iterator[pl.DataFrame]:
    """Episodes begun; of new clients also what followed those that ended, once the month after is over."""
    episodes = _with_sequels(_episodes(services), services)
    begun = episodes.with_columns(quarter_start=pl.col("start").dt.truncate("1q"))
    yield counts(begun.group_by(BY).agg(number=pl.len()), "reablement_episodes_begun")
    yield counts(begun.group_by(*BY, part="client").agg(number=pl.len()), "reablement_episodes_begun", "client")
    ended = episodes.filter(pl.col("end") < FAR, pl.col("client") == "new").with_columns(
        quarter_start=pl.col("end").dt.truncate("1q")
    )
    ended = ended.filter(pl.col("quarter_start").dt.offset_by("4mo").dt.offset_by("-1d") <= until)
    yield counts(ended.group_by(BY).agg(number=pl.len()), "reablement_sequels")
    yield counts(ended.group_by(*BY, part="sequel").agg(number=pl.len()), "reablement_sequels", "sequel")
    told = ended.filter(~pl.col("sequel").is_in(["died_or_hospital", "unclassifiable"]))
    without = (pl.col("sequel") != "long_term").sum()
    yield shares(told.group_by(BY).agg(number=without, of=pl.len()), "reablement_without_long_term_support")
    unknown = (pl.col("sequel") == "unclassifiable").sum()
    yield shares(ended.group_by(BY).agg(number=unknown, of=pl.len()), "reablement_unclassifiable")


def _episodes(services: pl.DataFrame) -> pl.DataFrame:
    parts = services.filter(pl.col("service_type") == "st_max").with_columns(pl.col("end_date").fill_null(FAR))
    parts = parts.sort(*WHO, "start_date", "end_date")
    day_after = pl.col("end_date").cum_max().shift(1).over(WHO).clip(upper_bound=date(9999, 12, 1)).dt.offset_by("1d")
    is_new = (pl.col("start_date") > day_after).fill_null(True)
    numbered = parts.with_columns(episode=is_new.cum_sum().over(WHO))
    return numbered.group_by(*WHO, "episode").agg(
        start=pl.min("start_date"), end=pl.max("end_date"), reason=pl.col("end_reason").sort_by("end_date").last()
    )


def _with_sequels(episodes: pl.DataFrame, services: pl.DataFrame) -> pl.DataFrame:
    first, last = pl.col("start_date"), pl.col("end_date").fill_null(FAR)
    start, end = pl.col("start"), pl.col("end")
    both = episodes.join(services.select(*WHO, "service_type", "start_date", "end_date"), on=WHO)
    both = both.filter((pl.col("service_type") != "st_max") | (first > end))
    kind = pl.col("service_type")
    lasting = kind.str.starts_with("long_term")
    soon = (first >= end) & ((first - end).dt.total_days() <= FOLLOWED)
    after = soon | ((first < end) & (last > end))
    found = both.group_by(*WHO, "episode").agg(
        existing=(lasting & (first < start) & (last > start)).any(),
        long_term=(after & lasting).any(),
        low_level=(after & (kind == "ongoing_low_level")).any(),
        short_term=(after & kind.is_in(["st_max", "other_short_term"])).any(),
    )
    told = episodes.join(found, on=[*WHO, "episode"], how="left")
    sequel = pl.coalesce(
        pl.when(pl.col("reason").is_in(GONE)).then(pl.lit("died_or_hospital")),
        *(pl.when(name).then(pl.lit(name)) for name in ("long_term", "low_level", "short_term")),
        pl.when(pl.col("reason").str.starts_with("nfa")).then(pl.lit("no_further_support")),
        pl.lit("unclassifiable"),
    )
    return told.with_columns(
        client=pl.when("existing").then(pl.lit("existing")).otherwise(pl.lit("new")),
        sequel=sequel,
    )
