"""Outcome scores: answers to the items of a questionnaire, at an assessment and again at reviews.

Which instruments a place uses, and when it changes them, are traits of it.
Answers are stored item by item; totals are for the pipeline.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from cls_pipeline.sample import shares
from cls_pipeline.sample.chance import Numbers, Stream, as_codes, codes
from cls_pipeline.sample.days import NEVER, Span, days, number
from cls_pipeline.sample.places import Place

#: Share of assessments and of reviews at which the questionnaire is filled in. Assumed.
AT_ASSESSMENT: Final = 0.45
AT_REVIEW: Final = 0.60
#: Share of occasions on which a second form is filled in too, where a place has one. Assumed.
SECOND_ASKED: Final = 0.5
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


#: ASCOT's middle is set so that eight items add up to ASCOF 1A's mean for England of 2018-19, 19.1 of 24.
QUESTIONNAIRES: Final[dict[str, Questionnaire]] = {
    "ascot_sct4": Questionnaire(
        ("control", "cleanliness", "food", "accommodation", "safety", "social", "occupation", "dignity"),
        1.607, -0.75, 1, 4,
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

NAMES: Final = tuple(QUESTIONNAIRES)
ITEMS: Final = pl.Enum(list(dict.fromkeys(item for form in QUESTIONNAIRES.values() for item in form.items)))


def make_scores(
    place: Place, assessments: pl.DataFrame, reviews: pl.DataFrame, span: Span, rng: Stream
) -> pl.DataFrame:
    """Answers in order of date, one row for each item: the contract's columns, and `day`.

    A place that changes its form asks the next one from that day on, so a person may have answered both.
    """
    first = assessments.filter(pl.Series(rng.random(assessments.height) < AT_ASSESSMENT)).select("person_number", "day")
    again = reviews.filter(pl.col("day") <= span.last).select("person_number", "day")
    again = again.filter(pl.Series(rng.random(again.height) < AT_REVIEW))
    asked = pl.concat([first.with_columns(gain=pl.lit(0.0)), again.with_columns(gain=pl.lit(GAIN))])
    asked = asked.sort("day", "person_number").unique(["person_number", "day"], keep="first", maintain_order=True)
    # One level for each person and all forms: what differs between forms is the form.
    own_level = rng.standard_normal(int(asked["person_number"].to_numpy().max(initial=0)) + 1)[
        asked["person_number"].to_numpy()
    ]
    asked = asked.with_columns(
        well=pl.Series(0.75 * own_level) + pl.col("gain"), mode=codes(rng, shares.SCORE_MODE, asked.height)
    )
    change = number(place.instrument_changed) if place.instrument_changed else NEVER
    forms = [
        _filled_in(place.instrument, asked.filter(pl.col("day") < change), rng),
        _filled_in(place.next_instrument, asked.filter(pl.col("day") >= change), rng),
    ]
    if place.second_instrument:
        both = asked.filter(pl.Series(rng.random(asked.height) < SECOND_ASKED))
        forms.append(_filled_in(place.second_instrument, both, rng))
    answers = pl.concat(forms).sort("day", "person_number", "instrument", maintain_order=True)
    score_id = pl.Series("score_id", np.arange(1, answers.height + 1), dtype=pl.Int64)
    return answers.select(score_id, pl.all())


def _filled_in(instrument: str, asked: pl.DataFrame, rng: Stream) -> pl.DataFrame:
    form = QUESTIONNAIRES[instrument]
    count = len(form.items)
    size = asked.height * count
    answers = asked[np.repeat(np.arange(asked.height), count)]
    item = as_codes(np.tile(np.arange(count, dtype=np.uint32), asked.height), form.items)
    return pl.DataFrame(
        {
            "person_number": answers["person_number"],
            "instrument": as_codes(np.full(size, NAMES.index(instrument), dtype=np.uint32), NAMES),
            "item": item.cast(ITEMS),
            "score_date": days(answers["day"].to_numpy()),
            "score": _answers(form, asked["well"].to_numpy(), rng).ravel().astype(np.float64),
            "mode": answers["mode"],
            "day": answers["day"],
        }
    )


def _answers(form: Questionnaire, level: Numbers, rng: Stream) -> Numbers:
    """One row for each occasion, one column for each item. A person's own level stays with the person."""
    well = level[:, None] + 0.65 * rng.standard_normal((len(level), len(form.items)))
    answer = form.middle + form.spread * well
    for place, item in enumerate(form.items):
        if item in form.reversed_items:
            answer[:, place] = form.low + form.high - answer[:, place]
    answered: Numbers = np.clip(np.rint(answer), form.low, form.high)
    return answered
