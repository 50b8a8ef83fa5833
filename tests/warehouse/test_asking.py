"""The catalogue asked by name: MetricFlow and `pooled` say what stands in the release, or why they say nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.settings import PROJECT_ROOT, Settings
from cls_pipeline.warehouse.asking import Answer, Question, QuestionError, ask
from cls_pipeline.warehouse.pooling import refusal
from cls_pipeline.warehouse.release import publish
from cls_pipeline.warehouse.semantic import BEHIND, FILE, page, semantic_layer

from .programme import RECORD_METRICS

#: Put together in each of the ways there are.
SHOWN = (
    "requests_received",
    "requests_resolved_at_first_contact",
    "people_waiting_for_assessment",
    "median_days_request_to_assessment",
)


@pytest.fixture(scope="module")
def folder(built: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of the built home, in a home of its own."""
    home = tmp_path_factory.mktemp("asked") / "home"
    shutil.copytree(built.home, home, symlinks=True)
    return publish(Settings(home=home, dbt_dir=built.dbt_dir)).path.parent


@pytest.fixture(scope="module")
def answer(folder: Path) -> Answer:
    """Every metric of the home by month and site, asked of MetricFlow."""
    return ask(folder / "metricflow", Question(RECORD_METRICS, ["month", "site"]))


@pytest.fixture
def release(folder: Path, tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A copy of the release: MetricFlow holds the file open in its own way until the process ends."""
    with closing(duckdb.connect(shutil.copy(folder / "cls.duckdb", tmp_path), read_only=True)) as con:
        yield con


def test_the_semantic_models_are_what_the_seeds_say_now() -> None:
    written = (PROJECT_ROOT / "dbt_project" / FILE).read_text(encoding="utf-8")
    assert written == page(PROJECT_ROOT / "dbt_project"), "`make docs` writes them again"


def test_metricflow_gives_every_figure_of_a_site_and_month_to_the_last_digit(
    answer: Answer, release: duckdb.DuckDBPyConnection
) -> None:
    asked = {
        (metric, row[1], row[0].date()): value
        for row in answer.rows
        for metric, value in zip(RECORD_METRICS, row[2:], strict=True)
        if value is not None
    }
    shown = release.execute(
        "select metric_id, site_id, period_start, value from marts.metric_series"
        " where grain = 'month' and breakdown = 'all' and value is not null and metric_id in"
        f" {RECORD_METRICS} and not list_contains(flags, 'linked')"
    ).fetchall()
    assert len(shown) > 20
    assert asked == {(metric, site, month): value for metric, site, month, value in shown}
    assert {metric for metric, *_ in shown} >= set(SHOWN)


def test_what_is_put_together_says_of_how_many_figures_and_how_many_more_are_withheld(
    folder: Path, release: duckdb.DuckDBPyConnection
) -> None:
    answer = ask(folder / "metricflow", Question(["requests_received"], ["year", "nation"]))
    by_hand = release.execute(
        "select date_trunc('year', period_start), nation, count(value), count(*) - count(value)"
        " from marts.metric_series inner join marts.dim_site using (site_id)"
        " where metric_id = 'requests_received' and area = 'all' and breakdown = 'all' group by all order by all"
    ).fetchall()
    told = [(*row[:2], *counts) for row, (counts,) in zip(answer.rows, answer.behind, strict=True)]
    assert told == by_hand
    assert sum(withheld for *_, withheld in told) > 0


def test_the_command_warns_of_sums_from_which_figures_are_withheld(folder: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "cls_pipeline.cli",
            "metrics",
            "query",
            "requests_received",
            "--by=year",
            "--nation=england",
        ],
        env={**os.environ, "CLS_HOME": str(folder.parent.parent)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert "withheld)" in done.stdout and "is less than the whole" in done.stdout


def test_a_metric_that_nobody_knows_is_told_in_a_sentence(folder: Path) -> None:
    with pytest.raises(QuestionError, match="does not exactly match any known metrics"):
        ask(folder / "metricflow", Question(["nobodys"], ["month"]))


def test_a_median_is_never_put_together(release: duckdb.DuckDBPyConnection) -> None:
    assert "is never put together" in str(refusal(release, "median_days_request_to_assessment", ["england"]))


def test_what_differs_between_nations_is_put_together_within_one_only(folder: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(folder / "cls.duckdb", tmp_path / "cls.duckdb"))
    file.chmod(0o644)
    with closing(duckdb.connect(str(file))) as con:
        con.execute("update marts.dim_site set nation = 'wales' where site_id = 'brook'")
        assert "is not the same measure in each nation" in str(refusal(con, "requests_received", ["england", "wales"]))
        assert refusal(con, "requests_received", ["wales"]) is None


def test_sites_put_together_add_up_and_say_how_many_are_withheld(release: duckdb.DuckDBPyConnection) -> None:
    pooled = release.execute("from marts.pooled('requests_received', nations := ['england'])").fetchall()
    by_hand = release.execute(
        "select definition_version, grain, period_start, sum(value), sum(numerator), sum(denominator), count(value),"
        " count(*) - count(value) from marts.metric_series inner join marts.dim_site using (site_id)"
        " where metric_id = 'requests_received' and nation = 'england' group by 1, 2, 3 order by 1, 2, 3"
    ).fetchall()
    assert pooled == by_hand
    assert any(row[-1] for row in pooled)


def test_an_older_definition_is_a_metric_of_its_own() -> None:
    about = dict.fromkeys(("name", "definition", "unit", "source_kind"), "published")
    versions = [about | {"metric_id": "quality", "definition_version": str(version)} for version in (1, 2, 10)]
    names = {metric["name"] for metric in semantic_layer(versions, {"quality": "sum"})["metrics"]}
    assert names - set(BEHIND) == {"quality_v1", "quality_v2", "quality"}
