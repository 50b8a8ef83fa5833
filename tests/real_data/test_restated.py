"""A table that its publisher releases again: what moved is told, what did not is left alone.

No two releases of one table are among the published files, so the second release here is the real table with two of
its figures changed by the test.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from .conftest import ROOT

TABLE = "phs_2021_sds_trend.csv"
COMPLETENESS = "phs_2021_people_supported_completeness.xlsx"
#: Two cells of the table as published, and as the test has them revised: a rate, and a count.
FIGURES = "select period_start, metric_id, value_raw, numerator, restated_by, flags from marts.metric_series"


def nightly(home: Path, key: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "cls_pipeline.cli", "nightly", "--sender", "public_health_scotland"],
        cwd=ROOT,
        env={**os.environ, "CLS_HOME": str(home), "CLS_PSEUDONYM_KEY_FILE": str(key)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, f"{run.stdout[-4000:]}\n{run.stderr[-4000:]}"


@pytest.fixture(scope="module")
def twice(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The two releases that came of a table and of its second release."""
    home = tmp_path_factory.mktemp("cls_home")
    key = tmp_path_factory.mktemp("key") / "pseudonym.key"
    inbox = home / "inbox" / "public_health_scotland"
    inbox.mkdir(parents=True)
    shutil.copy(real_data / "scotland" / TABLE, inbox)
    shutil.copy(real_data / "scotland" / COMPLETENESS, inbox)
    nightly(home, key)
    first = (home / "releases" / "current").resolve()
    text = (inbox / TABLE).read_text(encoding="utf-8")
    lines = text.splitlines(keepends=True)
    (inbox / TABLE).write_text("".join(revised(lines)), encoding="utf-8")
    nightly(home, key)
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


def figures(file: Path, where: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(file), read_only=True) as con:
        return con.execute(f"{FIGURES} where {where} order by all").fetchall()


def test_the_figure_that_the_publisher_changed_is_restated_by_as_much(twice: list[Path]) -> None:
    here = "site_id = 'fife' and metric_id = 'phs_sds_option_1' and year(period_start) = 2018"
    (before,), (after,) = figures(twice[0], here), figures(twice[1], here)
    assert float(str(after[2])) == pytest.approx(float(str(before[2])) + 0.5)
    assert (before[4], after[4]) == (None, pytest.approx(0.5))
    assert "restated" in list(after[5]) and "restated" not in list(before[5])  # type: ignore[call-overload]


def test_no_other_figure_is_touched(twice: list[Path]) -> None:
    here = "not (site_id = 'fife' and metric_id = 'phs_sds_option_1' and year(period_start) = 2018)"
    before, after = figures(twice[0], here), figures(twice[1], here)
    assert before == after and len(after) > 1000
