"""The dry run tells what a load would, and writes nothing."""

from __future__ import annotations

from pathlib import Path

from programme import Programme, contacts, counts, rule_ids

from tests.loading.names import APRIL, MARCH


def tree(programme: Programme) -> dict[str, bytes]:
    """Every file of the home by its path."""
    return {str(path): path.read_bytes() for path in programme.settings.home.rglob("*") if path.is_file()}


def test_a_check_tells_what_a_load_would_and_writes_nothing(programme: Programme, tmp_path: Path) -> None:
    path = tmp_path / MARCH
    path.write_text(contacts(20, {5: {"Outcome": "?"}}))
    outcomes, problems = programme.check(path)
    assert problems == []
    assert [counts(outcome) for outcome in outcomes] == [(20, 19, 1, 0, 0)]
    assert not programme.settings.home.exists()
    assert not programme.settings.pseudonym_key_file.exists()


def test_a_check_knows_the_delivery_in_force_and_writes_nothing(programme: Programme, tmp_path: Path) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    before = tree(programme)
    path = tmp_path / APRIL
    path.write_text(contacts(0))
    [outcome], _ = programme.check(path)
    assert outcome.status == "refused"
    assert rule_ids(outcome) == ["table.empty"]
    assert tree(programme) == before


def test_a_check_tells_of_a_file_that_fits_none(programme: Programme, tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("a\n1\n")
    outcomes, problems = programme.check(path)
    assert outcomes == []
    assert problems[0].startswith("letters.csv fits no file that is expected from this sender.")
