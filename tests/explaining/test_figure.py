"""The figure and its definition, and what is said where there is none."""

from __future__ import annotations

import duckdb
import pytest

from cls_pipeline.explaining.asking import ExplainingError, open_warehouse
from cls_pipeline.explaining.counting import COUNTINGS
from cls_pipeline.settings import Settings

from .conftest import Explained


def refusal(explained: Explained, *asked: str) -> str:
    with pytest.raises(ExplainingError) as caught:
        explained(*asked)
    return str(caught.value)


def test_a_figure_stands_with_its_definition_and_the_meaning_of_its_flags(explained: Explained) -> None:
    figure = explained("ashby", "requests_received", "2020-04").figure
    assert (figure.value, figure.numerator, figure.denominator, figure.system) == (8, 8, None, "Newcase")
    assert (figure.definition, figure.definition_version, figure.unit, figure.source) == (
        "Definition.", 1, "requests", "ours",
    )  # fmt: skip
    assert figure.flags == {"break": "The first period of a new system or of a new version of the definition."}


def test_a_figure_that_is_counted_in_sql_only_is_told_without_its_rows(
    explained: Explained, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(COUNTINGS, "requests_received")
    found = explained("ashby", "requests_received", "2020-04")
    assert (found.figure.value, found.sources, found.printed) == (8, None, ())
    reason = "its records do not cover the whole period, or hold nothing to count or to divide by"
    assert reason in refusal(explained, "ashby", "requests_received", "2019-04")


def test_breaks_within_a_year_are_told(explained: Explained) -> None:
    (near,) = explained("ashby", "requests_received", "2020-01").continuity.near
    assert (near.break_date.isoformat(), near.cause) == ("2020-04-01", "source_system")
    assert explained("ashby", "requests_received", "2020-01").continuity.crossed == ()


def test_a_published_figure_is_walked_back_to_file_and_row(explained: Explained) -> None:
    found = explained("ashby", "quality", "2019/20")
    assert found.sources is None
    assert [(p.file, p.row, p.measure, p.measure_type, p.value, p.is_in_force) for p in found.printed] == [
        ("f.csv", 5, "quality_v2", "denominator", 40, True),
        ("f.csv", 4, "quality_v2", "numerator", 3, True),
        ("f.csv", 3, "quality_v2", "outcome", 19.5, True),
    ]
    assert {(p.publisher, p.publication) for p in found.printed} == {("printer", "Book")}


def test_the_base_of_a_survey_is_walked_back_to_its_own_row(explained: Explained) -> None:
    (printed,) = explained("ashby", "quality_base", "2019/20").printed
    assert (printed.row, printed.measure_type, printed.value) == (6, "base", 5)


def test_a_comparator_is_known_by_its_code_and_a_withheld_figure_says_so(explained: Explained) -> None:
    found = explained("oth", "quality", "2019/20")
    assert (found.figure.value, list(found.figure.flags)) == (None, ["suppressed"])
    assert found.printed[0].status == "suppressed"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ("ashbey", "requests_received", "2020-01"),
            "There is no site 'ashbey' in the warehouse. The nearest is ashby.",
        ),
        (("ashby", "request_recieved", "2020-01"), "The nearest is requests_received."),
        (("ashby", "requests_received", "spring"), "'spring' is no period."),
        (("ashby", "requests_received", "2020/21"), "it is given by month"),
        (("ashby", "quality", "2015/16"), "the publication does not give it. The series runs from 2018/19 to 2019/20."),
        (("brook", "quality", "2019/20"), "it has none at all for any period"),
        (
            ("ashby", "quality", "2019/20", "age_band=65_plus"),
            "the breakdown age_band=65_plus is not known. Known: all=all.",
        ),
        (("ashby", "quality", "2019/20", "old"), "'old' is no breakdown."),
    ],
)
def test_a_question_that_makes_no_sense_is_answered_with_the_nearest_that_does(
    explained: Explained, asked: tuple[str, ...], said: str
) -> None:
    assert said in refusal(explained, *asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            ("dale", "requests_received", "2020-04"),
            "a gap: Oldcase ended on 2020-04-20 and Newcase began on 2020-05-04",
        ),
        (("dale", "requests_received", "2020-06"), "(its delivery as of 2020-06-30 was refused: 20 of 36 rows failed"),
        (("dale", "requests_received", "2020-02"), "not covered: the first request on record is of 2020-03-10"),
        (("dale", "people_with_long_term_support", "2020-03"), "it has none at all for any period"),
        (("brook", "weekly_cost_open_packages", "2020-03"), "late: the last cost line records of Finance are as of"),
        (("ashby", "requests_received", "2020-05"), "late: the last request records of Newcase are as of 2020-05-15"),
        (("ashby", "requests_received", "2015-05"), "not covered: figures of records begin with 2016-04"),
        (("ashby", "requests_received", "2031-05"), "not yet: no delivery of anybody reaches the month's end"),
        (("brook", "requests_resolved_at_first_contact", "2020-02"), "holds nothing to count or to divide by"),
    ],
)
def test_a_month_without_a_figure_says_why(explained: Explained, asked: tuple[str, ...], said: str) -> None:
    assert said in refusal(explained, *asked)


def test_a_warehouse_that_a_build_holds_is_a_sentence(
    moved: Settings, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with (
        pytest.raises(ExplainingError, match="There is no warehouse in"),
        open_warehouse(Settings(home=tmp_path_factory.mktemp("empty"))),
    ):
        pass


def test_a_warehouse_of_another_version_is_a_sentence(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = Settings(home=tmp_path_factory.mktemp("other"))
    settings.warehouse.mkdir()
    duckdb.connect(str(settings.warehouse / "warehouse.duckdb")).close()
    with pytest.raises(ExplainingError, match="built by another version"), open_warehouse(settings) as connection:
        connection.execute("from marts.metric_series")
