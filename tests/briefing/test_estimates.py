"""Estimates of contribution on a question's page: those shown with their interval, the others by their reason."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.briefing.estimates import Design, Printed, contributions, printed
from cls_pipeline.briefing.questions import evaluation
from cls_pipeline.briefing.reading import read
from tests.briefing.small import small_release

ESTIMATES = """
create table marts.contribution as select 'before_after' as design, site_id, 'all' as area, 'asked' as metric_id,
  nation, estimate, low, high, 'people' as unit, 24 as points_before, 24 as points_after, method, 'No cause.' as caveat,
  is_shown, why_not
from (values
  ('ash', 'england', 2.0, 1.0, 3.0, 'Held against before.', true, null),
  ('birch', 'england', -1.0, -4.0, 2.0, 'Held against before.', true, null),
  ('cedar', 'england', null, null, null, 'Held against before.', false, 'Too few points: 3, where 12 are needed.'),
  ('dee', 'wales', null, null, null, 'Held against before.', false, 'Too few points: 5, where 12 are needed.'),
  ('programme', 'england', 0.5, -1.0, 2.0, 'Held against before. Mean over sites.', true, null)
) as t(site_id, nation, estimate, low, high, method, is_shown, why_not);
create table marts.signposting_comparison as select * from (values
  ('asked', 'england', 4.5::double, true, null, 'By a test.'),
  ('asked', 'wales', null, false, 'Fewer than 3 councils.', 'By a test.')
) as t(metric_id, nation, difference, is_shown, why_not, method);
"""
QUESTION = evaluation().questions[5]


@pytest.fixture(scope="module")
def estimated(tmp_path_factory: pytest.TempPathFactory) -> tuple[Design, Printed]:
    file: Path = small_release(tmp_path_factory.mktemp("estimated") / "cls.duckdb")
    with closing(duckdb.connect(str(file))) as con:
        con.execute(ESTIMATES)
    release = read(file)
    ((_, (design,)),) = contributions(release, QUESTION)
    (table,) = printed(release, QUESTION)
    return design, table


def test_the_mean_stands_before_the_sites_and_they_by_size(estimated: tuple[Design, Printed]) -> None:
    assert [(e.label, e.estimate) for e in estimated[0].shown] == [
        ("Mean, England", 0.5),
        ("Ash", 2.0),
        ("Birch", -1.0),
    ]


def test_a_sentence_says_how_many_intervals_leave_nought_out(estimated: tuple[Design, Printed]) -> None:
    said = "3 estimates: 1 wholly above nought, 0 wholly below, 2 on both sides."
    assert estimated[0].sentence == f"{said} Mean, England: +0.50 (−1.00 to 2.00) people."


def test_what_is_not_shown_is_counted_by_its_reason(estimated: tuple[Design, Printed]) -> None:
    assert estimated[0].hidden == [("Too few points", 2)]


def test_words_that_others_go_on_from_are_said_once(estimated: tuple[Design, Printed]) -> None:
    assert estimated[0].words == ["Held against before. Mean over sites.", "No cause."]


def test_a_comparison_that_could_not_be_made_is_no_row(estimated: tuple[Design, Printed]) -> None:
    assert estimated[1].rows == [["People who asked", "England", "4.50"]]
    assert estimated[1].hidden == [("Fewer than 3 councils", 1)]
