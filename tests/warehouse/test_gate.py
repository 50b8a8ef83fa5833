"""The gate: what a draft is asked, each kind of failure by a release that was damaged for it, and what follows."""

from __future__ import annotations

import csv
import json
import re
import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from cls_pipeline.cli.errors import sentence
from cls_pipeline.gate.accepted import AcceptanceError, accept
from cls_pipeline.gate.check import check
from cls_pipeline.gate.held import GateError
from cls_pipeline.gate.suites import ROOM, read_suites
from cls_pipeline.gate.verdict import Verdict
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import warehouse_file
from cls_pipeline.warehouse.database import MADE_HERE, MARTS
from cls_pipeline.warehouse.shelf import current_release
from tests.disclosure.whole_release import attack_home
from tests.e2e.conftest import CHROMIUM, launched

from .bare import publish

SESSIONS = """
    insert into marts.metric_series by name
    select
        figure.* exclude (metric_id, breakdown, breakdown_value, numerator, value_raw, value, flags),
        'hub_sessions' as metric_id, kind as breakdown, part as breakdown_value, number as value_raw, number as value,
        if(number is null, ['suppressed'], []) as flags
    from marts.metric_series as figure, (values {}) as told (kind, part, number)
    where figure.metric_id = 'requests_by_way_in' and figure.site_id = '{}' and figure.breakdown = 'all'
"""
#: What is done to a copy of a release, by the expectation that it must fail.
DAMAGES = {
    "column_there": "alter table marts.dim_site drop column organisation",
    "column_type": "alter table marts.delivery alter column quarantined type varchar",
    "column_described": "comment on column marts.dim_site.nation is null",
    "figure_once": "insert into marts.metric_series from marts.metric_series where metric_id = 'quality_base'",
    "key_once": "insert into marts.dim_system from marts.dim_system limit 1",
    "table_filled": "delete from marts.delivery",
    "period_whole": "update marts.metric_series set period_end = period_end - 1 where metric_id = 'quality_base'",
    "metric_defined": "update marts.metric_series set definition_version = 9 where site_id = 'oth'",
    "site_known": "update marts.dim_site set site_id = 'nobody' where site_id = 'oth'",
    "value_not_too_low": "update marts.metric_series set value_raw = -1"
    " where site_id = 'ashby' and metric_id = 'requests_received' and value = 20",
    "value_not_too_high": "update marts.metric_series set value_raw = 140"
    " where site_id = 'ashby' and metric_id = 'requests_resolved_at_first_contact' and value > 0",
    "counts_not_negative": "update marts.metric_series set denominator = -9"
    " where site_id = 'ashby' and metric_id = 'requests_resolved_at_first_contact' and value = 0",
    "flag_known": "update marts.metric_series set flags = ['tentative']"
    " where metric_id = 'weekly_cost_open_packages' and site_id = 'ashby' and period_start = '2018-06-01'",
    "null_says_why": "update marts.metric_series set flags = []"
    " where metric_id = 'people_waiting_for_assessment' and value is null",
    "withheld_has_no_value": "update marts.metric_series set flags = ['missing']"
    " where metric_id = 'people_with_long_term_support' and site_id = 'brook' and period_start = '2019-06-01'",
    "suppressed_is_empty": "update marts.metric_series set denominator = 90"
    " where metric_id = 'median_days_request_to_assessment' and value is null",
    "no_small_number": "update marts.metric_series set numerator = 5"
    " where metric_id = 'people_with_long_term_support' and site_id = 'brook' and period_start = '2019-07-01'",
    "counts_make_value": "update marts.metric_series set numerator = numerator + 1"
    " where metric_id = 'people_with_long_term_support' and site_id = 'brook' and period_start = '2019-08-01'",
    "link_is_said": "update marts.metric_series set value = value + 1"
    " where metric_id = 'people_with_long_term_support' and site_id = 'brook' and period_start = '2019-09-01'",
    "parts_make_whole": SESSIONS.format("('all', 'all', 10), ('venue', 'library', 3), ('venue', 'shop', 4)", "brook"),
    "parts_within_whole": SESSIONS.format(
        "('all', 'all', 10), ('venue', 'library', 11), ('venue', 'shop', null)", "ashby"
    ),
    "rows_are_said": "delete from marts.site_system",
    "suppressed_are_said": "update marts.release set suppressed = suppressed + 1",
    "content_hashed": "update marts.release set content = 'unknown'",
    "origin_is_said": "update marts.release set records_origin = 'reported'",
    "release_named": "update marts.release set release_id = 'tonight'",
    "nothing_gone": "delete from marts.metric_series"
    " where site_id = 'brook' and metric_id = 'weekly_cost_open_packages'",
    "not_shrunk": "delete from marts.metric_series"
    " where site_id = 'ashby' and metric_id = 'weekly_cost_open_packages' and period_start < '2017-01-01'",
    "old_figures_stay": "update marts.metric_series"
    " set value_raw = 2 * value_raw, value = 2 * value, numerator = 2 * numerator, flags = ['restated']"
    " where site_id = 'ashby' and metric_id = 'people_with_long_term_support' and period_start < '2018-01-01'",
    "restated_is_said": "update marts.metric_series"
    " set value_raw = value_raw + 1, value = value + 1, numerator = numerator + 1"
    " where site_id = 'ashby' and metric_id = 'people_with_long_term_support' and period_start = '2018-05-01'",
}


@pytest.fixture(scope="module")
def home(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home with a release, whose parts are left out: the gate reads the database alone."""
    folder = tmp_path_factory.mktemp("gate")
    shutil.copytree(built.home, folder / "home", symlinks=True)
    settings = Settings(home=folder / "home", dbt_dir=built.dbt_dir)
    publish(settings)
    return settings


@pytest.fixture
def a_home(home: Settings, tmp_path: Path) -> Settings:
    """A copy of it that a test may change."""
    shutil.copytree(home.home, tmp_path / "home", symlinks=True)
    return Settings(home=tmp_path / "home", dbt_dir=home.dbt_dir)


def damaged_copy(home: Settings, folder: Path, damages: list[str]) -> tuple[Path, Path]:
    """The database of the release, and a copy of it that was damaged."""
    release = current_release(home)
    assert release is not None
    shutil.copy(release.path, folder / "cls.duckdb")
    (folder / "cls.duckdb").chmod(0o644)
    with closing(duckdb.connect(str(folder / "cls.duckdb"))) as con:
        for damage in damages:
            con.execute(damage)
    return release.path, folder / "cls.duckdb"


@pytest.fixture(scope="module")
def sound(home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    """A release held against itself."""
    release = current_release(home)
    assert release is not None
    return check(release.path, release.path, tmp_path_factory.mktemp("sound"))


@pytest.fixture(scope="module")
def damaged(home: Settings, tmp_path_factory: pytest.TempPathFactory) -> tuple[Verdict, Path]:
    """A release damaged in every way, judged, and the folder of its pages."""
    folder = tmp_path_factory.mktemp("damaged")
    previous, draft = damaged_copy(home, folder, list(DAMAGES.values()))
    return check(draft, previous, folder), folder


def outcome(verdict: Verdict, expectation: str) -> str:
    """What came of an expectation."""
    return next(one.outcome for one in verdict.judged if one.asked.id == expectation)


def test_the_key_of_every_table_of_a_release_is_stated() -> None:
    with (ROOM / "shape.csv").open(encoding="utf-8") as file:
        keyed = {row["table"] for row in csv.DictReader(file) if row["is_key"] == "yes"}
    assert {*MARTS, *MADE_HERE} - keyed == set()


def test_a_sound_release_passes(sound: Verdict) -> None:
    assert [one.sentence for one in sound.failed] == []


@pytest.mark.parametrize("expectation", DAMAGES)
def test_each_damage_is_named_and_fails(damaged: tuple[Verdict, Path], sound: Verdict, expectation: str) -> None:
    assert (outcome(sound, expectation), outcome(damaged[0], expectation)) == ("holds", "fails")


def test_whatever_must_hold_is_tried_by_a_damage() -> None:
    must = {one.id for suite in read_suites().suites for one in suite.expectations if one.severity == "must"}
    # Rounding is tried where there is some, in test_rounded_release.
    assert must - set(DAMAGES) == {"limit_said", "rounding_said", "counts_rounded"}


def test_what_is_late_is_told_and_holds_nothing_back(sound: Verdict) -> None:
    assert (outcome(sound, "month_is_new"), sound.passed) == ("told", True)


def test_without_the_limit_a_release_is_held_back(home: Settings, tmp_path: Path) -> None:
    _, draft = damaged_copy(home, tmp_path, ["update marts.release set small_number = null"])
    assert [one.asked.id for one in check(draft, None, tmp_path).failed] == ["limit_said"]


def test_a_draft_that_cannot_be_asked_fails_with_the_reason(home: Settings, tmp_path: Path) -> None:
    _, draft = damaged_copy(home, tmp_path, ["drop table marts.metric_series"])
    failed = {one.asked.id: one.answer.trouble for one in check(draft, None, tmp_path).failed}
    assert "metric_series does not exist" in failed["figure_once"]


def test_the_page_tells_each_failure_with_examples_and_fetches_nothing(damaged: tuple[Verdict, Path]) -> None:
    verdict, folder = damaged
    page = (folder / "gate" / "index.html").read_text()
    assert [one.asked.id for one in verdict.failed if f'id="why-{one.asked.id}"' not in page] == []
    assert "https://" not in page and "http://" not in page and "<script" not in page
    assert "140" in page and "ashby" in page


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (on Debian: apt-get install chromium)")
def test_the_page_passes_axe_and_fits_a_phone(damaged: tuple[Verdict, Path]) -> None:
    with sync_playwright() as driver:
        browser = launched(driver)
        page = browser.new_context(viewport={"width": 390, "height": 900}, offline=True).new_page()
        page.goto((damaged[1] / "gate" / "index.html").as_uri())
        too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        faults = [(found["id"], found["nodes"][0]["html"][:200]) for found in Axe().run(page).response["violations"]]
        browser.close()
    assert (faults, too_wide <= 0) == ([], True)


def test_the_result_names_every_expectation(damaged: tuple[Verdict, Path]) -> None:
    verdict, folder = damaged
    result = json.loads((folder / "gate" / "result.json").read_text())
    assert [told["id"] for told in result["expectations"]] == [one.asked.id for one in verdict.judged]
    assert result["passed"] is False


def test_linear_programming_finds_no_small_count_of_a_release(home: Settings) -> None:
    attacked, narrowed = attack_home(home)
    assert (attacked > 0, narrowed) == (True, [])


def lose(settings: Settings, *statements: str) -> None:
    """Changes the warehouse as a build might."""
    with closing(duckdb.connect(str(warehouse_file(settings)))) as con:
        for statement in statements:
            con.execute(statement)


GONE = "delete from marts.metric_series where site_id = 'brook' and metric_id = 'weekly_cost_open_packages'"
WRONG = "update marts.metric_series set value_raw = 140 where metric_id = 'requests_resolved_at_first_contact'"


def test_a_release_that_fails_leaves_the_last_one_and_keeps_its_pages_alone(a_home: Settings) -> None:
    first = current_release(a_home)
    lose(a_home, GONE)
    with pytest.raises(GateError) as held:
        publish(a_home)
    assert current_release(a_home) == first
    folder = held.value.page.parent.parent
    assert sorted(path.name for path in folder.rglob("*")) == ["gate", "index.html", "result.json"]
    assert first is not None
    assert {path.name for path in a_home.releases.iterdir()} == {first.release_id, "current", "held"}


def test_why_it_fails_is_a_sentence_with_the_page_and_what_may_be_done(a_home: Settings) -> None:
    lose(a_home, GONE)
    with pytest.raises(GateError) as held:
        publish(a_home)
    told = sentence(held.value)
    assert "- Every site's metric that was in the last release is in this one. Not so: brook" in told
    assert f"All that was asked, with examples: {held.value.page}" in told
    assert re.search(r"cls release accept \d{8}T\d{6}Z-[0-9a-f]{8} --why", told)


def test_what_was_accepted_passes_once_and_the_page_says_why(a_home: Settings) -> None:
    lose(a_home, GONE)
    with pytest.raises(GateError) as held:
        publish(a_home)
    accept(a_home.releases / "held", held.value.page.parent.parent.name[:12], "Brook buys its packages elsewhere now.")
    made = publish(a_home)
    assert made.is_new
    assert "Brook buys its packages elsewhere now." in (made.folder / "gate" / "index.html").read_text()
    lose(a_home, "delete from marts.metric_series where site_id = 'brook' and metric_id = 'requests_received'")
    with pytest.raises(GateError):
        publish(a_home)


def test_what_was_not_accepted_still_holds_a_release_back(a_home: Settings) -> None:
    lose(a_home, GONE)
    with pytest.raises(GateError) as held:
        publish(a_home)
    accept(a_home.releases / "held", held.value.page.parent.parent.name, "Brook buys its packages elsewhere now.")
    lose(a_home, "delete from marts.metric_series where site_id = 'ashby' and metric_id = 'weekly_cost_open_packages'")
    with pytest.raises(GateError, match="ashby"):
        publish(a_home)


def test_a_share_above_100_cannot_be_accepted(a_home: Settings) -> None:
    lose(a_home, WRONG)
    with pytest.raises(GateError) as held:
        publish(a_home)
    assert "accept" not in str(held.value)
    with pytest.raises(AcceptanceError, match=r"cannot be accepted.*within 0 and 100"):
        accept(a_home.releases / "held", held.value.page.parent.parent.name, "It is what it is.")


def test_an_acceptance_needs_a_reason_and_a_release_that_is_held(a_home: Settings) -> None:
    with pytest.raises(AcceptanceError, match="Held are: none"):
        accept(a_home.releases / "held", "2026", "Because.")
