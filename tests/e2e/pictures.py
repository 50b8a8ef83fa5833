"""Pictures of the real UI for the pages of `docs/`: `python -m tests.e2e.pictures FOLDER [SITE]`.

One site of the simulated programme delivers, delivers again with faults planted in its requests, and puts them right.
"""

from __future__ import annotations

import csv
import io
import os
import sys
import tempfile
from datetime import date
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect, sync_playwright

from cls_pipeline.sample.write import write_sample
from cls_pipeline.settings import Settings
from tests.e2e.conftest import launched
from tests.e2e.house import House

FIRST, SECOND, THIRD = "2026-11-20", "2026-11-21", "2026-11-22"
SCALE = 0.01


def faulty(text: str) -> str:
    """A table of requests, with a code that nobody knows, a day that is none, days out of order and rows sent twice."""
    rows = list(csv.reader(io.StringIO(text)))
    begins, ends, outcome = (rows[0].index(name) for name in ("CONTACT_DT", "CONTACT_END_DT", "CONT_OUTCOME_ID"))
    body = rows[1:]
    for position, row in enumerate(body):
        if position % 40 == 3:
            row[outcome] = "215"
        if position % 150 == 7:
            row[begins] = "2026-02-31"
        if position % 90 == 11 and row[ends]:
            row[ends] = "2016-01-01"
    made = io.StringIO()
    csv.writer(made, lineterminator="\n").writerows([rows[0], *body, *body[:4]])
    return made.getvalue()


def deliver(house: House, site: str, source: Path, day: str, *, with_faults: bool) -> None:
    """Sends what the site's case system delivers, as of another day, and loads it."""
    for file in sorted(source.glob(f"*{THIRD}*")):
        text = file.read_text()
        name = file.name.replace(THIRD, day)
        # One more empty line: the same content again would be no new delivery.
        house.send(
            site, name, faulty(text) if with_faults and "contacts" in name else text + "\n" * (int(day[-2:]) % 3)
        )
    house.load(site)


def shot(page: Page, url: str, ready: str, target: Path) -> None:
    """One picture, taken when the page has said what it should, and has drawn its icons."""
    page.goto(url)
    expect(page.get_by_text(ready).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("Loading")).to_have_count(0, timeout=60_000)
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(2_000)
    taken = Image.open(io.BytesIO(page.screenshot(animations="disabled")))
    # The pages have few colours; a palette keeps the picture to a third of its size.
    taken.convert("RGB").quantize(128, Image.Quantize.FASTOCTREE).save(target, optimize=True)
    print(target)


def main(folder: Path, site: str) -> None:
    """Writes the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        root = Path(scratch)
        write_sample(root / "sample", seed=1, years=2, scale=SCALE, until=date.fromisoformat(THIRD))
        source = root / "sample" / "inbox" / site
        settings = Settings(home=root / "cls", pseudonym_key_file=root / "keys" / "pseudonym.key")
        house = House(settings, root)
        deliver(house, site, source, FIRST, with_faults=False)
        deliver(house, site, source, SECOND, with_faults=True)
        try:
            address = house.serve("--read-only")
            browser = launched(playwright)
            page = browser.new_page(viewport={"width": 1600, "height": 900})
            page.goto(address)
            page.get_by_role("button", name="Hide navigation").click()
            group = f"{address}/locations/cls_pipeline/asset-groups/{site}/list"
            check = f"{address}/assets/{site}/request?view=checks"
            shot(page, group, f"{site} / request", folder / "ui-group.png")
            shot(page, check, "rules failed", folder / "ui-failed-check.png")
            deliver(house, site, source, THIRD, with_faults=False)
            shot(page, check, "Every rule is met", folder / "ui-put-right.png")
            browser.close()
        finally:
            house.stop()


if __name__ == "__main__":
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    main(Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "croydon")
