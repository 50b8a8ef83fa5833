"""A table that its publisher releases again: what moved is told, what did not is left alone.

No two releases of one table are among the published files, so the second release here is the real table with one of
its figures changed by the test.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .conftest import nightly

SENDER = "public_health_scotland"
TABLE = "phs_2021_sds_trend.csv"
FIGURES = "select period_start, metric_id, value_raw, numerator, restated_by, flags from marts.metric_series"


@pytest.fixture(scope="module")
def twice(loaded_home: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The release of the files as they are, and the one that came of a second release of a table."""
    home = tmp_path_factory.mktemp("restated") / "home"
    shutil.copytree(loaded_home, home, symlinks=True)
    inbox = home / "inbox" / SENDER
    first = (home / "releases" / "current").resolve()
    text = (inbox / TABLE).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    (inbox / TABLE).write_text("".join(revised(lines)), encoding="utf-8")
    nightly(home, key, SENDER)
    return [first / "cls.duckdb", (home / "releases" / "current").resolve() / "cls.duckdb"]


def revised(lines: list[str]) -> list[str]:
    """The table with the rate of one place, option and year raised by a half."""
    header = lines[0].strip().replace('"', "").split(",")
    at = {name: number for number, name in enumerate(header)}
    out = list(lines)
    for number, line in enumerate(lines):
        cells = line.rstrip("\r\n").split(",")
        if {"Fife", "2018/19", "Option 1"} <= {cell.strip('"') for cell in cells}:
            cells[at["rate"]] = str(float(cells[at["rate"]]) + 0.5)
            out[number] = ",".join(cells) + "\n"
    return out


def figures(file: Path, where: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(f"{FIGURES} where {where} order by all").fetchall()


def test_the_figure_that_the_publisher_changed_is_restated_by_as_much(twice: list[Path]) -> None:
    here = "site_id = 'fife' and metric_id = 'phs_sds_option_1' and year(period_start) = 2018"
    (before,), (after,) = figures(twice[0], here), figures(twice[1], here)
    assert after[2] == pytest.approx(before[2] + 0.5)
    assert (before[4], after[4]) == (None, pytest.approx(0.5))
    assert "restated" in after[5] and "restated" not in before[5]


def test_no_other_figure_is_touched(twice: list[Path]) -> None:
    here = "not (site_id = 'fife' and metric_id = 'phs_sds_option_1' and year(period_start) = 2018)"
    before, after = figures(twice[0], here), figures(twice[1], here)
    assert before == after and len(after) > 1000
