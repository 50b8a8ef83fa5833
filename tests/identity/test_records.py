"""The people of a site are read as they are, and what is not known is null."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from frames import events, people, person

from cls_pipeline.identity.link import link_people
from cls_pipeline.identity.records import prepare


def test_placeholders_and_codes_for_unknown_are_null() -> None:
    row = prepare(people(person("old", "1", birth_month=date(1900, 1, 1), sex="other", ethnicity="refused")))
    assert row.select("birth_month", "born", "sex", "ethnicity").row(0) == (None, None, None, None)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="The people of a site to be linked lack birth_month, first_seen"):
        prepare(people(person("old", "1")).drop("birth_month", "first_seen"))


def test_a_person_who_stands_twice_is_an_error() -> None:
    with pytest.raises(ValueError, match="2 rows of people share their numbering and person_id"):
        prepare(people(person("old", "1"), person("old", "1")))


def test_a_site_with_nobody_has_no_links() -> None:
    result = link_people(people(), events())
    assert (result.links.height, result.refused.height) == (0, 0)


def test_a_site_with_one_numbering_needs_no_model() -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from frames import *\n"
        "from cls_pipeline.identity.link import link_people\n"
        "link_people(people(person('old', '1'), person('old', '2')), events()); print('splink' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == "False"
