"""Whom only pages are served to can start nothing, neither by a button nor past it."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.house import LAUNCH, asked, launch_of


def test_the_buttons_that_run_something_are_disabled(page: Page, readers: str) -> None:
    page.goto(f"{readers}/assets/ash/request?view=checks")
    expect(page.get_by_text("2 rules failed")).to_be_visible()
    for button in ("Materialize$", "Execute all$"):
        expect(page.get_by_role("button", name=re.compile(button))).to_be_disabled()


def test_a_launch_is_refused_by_the_server(readers: str) -> None:
    assert asked(readers, LAUNCH, **launch_of("load_ash"))["launchRun"]["__typename"] == "UnauthorizedError"
