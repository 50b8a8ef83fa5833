"""The true yearly figures of outcome scores, counted from the true answers.

Written without the pipeline's SQL and its seeds, so that the two can be compared. Definitions are those of
`metric_definition.csv`; the sources of the formulas stand in `dbt_project/seeds/outcome_measure.csv`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

#: A later score is one taken so many days after the first.
LATER: Final = (91, 456)
#: Sums of fractions leave dust in the last digits: a change of exactly the minimal one must count.
DIGITS: Final = 9

COLUMNS: Final = {
    "measure": pl.String,
    "metric_id": pl.String,
    "year_start": pl.Date,
    "numerator": pl.Float64,
    "denominator": pl.Float64,
    "value": pl.Float64,
}

_ASCOT: Final = {
    "control": (1, 0.919, 0.541, 0),
    "cleanliness": (0.911, 0.789, 0.265, 0.195),
    "food": (0.879, 0.775, 0.294, 0.184),
    "accommodation": (0.863, 0.78, 0.374, 0.288),
    "safety": (0.88, 0.452, 0.298, 0.114),
    "social": (0.873, 0.748, 0.497, 0.241),
    "occupation": (0.962, 0.927, 0.567, 0.17),
    "dignity": (0.847, 0.637, 0.295, 0.263),
}
# Scores of SWEMWBS for sums from 7 to 35.
_SWEMWBS: Final = (
    7.00, 9.51, 11.25, 12.40, 13.33, 14.08, 14.75, 15.32, 15.84, 16.36, 16.88, 17.43, 17.98, 18.59, 19.25, 19.98,
    20.73, 21.54, 22.35, 23.21, 24.11, 25.03, 26.02, 27.03, 28.13, 29.31, 30.70, 32.55, 35.00,
)  # fmt: skip


@dataclass(frozen=True)
class Scoring:
    """How answers become a score: `score` of the sum of what they are `worth` (themselves, unless said), over `items`
    questions or one `item`."""

    instrument: str
    items: int
    score: pl.Expr
    worth: pl.Expr | None = None
    item: str | None = None
    lower_is_better: bool = False
    minimal_change: float | None = None


def _ascot_weight() -> pl.Expr:
    weights = [(f"{item}{level}", weight) for item, row in _ASCOT.items() for level, weight in enumerate(row, start=1)]
    told = pl.col("item").cast(pl.String) + pl.col("score").cast(pl.Int8).cast(pl.String)
    return told.replace_strict([name for name, _ in weights], [float(weight) for _, weight in weights], default=None)


_SUM: Final = pl.col("worth")
SCORINGS: Final[dict[str, Scoring]] = {
    "ascot_scrqol": Scoring("ascot_sct4", 8, 0.203 * _SUM - 0.466, worth=_ascot_weight()),
    "ascot_unweighted": Scoring("ascot_sct4", 8, 32 - _SUM),
    "swemwbs": Scoring(
        "swemwbs",
        7,
        _SUM.cast(pl.Int32).replace_strict(list(range(7, 36)), list(_SWEMWBS), default=None),
        minimal_change=2.87,
    ),
    **{
        f"ons4_{item}": Scoring("ons4", 1, _SUM, item=item, lower_is_better=item == "anxious")
        for item in ("satisfaction", "worthwhile", "happy", "anxious")
    },
    "hub_wellbeing": Scoring("hub_wellbeing", 6, _SUM),
}


def yearly_scores(answers: pl.DataFrame, until: date) -> pl.DataFrame:
    """The figures of every measure and financial year that is over: `COLUMNS`.

    Args:
        answers: `person_number`, `instrument`, `item`, `score_date`, `score`; each question of a form once.
        until: the last day that is known.
    """
    made = [
        _figures(_scored(answers, scoring), scoring).with_columns(measure=pl.lit(measure))
        for measure, scoring in SCORINGS.items()
    ]
    over = pl.col("year_start").dt.offset_by("1y") <= pl.lit(until).dt.offset_by("1d")
    figures = pl.concat(made).filter(over).select(pl.col(name).cast(kind) for name, kind in COLUMNS.items())
    return figures.with_columns(pl.col("value").round(DIGITS)).sort("measure", "metric_id", "year_start")


def _scored(answers: pl.DataFrame, scoring: Scoring) -> pl.DataFrame:
    """`person_number`, `score_date`, `value` of each form with an answer to every question."""
    own = answers.filter(pl.col("instrument") == scoring.instrument)
    if scoring.item is not None:
        own = own.filter(pl.col("item") == scoring.item)
    worth = pl.col("score") if scoring.worth is None else scoring.worth
    forms = own.group_by("person_number", "score_date").agg(worth=worth.sum(), answered=pl.len())
    whole = forms.filter(pl.col("answered") == scoring.items)
    return whole.select("person_number", "score_date", value=scoring.score.cast(pl.Float64).round(DIGITS))


def _figures(scores: pl.DataFrame, scoring: Scoring) -> pl.DataFrame:
    by_date = scores.sort("person_number", "score_date").with_columns(
        first=pl.col("value").first().over("person_number"),
        days=(pl.col("score_date") - pl.col("score_date").first().over("person_number")).dt.total_days(),
        year_start=pl.col("score_date").dt.offset_by("-3mo").dt.truncate("1y").dt.offset_by("3mo"),
    )
    pairs = by_date.filter(pl.col("days").is_between(*LATER))
    pairs = pairs.unique(["person_number", "year_start"], keep="last", maintain_order=True)
    sign = -1 if scoring.lower_is_better else 1
    gain = (sign * (pl.col("value") - pl.col("first"))).round(DIGITS)
    people = pl.len().cast(pl.Float64)
    firsts = by_date.filter(pl.col("days") == 0).group_by("year_start")
    made = [
        _named("mean_first_score", firsts.agg(denominator=people, value=pl.col("value").mean())),
        _named("people_with_a_later_score", pairs.group_by("year_start").agg(numerator=people, value=people)),
        _named("mean_improvement_in_score", pairs.group_by("year_start").agg(denominator=people, value=gain.mean())),
    ]
    if scoring.minimal_change is not None:
        better, worse = gain >= scoring.minimal_change, gain <= -scoring.minimal_change
        for name, told in (("better", better), ("worse", worse), ("same", ~(better | worse))):
            share = pairs.group_by("year_start").agg(
                numerator=told.sum().cast(pl.Float64), denominator=people, value=100 * told.mean()
            )
            made.append(_named(f"people_scoring_{name}", share))
    return pl.concat(made)


def _named(metric: str, figures: pl.DataFrame) -> pl.DataFrame:
    """With the metric's name, and null for what it has not."""
    absent = [pl.lit(None, pl.Float64).alias(name) for name in ("numerator", "denominator") if name not in figures]
    named = figures.with_columns(pl.lit(metric).alias("metric_id"), *absent)
    return named.select("metric_id", "year_start", "numerator", "denominator", "value")
