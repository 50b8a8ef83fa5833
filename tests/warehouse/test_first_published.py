"""What figures were when they were first published."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.first_published import RELEASE_FILE, ensure_history, history_file, keep_first_published

COLUMNS = (
    "site_id varchar, area varchar, metric_id varchar, definition_version integer, grain varchar, period_start date,"
    " breakdown varchar, breakdown_value varchar, value_raw double"
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def _publish(settings: Settings, release: str, **months: float | None) -> None:
    file = settings.releases / release / RELEASE_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.unlink(missing_ok=True)
    with closing(duckdb.connect(str(file))) as con:
        con.execute(f"create schema marts; create table marts.metric_series ({COLUMNS})")
        for month, value in months.items():
            day = f"2020-{month[1:]}-01"
            con.execute(
                "insert into marts.metric_series values ('s', 'all', 'm', 1, 'month', ?, 'all', 'all', ?)", [day, value]
            )
    keep_first_published(settings, release)


def _kept(settings: Settings) -> list[tuple[object, ...]]:
    columns = "strftime(period_start, '%m'), first_value, release_id"
    with closing(duckdb.connect()) as con:
        return con.execute(f"select {columns} from '{history_file(settings)}' order by 1").fetchall()


def test_before_the_first_release_there_is_a_file_without_rows(settings: Settings) -> None:
    ensure_history(settings)
    assert _kept(settings) == []


def test_a_figure_keeps_the_value_of_the_release_that_first_had_it(settings: Settings) -> None:
    _publish(settings, "one", m01=10, m02=20, m03=None)
    _publish(settings, "two", m01=11, m02=20, m03=30, m04=40)
    assert _kept(settings) == [("01", 10, "one"), ("02", 20, "one"), ("03", 30, "two"), ("04", 40, "two")]


def test_the_same_release_twice_changes_nothing(settings: Settings) -> None:
    _publish(settings, "one", m01=10)
    _publish(settings, "one", m01=10)
    assert _kept(settings) == [("01", 10, "one")]
