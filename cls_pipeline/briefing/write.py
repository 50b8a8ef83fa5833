"""Writes the briefing into the folder of a release: pages, their data and what draws them."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

from cls_pipeline.briefing import data_files, pages
from cls_pipeline.briefing.reading import Release, read
from cls_pipeline.briefing.readings import Reading, read_figure
from cls_pipeline.settings import Settings

HERE = Path(__file__).parent
FOLDER = "briefing"
# Of the templates; a third of a page.
INDENT = re.compile(r"\n\s+")


def write_briefing(database: Path, folder: Path, settings: Settings) -> None:
    """Writes `briefing/` in `folder` from the released file `database`, which is only read.

    `index.html` leads to a page for each evaluation question and each site. Nothing in it needs a network.

    Raises:
        duckdb.Error: the file is no release.
    """
    release = read(database)
    readings = [read_figure(figure, release.sites) for figure in release.figures]
    target = folder / FOLDER
    (target / "data").mkdir(parents=True)
    (target / "assets").mkdir()
    _write_assets(target / "assets")
    _write_data(target / "data", release, readings)
    for name, text in pages.render(release, readings, neighbours(folder)):
        (target / name).write_text(INDENT.sub("\n", text), encoding="utf-8")


def neighbours(folder: Path) -> list[tuple[str, str]]:
    """Files beside the briefing that its first page may lead to: address and words."""
    known = {
        "cls.xlsx": "the headline series as an Excel workbook",
        "gate/index.html": "the checks that this release passed",
        "dbt_docs.html": "how every table is made",
    }
    return [(f"../{name}", words) for name, words in known.items() if (folder / name).exists()]


def _write_assets(folder: Path) -> None:
    for file in (HERE / "assets").iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    for name, text in _drawing().items():
        (folder / name).write_text(text, encoding="utf-8")


@cache
def _drawing() -> dict[str, str]:
    """The scripts that draw: Vega with all it needs, and the charts. Made once, as both take a second or two."""
    # Slow to import, and most nights write no briefing.
    import vl_convert

    from cls_pipeline.briefing import charts

    specifications = json.dumps(charts.specifications(), separators=(",", ":"))
    return {
        "vega.js": vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"),
        "charts.js": f"window.CLS_CHARTS={specifications};\n",
    }


def _write_data(folder: Path, release: Release, readings: list[Reading]) -> None:
    sites = {site.site_id: {"name": site.name, "nation": site.nation} for site in release.sites.values()}
    (folder / "sites.js").write_text(data_files.script("sites", sites), encoding="utf-8")
    systems = {
        site_id: [
            {
                "label": row["name"],
                "family": row["family"].replace("_", " "),
                "x": row["valid_from"].isoformat() if row["valid_from"] else None,
                "x2": row["valid_until"].isoformat() if row["valid_until"] else None,
            }
            for row in rows
        ]
        for site_id, rows in release.systems.items()
    }
    (folder / "systems.js").write_text(data_files.script("systems", systems), encoding="utf-8")
    digits = {reading.figure.metric.metric_id: reading.digits for reading in readings}
    for site_id, charts in release.control.items():
        key = data_files.control_key(site_id)
        (folder / f"{key}.js").write_text(
            data_files.script(key, data_files.control_data(charts, digits)), encoding="utf-8"
        )
    coarser = [reading.coarser for reading in readings if reading.coarser is not None]
    for reading in (*readings, *coarser):
        key = reading.figure.key
        (folder / f"{key}.js").write_text(data_files.script(key, data_files.figure_data(reading)), encoding="utf-8")
        for breakdown in reading.figure.parts:
            key = data_files.parts_key(reading.figure, breakdown)
            text = data_files.script(key, data_files.parts_data(reading, breakdown))
            (folder / f"{key}.js").write_text(text, encoding="utf-8")
