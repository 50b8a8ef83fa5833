"""One house and one browser for all these tests, so that they cost one start each, and end with the last of them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.e2e.house import House, built
from tests.e2e.proxy import BEHIND, NGINX

CHROMIUM = shutil.which("chromium")
# In the rows of three people, so that it is a word of the system and may be shown.
UNKNOWN = {number: {"Outcome": "4 Reablement"} for number in (7, 12, 15)}
WAIVER = {
    "entity": "request",
    "rule": "outcome.mapped",
    "reason": "The new pick list is not in use yet.",
    "owner": "team:dogwood",
    "until": date(2099, 12, 31),
}


@pytest.fixture(scope="package")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Sites with a fault each: `ash` is only read; the others are put right, each in a way of its own."""
    with pytest.MonkeyPatch.context() as environment:
        for name in ("CLS_HOME", "DAGSTER_HOME", "DAGSTER_DISABLE_TELEMETRY", "DAGSTER_EVENT_BATCH_SIZE"):
            environment.setenv(name, os.environ.get(name, ""))
        made = built(
            tmp_path_factory.mktemp("house"),
            {
                "ash": UNKNOWN | {9: {"ContactDate": "31/02/2024"}},
                "birch": {9: {"ContactDate": "31/02/2024"}},
                "cedar": UNKNOWN,
                "dogwood": UNKNOWN,
                "elder": UNKNOWN,
            },
            dogwood={"waivers": [WAIVER]},
        )
    # Together, for each takes its time to start.
    made.begin()
    made.begin("--read-only")
    if NGINX is not None:
        made.begin(*BEHIND)
    yield made
    made.stop()


@pytest.fixture(scope="package")
def engineers(house: House) -> str:
    """The address of `cls ui`, which runs what is asked for and what arrives."""
    address = house.serve()
    house.switch_on("arrivals", address)
    return address


@pytest.fixture(scope="package")
def readers(house: House) -> str:
    """The address of `cls ui --read-only`."""
    return house.serve("--read-only")


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """What drives the browser, where there is one."""
    if CHROMIUM is None:
        pytest.skip("Nothing is tried in a browser: Chromium is not installed (on Debian: apt-get install chromium).")
    with sync_playwright() as driver:
        yield driver


def launched(playwright: Playwright, *arguments: str) -> Browser:
    """Debian's Chromium, without a screen. Root cannot have Chromium's own sandbox; the pages are ours."""
    return playwright.chromium.launch(
        executable_path=CHROMIUM, chromium_sandbox=os.geteuid() != 0, args=list(arguments)
    )


@pytest.fixture(scope="package")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One browser for all pages."""
    found = launched(playwright)
    yield found
    found.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page as wide as a laptop's."""
    expect.set_options(timeout=30_000)
    fresh = browser.new_page(viewport={"width": 1440, "height": 900})
    yield fresh
    fresh.close()
