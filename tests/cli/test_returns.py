"""`cls returns` says what lies in a site's folder, and shows nothing of what it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from programme import Programme, contacts

from .conftest import Cls

WRONG = {6: {"Outcome": "2 Advise"}, 9: {"EndDate": "31/02/2019"}}


@pytest.fixture
def loaded(programme: Programme) -> dict[str, str]:
    """The environment of a home in which a site has two rows to put right."""
    programme.send("contacts_2024-03-31.csv", contacts(40, WRONG))
    programme.load()
    return {"CLS_HOME": str(programme.settings.home), "CLS_CONTRACTS_DIR": str(programme.settings.contracts_dir)}


def test_the_lists_are_named_with_their_failing_rows(cls: Cls, loaded: dict[str, str]) -> None:
    told = json.loads(cls("returns", "ash", "--json", **loaded).stdout)
    lists = [one for one in told if one["file"].startswith("request_")]
    assert [(Path(one["file"]).suffix, one["lines"]) for one in lists] == [(".csv", 2), (".xlsx", None)]
    assert all(Path(one["path"]).is_file() for one in lists)


def test_nothing_of_what_they_hold_is_shown(cls: Cls, loaded: dict[str, str]) -> None:
    shown = cls("returns", "ash", **loaded).stdout
    assert "request_" in shown
    assert not [text for text in ("C6", "C9", "2 Advise", "31/02/2019") if text in shown]


def test_a_site_without_lists_and_one_that_there_is_not_are_answered_in_a_sentence(
    cls: Cls, loaded: dict[str, str]
) -> None:
    assert "Nothing lies in" in cls("returns", "birch", **loaded).stdout
    unknown = cls("returns", "nowhere", **loaded)
    assert (unknown.returncode, unknown.stderr) == (1, "cls: There is no site 'nowhere'. There are: ash, birch.\n")
