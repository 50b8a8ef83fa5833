"""The page of the simulation tells every distortion and accident as the data has it, and is up to date."""

from __future__ import annotations

import pytest

from cls_pipeline.registry import Registry
from cls_pipeline.sample.recording.page import path_of, tables, with_tables
from cls_pipeline.sample.write import everything
from cls_pipeline.settings import get_settings


def test_the_page_in_the_repository_is_current(registry: Registry) -> None:
    page = path_of(get_settings().contracts_dir).read_text(encoding="utf-8")
    assert page == with_tables(page, tables(registry)), "run: python -m cls_pipeline.sample.recording.page"


def test_every_switch_has_a_row(registry: Registry) -> None:
    made = tables(registry)
    rows = made["distortions"].splitlines()[2:] + made["accidents"].splitlines()[2:]
    assert [row.split("`")[1] for row in rows] == list(everything())


def test_a_row_says_where_how_often_how_strongly_what_and_where_seen(registry: Registry) -> None:
    assert (
        "| `crosswalk-gaps` | cutover | 80 % of cutovers | 2 to 15 % of carried people | the old number is not carried"
        " over | Hackney: only ids like nc% were inserted |"
    ) in tables(registry)["distortions"]


def test_sizes_that_are_no_shares_are_in_their_unit_and_switches_have_none(registry: Registry) -> None:
    table = tables(registry)["distortions"]
    assert "| `partial-history` | cutover | 35 % of cutovers | 1 to 5 years kept |" in table
    assert "| `missing-nights` | night | 50 % of sites | 3 to 15 % of nights |" in table
    assert "| `new-frequency` | cutover | 40 % of cutovers |  |" in table


def test_a_version_says_what_it_goes_on_from_and_what_it_hands_over(registry: Registry) -> None:
    assert (
        "| `birch_social_8` | case management | `birch_social_7` | what touches the last 12 months | csv in utf-16 |"
    ) in tables(registry)["systems"]


def test_only_what_stands_between_the_marks_is_written_anew() -> None:
    page = "a\n<!-- made: x -->\nold\n<!-- end -->\nb\n"
    assert with_tables(page, {"x": r"new \1"}) == "a\n<!-- made: x -->\nnew \\1\n<!-- end -->\nb\n"


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="has 0 places marked <!-- made: x -->"):
        with_tables("a page", {"x": "a table"})
