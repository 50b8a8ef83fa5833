"""The true figures of outcome scores, on answers few enough to score by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from cls_pipeline.sample.scores import QUESTIONNAIRES
from cls_pipeline.sample.truth_scores import SCORINGS, yearly_scores

UNTIL = date(2021, 3, 31)


def answers(*forms: tuple[int, str, date, int]) -> pl.DataFrame:
    """Forms of a person, instrument and day, with the same answer to every question."""
    rows = [
        (person, instrument, item, day, float(answer))
        for person, instrument, day, answer in forms
        for item in QUESTIONNAIRES[instrument].items
    ]
    columns = ["person_number", "instrument", "item", "score_date", "score"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def told(figures: pl.DataFrame, measure: str) -> dict[tuple[str, int], tuple[float | None, float | None, float]]:
    """Numerator, denominator and value by metric and the year's first calendar year."""
    chosen = figures.filter(pl.col("measure") == measure)
    return {
        (row["metric_id"], row["year_start"].year): (row["numerator"], row["denominator"], row["value"])
        for row in chosen.iter_rows(named=True)
    }


def test_first_and_later_scores_of_a_person_make_a_pair_of_the_later_year() -> None:
    scores = answers(
        (1, "swemwbs", date(2019, 5, 1), 2),
        (1, "swemwbs", date(2019, 7, 1), 5),
        (1, "swemwbs", date(2020, 5, 1), 3),
        (2, "swemwbs", date(2020, 4, 1), 3),
        (2, "swemwbs", date(2020, 10, 1), 3),
        (2, "swemwbs", date(2021, 1, 1), 4),
    )
    assert told(yearly_scores(scores, UNTIL), "swemwbs") == {
        ("mean_first_score", 2019): (None, 1, 15.32),
        ("mean_first_score", 2020): (None, 1, 19.25),
        ("people_with_a_later_score", 2020): (2, None, 2),
        ("mean_improvement_in_score", 2020): (None, 2, pytest.approx((3.93 + 5.78) / 2)),
        ("people_scoring_better", 2020): (2, 2, 100),
        ("people_scoring_same", 2020): (0, 2, 0),
        ("people_scoring_worse", 2020): (0, 2, 0),
    }


def test_an_improvement_is_a_fall_where_less_is_better() -> None:
    scores = answers((1, "ons4", date(2020, 4, 1), 6), (1, "ons4", date(2020, 9, 1), 4))
    figures = yearly_scores(scores, UNTIL)
    changes = [
        told(figures, f"ons4_{item}")["mean_improvement_in_score", 2020] for item in QUESTIONNAIRES["ons4"].items
    ]
    assert changes == [(None, 1, -2), (None, 1, -2), (None, 1, -2), (None, 1, 2)]


def test_a_form_with_a_question_missing_is_not_scored() -> None:
    scores = answers((1, "ascot_sct4", date(2020, 4, 1), 1))
    assert told(yearly_scores(scores, UNTIL), "ascot_scrqol") == {("mean_first_score", 2020): (None, 1, 0.998645)}
    assert yearly_scores(scores.head(7), UNTIL).is_empty()


def test_a_year_that_is_not_over_is_not_told() -> None:
    scores = answers((1, "hub_wellbeing", date(2020, 4, 1), 1))
    assert yearly_scores(scores, date(2021, 3, 30)).is_empty()
    assert not yearly_scores(scores, UNTIL).is_empty()


def test_every_questionnaire_of_the_world_has_a_scoring() -> None:
    assert {scoring.instrument for scoring in SCORINGS.values()} == set(QUESTIONNAIRES)
