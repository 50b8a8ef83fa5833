"""The pages in a real browser, from disk and without a network: charts are drawn, nothing is fetched, axe has no fault.

Pages of each kind at the widths of a phone and a desk, each opened once; everything that folds is unfolded first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from cls_pipeline.briefing.charts import LINKED
from tests.e2e.conftest import CHROMIUM, launched

PHONE, DESK = 390, 1280
PAGES = (
    ("index", PHONE),
    ("question-4", PHONE),
    ("site-cedar", PHONE),
    ("question-6", DESK),
    ("site-birch", DESK),
    ("site-ash", PHONE),
)
DRAWN = """() => [...document.querySelectorAll('.chart')].every((chart) => chart.querySelector('svg.marks'))"""
UNFOLD = """(every) => {
  document.querySelectorAll('details:not(.every)').forEach((one) => { one.open = true });
  [...document.querySelectorAll('details.every')].slice(0, every).forEach((one) => { one.open = true });
}"""
# axe looks at every cell, so one long table is unfolded for it.
PHONE_TABLES, DESK_TABLES = 1, 9


@dataclass
class Opened:
    """What a page did and looked like."""

    page: Page
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    too_wide: int = 0
    faults: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Nothing is tried in a browser: Chromium is not installed (on Debian: apt-get install chromium).")
    with sync_playwright() as driver:
        found = launched(driver)
        yield found
        found.close()


@pytest.fixture(scope="module")
def opened(browser: Browser, briefing: Path) -> dict[str, Opened]:
    return {page: _open(browser, briefing / f"{page}.html", width) for page, width in PAGES}


def _open(browser: Browser, file: Path, width: int) -> Opened:
    context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, reduced_motion="reduce")
    page = context.new_page()
    seen, errors = Opened(page), []
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda told: errors.append(told.text) if told.type == "error" else None)
    page.goto(file.as_uri())
    page.evaluate(UNFOLD, PHONE_TABLES if width == PHONE else DESK_TABLES)
    page.wait_for_function(DRAWN)
    seen.too_wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    # axe reads the style sheet in a way of its own, which the page forbids.
    seen.errors = list(errors)
    if width == PHONE:
        seen.faults = _faults(page)
    return seen


def _faults(page: Page) -> list[Any]:
    found = Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("page", [page for page, width in PAGES if width == PHONE])
def test_a_page_passes_axe_without_serious_faults(opened: dict[str, Opened], page: str) -> None:
    assert opened[page].faults == []


def test_no_page_asks_for_anything_but_files_beside_it(opened: dict[str, Opened], briefing: Path) -> None:
    asked = {url for seen in opened.values() for url in seen.asked if not url.startswith("data:")}
    assert [url for url in asked if not url.startswith(briefing.as_uri())] == []


def test_no_page_has_an_error(opened: dict[str, Opened]) -> None:
    assert [error for seen in opened.values() for error in seen.errors] == []


def test_no_page_scrolls_sideways(opened: dict[str, Opened]) -> None:
    assert {page: seen.too_wide for page, seen in opened.items() if seen.too_wide > 0} == {}


def test_a_chart_is_drawn_for_each_site_of_a_figure(opened: dict[str, Opened]) -> None:
    assert opened["question-6"].page.locator("#asked > .charts .panel svg.marks").count() == 4


def test_versions_of_a_definition_are_named_in_the_chart(opened: dict[str, Opened]) -> None:
    panel = opened["question-4"].page.locator("#revised [data-sites=ash]")
    assert panel.locator("svg.marks .mark-text.role-mark text").all_text_contents() == ["def. 1", "def. 2"]


def test_what_lies_beyond_a_shared_scale_is_marked_and_told(opened: dict[str, Opened]) -> None:
    shown = opened["question-4"].page.locator("#longest")
    marks = [shown.locator(f"[data-sites={site}] svg.marks path[fill='{LINKED}']").count() for site in ("ash", "dee")]
    assert marks == [1, 0]
    assert shown.locator(".beyond").inner_text() == "The scale ends at 30. Marked ▲ and beyond it: Ash, June 2025: 900."


def test_a_linked_part_is_dashed(opened: dict[str, Opened]) -> None:
    cedar = opened["question-6"].page.locator("#asked > .charts [data-sites=cedar] svg.marks")
    assert cedar.locator("path[stroke-dasharray='4,2']").count() == 1


def test_the_gap_of_withheld_figures_is_shaded(opened: dict[str, Opened]) -> None:
    birch = opened["question-6"].page.locator("#asked > .charts [data-sites=birch] svg.marks")
    assert birch.locator(".mark-rect path").count() == 1


def test_a_control_chart_has_a_point_for_each_month_and_signals_of_another_shape(opened: dict[str, Opened]) -> None:
    page = opened["site-ash"].page
    points = page.locator("#team--team-01 ~ .controls [data-chart=cases--1--team-01] .mark-symbol path").first
    points.wait_for()
    chart = page.locator("[data-chart=cases--1--team-01] .mark-symbol path")
    shapes = {
        path[: path.find("Z")].count("L") for path in chart.evaluate_all("all => all.map(p => p.getAttribute('d'))")
    }
    assert chart.count() == 30
    assert len(shapes) == 2


def test_a_table_of_every_figure_says_why_one_is_not_there(opened: dict[str, Opened]) -> None:
    rows = opened["site-birch"].page.locator("details.every[data-figure=asked] tr", has_text="March 2024")
    assert rows.all_inner_texts() == ["March 2024\t–\twithheld"]


def test_numbers_of_a_table_made_by_the_page_are_those_of_its_words(opened: dict[str, Opened]) -> None:
    rows = opened["site-birch"].page.locator("details.every[data-figure=helped] tr", has_text="June 2025")
    assert rows.all_inner_texts() == ["June 2025\t63.9%\t53\t83\t"]


@pytest.fixture(scope="module")
def printed(browser: Browser, briefing: Path) -> Iterator[Page]:
    """A question's page as it goes to paper, with nothing unfolded."""
    page = browser.new_page(viewport={"width": 700, "height": 900})
    page.goto((briefing / "question-4.html").as_uri())
    page.emulate_media(media="print")
    yield page
    page.close()


@pytest.mark.parametrize(
    ("place", "is_there"),
    [
        ("#helped .by-site", True),
        ("#helped .definition p", True),
        ("#revised > .lead", True),
        ("#revised .panels", False),
        ("#helped details.every", False),
        (".top", False),
        (".on-paper", True),
    ],
)
def test_what_is_folded_stands_on_paper_in_words_and_short_tables(printed: Page, place: str, is_there: bool) -> None:
    assert printed.locator(place).first.is_visible() == is_there
