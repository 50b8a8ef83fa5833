"""`cls cutover` says in words and tables what it found, writes what it is asked to, and ends as it says."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cls_pipeline.registry import load_registry
from cls_pipeline.settings import get_settings
from tests.cli.conftest import Cls
from tests.cutover.trial import Trial, certainly, hashes, trial, world


@pytest.fixture(scope="module")
def moving(tmp_path_factory: pytest.TempPathFactory) -> Trial:
    """A town whose file names `cedar_records_2` as its last system, and a trial export in which services restart."""
    registry = load_registry(get_settings().contracts_dir)
    folder = tmp_path_factory.mktemp("moving")
    return trial(folder, registry, world(0.03), certainly(services_restarted=1.0), old="cedar_records_2")


def where(moving: Trial) -> dict[str, str]:
    return {
        "CLS_HOME": str(moving.settings.home),
        "CLS_PSEUDONYM_KEY_FILE": str(moving.settings.pseudonym_key_file),
    }


def test_a_dry_run_tells_the_verdict_first_and_leaves_the_home_alone(cls: Cls, moving: Trial, tmp_path: Path) -> None:
    before = hashes(moving.settings.home)
    files = [str(path) for path in moving.files]
    done = cls(
        "cutover", "--site", "york", "--profile", "alder_case_4", "--json", str(tmp_path / "out.json"), *files,
        **where(moving),
    )  # fmt: skip
    assert (done.returncode, done.stderr.splitlines()[0]) == (0, "Reading Cedar Records 2")
    head, told, *_ = done.stdout.splitlines()
    assert head.startswith(
        "York: from Cedar Records 2 (delivered as of 2026-09-30) to Alder Case 4 (trial export as of"
    )
    assert told.startswith("Look at these ")
    for title in ("1. Would the files pass?", "2. People", "3. Events", "5. Codes", "7. What is known of people"):
        assert title in done.stdout.splitlines()
    written = json.loads((tmp_path / "out.json").read_text())
    assert written["verdict"] == told
    assert written["bulk_starts"][0]["day"] == "2026-10-01"
    assert hashes(moving.settings.home) == before


@pytest.mark.parametrize(
    ("site", "profile", "sentence"),
    [
        ("yorck", "alder_case_4", "cls: There is no site 'yorck'. The nearest is york.\n"),
        (
            "york",
            "elder_case_4",
            "cls: There is no profile of a local system 'elder_case_4'. The nearest is alder_case_4.\n",
        ),
        ("york", "birch_social_7", "fit no table of Birch Social 7."),
    ],
)
def test_a_question_without_sense_is_a_sentence_and_ends_with_two(
    cls: Cls, moving: Trial, site: str, profile: str, sentence: str
) -> None:
    done = cls("cutover", "--site", site, "--profile", profile, *map(str, moving.files), **where(moving))
    assert (done.returncode, done.stdout) == (2, "")
    assert sentence in done.stderr


def test_a_home_without_a_delivery_of_the_old_system_is_a_sentence(cls: Cls, moving: Trial, tmp_path: Path) -> None:
    done = cls("cutover", "--site", "york", "--profile", "alder_case_4", *map(str, moving.files))
    assert done.returncode == 2
    assert "Nothing was accepted from Cedar Records 2 of York" in done.stderr
    assert list(tmp_path.iterdir()) == []
