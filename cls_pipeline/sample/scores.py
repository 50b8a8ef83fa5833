"""Outcome scores: answers to the items of a questionnaire, at an assessment and again at reviews.

Which instrument a place uses is one of its traits. Answers are stored item by item; totals are for the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Numbers, Rng, as_codes, codes
from cls_pipeline.sample.days import Span, days
from cls_pipeline.sample.places import Place

#: Share of assessments and of reviews at which the questionnaire is filled in. Assumed.
AT_ASSESSMENT: Final = 0.45
AT_REVIEW: Final = 0.60
#: Mean gain in wellbeing from assessment to review, in standard deviations of people. Assumed.
GAIN: Final = 0.25


@dataclass(frozen=True)
class Questionnaire:
    """Items with the answer of an average person, how far people differ, and the range. A negative spread is
    an item on which less is better."""

    items: tuple[str, ...]
    middle: float
    spread: float
    low: int
    high: int
    reversed_items: tuple[str, ...] = ()


QUESTIONNAIRES: Final[dict[str, Questionnaire]] = {
    "ascot_sct4": Questionnaire(
        ("control", "cleanliness", "food", "accommodation", "safety", "social", "occupation", "dignity"),
        1.9, -0.75, 1, 4,
    ),
    "ons4": Questionnaire(("satisfaction", "worthwhile", "happy", "anxious"), 6.2, 2.0, 0, 10, ("anxious",)),
    "swemwbs": Questionnaire(
        ("optimistic", "useful", "relaxed", "dealing_with_problems", "thinking_clearly", "close_to_others", "own_mind"),
        3.2, 0.9, 1, 5,
    ),
    "hub_wellbeing": Questionnaire(
        ("coping", "connected", "control", "safe", "support", "satisfaction"), 3.1, 0.95, 1, 5
    ),
}  # fmt: skip


def make_scores(place: Place, assessments: pl.DataFrame, reviews: pl.DataFrame, span: Span, rng: Rng) -> pl.DataFrame:
    """Answers in order of date, one row for each item: the contract's columns, and `day`."""
    first = assessments.filter(pl.Series(rng.random(assessments.height) < AT_ASSESSMENT)).select("person_number", "day")
    again = reviews.filter(pl.col("day") <= span.last).select("person_number", "day")
    again = again.filter(pl.Series(rng.random(again.height) < AT_REVIEW))
    asked = pl.concat([first.with_columns(gain=pl.lit(0.0)), again.with_columns(gain=pl.lit(GAIN))])
    asked = asked.sort("day", "person_number").unique(["person_number", "day"], keep="first", maintain_order=True)
    form = QUESTIONNAIRES[place.instrument]
    count = len(form.items)
    rows = np.repeat(np.arange(asked.height), count)
    answers = asked[rows].select("person_number", "day")
    size = answers.height
    mode = codes(rng, shares.SCORE_MODE, asked.height)
    return pl.DataFrame(
        {
            "score_id": pl.Series(np.arange(1, size + 1), dtype=pl.Int64),
            "person_number": answers["person_number"],
            "instrument": pl.repeat(place.instrument, size, dtype=pl.Enum([place.instrument]), eager=True),
            "item": as_codes(np.tile(np.arange(count, dtype=np.uint32), asked.height), form.items),
            "score_date": days(answers["day"].to_numpy()),
            "score": _answers(form, asked, rng).ravel().astype(np.float64),
            "mode": mode.gather(rows),
            "day": answers["day"],
        }
    )


def _answers(form: Questionnaire, asked: pl.DataFrame, rng: Rng) -> Numbers:
    """One row for each occasion, one column for each item. A person's own level stays with the person."""
    person = asked["person_number"].to_numpy()
    own_level = rng.standard_normal(int(person.max(initial=0)) + 1)[person]
    well = 0.75 * own_level[:, None] + 0.65 * rng.standard_normal((asked.height, len(form.items)))
    well += asked["gain"].to_numpy()[:, None]
    answer = form.middle + form.spread * well
    for place, item in enumerate(form.items):
        if item in form.reversed_items:
            answer[:, place] = form.low + form.high - answer[:, place]
    answered: Numbers = np.clip(np.rint(answer), form.low, form.high)
    return answered
