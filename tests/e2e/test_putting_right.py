"""A site data lead's day in a browser: find the fault, read it, put it right in each way, see it turn green."""

from __future__ import annotations

import re
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect
from programme import contacts

from tests.e2e.conftest import WAIVER
from tests.e2e.house import House

# The promise is a minute from arrival to figure; a busy machine is given longer before the test gives up.
ARRIVAL = 120_000
RUN = 120_000


def open_check(page: Page, address: str, site: str) -> None:
    page.goto(f"{address}/assets/{site}/request?view=checks")
    expect(page.get_by_text("Latest execution")).to_be_visible()


def expect_result(page: Page, result: str, timeout: float = RUN) -> None:
    """What the open check says; the page follows runs by itself."""
    told = page.get_by_text("Evaluation result", exact=True).locator("xpath=..")
    expect(told).to_contain_text(result, timeout=timeout)


@pytest.fixture(scope="module", autouse=True)
def put_right(browser: Browser, house: House, engineers: str) -> None:
    """One site sends its file again, corrected; for another one a code is mapped. Nobody presses a button.

    At the beginning, so that the other tests run while the sensor waits for files to come to rest.
    """
    assert [house.passed(site) for site in ("birch", "elder")] == [False, False]
    house.send("birch", "contacts_2024-04-02.csv", contacts(40))
    house.change_sender("elder", additions={"codes": {"outcome": {"4 Reablement": "support"}}})


def test_a_failed_check_is_found_from_the_home_page(page: Page, engineers: str) -> None:
    page.goto(engineers)
    page.get_by_role("link", name="Catalog").click()
    page.get_by_role("link", name=re.compile("asset_group ash$")).first.click()
    page.get_by_role("link", name="close 0 / 1 Passed").click()
    expect(page).to_have_url(re.compile("/assets/ash/request.*view=checks"))
    expect(page.get_by_text("2 rules failed")).to_be_visible()


def test_the_table_tells_column_value_rows_and_what_to_do(page: Page, engineers: str) -> None:
    open_check(page, engineers, "ash")
    told = page.locator("table table")
    for text in ("ContactDate", "31/02/2024", "Outcome", "4 Reablement", "2 Advice", "contacts_2024-04-01.csv"):
        expect(told.first).to_contain_text(text)


def test_a_mapped_code_turns_the_check_green_when_the_asset_is_materialized(
    page: Page, house: House, engineers: str
) -> None:
    open_check(page, engineers, "cedar")
    expect_result(page, "Failed")
    house.change_sender("cedar", additions={"codes": {"outcome": {"4 Reablement": "support"}}})
    page.get_by_role("button", name=re.compile("Materialize$")).click()
    expect_result(page, "Passed")


def test_a_waived_fault_passes_and_says_so_and_fails_again_when_the_waiver_has_ended(
    page: Page, house: House, engineers: str
) -> None:
    open_check(page, engineers, "dogwood")
    expect_result(page, "Passed")
    expect(page.locator("table table").first).to_contain_text("accepted until 31 December 2099 by team:dogwood")
    house.change_sender("dogwood", waivers=[WAIVER | {"until": date(2024, 1, 1)}])
    page.get_by_role("button", name=re.compile("Materialize$")).click()
    expect_result(page, "Failed")


def test_a_corrected_file_turns_the_check_green_by_itself(page: Page, engineers: str) -> None:
    open_check(page, engineers, "birch")
    expect_result(page, "Passed", ARRIVAL)


def test_a_mapped_code_turns_the_check_green_by_itself(page: Page, readers: str) -> None:
    open_check(page, readers, "elder")
    expect_result(page, "Passed", ARRIVAL)
