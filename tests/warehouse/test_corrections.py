"""The mart of corrections: what was counted otherwise than recorded, how often and why."""

from __future__ import annotations

import csv
import re
from contextlib import closing

import duckdb

from cls_pipeline.settings import PROJECT_ROOT, Settings

from .bare import publish
from .conftest import rows

CORRECTIONS = (
    "select site_id, system_id, entity, strftime(month_start, '%Y-%m'), reason, field, corrections"
    " from marts.correction order by all"
)


def test_corrections_are_counted_by_site_system_month_and_reason(built: Settings) -> None:
    assert rows(built, CORRECTIONS) == [
        ("ashby", "newcase", "request", "2020-03", "told_elsewhere", "installation", 9),
        ("ashby", "oldcase", "request", "2020-01", "wait_unknown_later", "assessed_on", 1),
    ]


def test_every_correction_of_the_mart_is_kept_as_a_row_of_its_record(built: Settings) -> None:
    kept = "select count(*), count(distinct (entity, system_id, record_id, reason)) from intermediate.int_correction"
    counted = "select sum(corrections) from marts.correction"
    ((records, distinct),), ((total,),) = rows(built, kept), rows(built, counted)
    assert records == distinct == total


def test_a_release_counts_corrections_and_names_no_record(copied: Settings) -> None:
    with closing(duckdb.connect(str(publish(copied).path), read_only=True)) as con:
        found = con.execute("from marts.correction")
        assert "record_id" not in [column[0] for column in found.description]
        assert {row[-1] for row in found.fetchall()} == {None, 9}


def test_every_reason_that_a_model_gives_has_its_sentence() -> None:
    with (PROJECT_ROOT / "dbt_project/seeds/correction_reason.csv").open(encoding="utf-8") as file:
        explained = {row["reason"] for row in csv.DictReader(file)}
    models = PROJECT_ROOT / "dbt_project/models/intermediate"
    given = set(re.findall(r"'(\w+)' as reason", "".join(path.read_text() for path in models.glob("*correction.sql"))))
    origin = (models / "int_service_origin.sql").read_text()
    given |= set(re.findall(r"(?:then|else) '(\w+)'", origin))
    assert {"turned", "recoded", "reopened", "start_not_known"} <= given
    assert given <= explained
