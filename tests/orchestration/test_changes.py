"""The check tells what changed since the last delivery, and warns where it should be looked at."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import dagster as dg
from dagster._core.storage.asset_check_execution_record import AssetCheckExecutionRecordStatus

from cls_pipeline.comparing.changes import Change, Comparison
from cls_pipeline.orchestration.changes import MOST_CHANGES, changes_check_specs, changes_checks
from cls_pipeline.orchestration.resources import Platform
from tests.orchestration.loads import loaded, outcome, quiet
from tests.orchestration.test_emission import job_of

FALL = Change("rows", "contacts", 200, 150, alarm=True)
PEOPLE = Change("people", "contacts", 5, 12)


def check(*changes: Change) -> dg.AssetCheckResult:
    comparison = Comparison("alder", date(2026, 9, 1), 150, "the delivery of 01 August 2026", changes)
    [result] = changes_checks(loaded("ash", outcome("ash", comparison=comparison)), 7)
    return result


def test_an_alarm_warns_and_is_told_in_a_sentence_and_a_table() -> None:
    result = check(FALL, PEOPLE)
    assert (result.passed, result.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert result.description == "contacts: 150 rows, 200 before (-25.0%)."
    table = result.metadata["changes"]
    assert isinstance(table, dg.TableMetadataValue)
    assert table.records[0].data | {"look": "◄ look"} == {
        "system": "alder",
        "what": "rows",
        "table": "contacts",
        "column": "",
        "value": "",
        "before": "200",
        "now": "150",
        "change": "-25.0%",
        "look": "◄ look",
    }


def test_a_small_count_of_people_does_not_reach_dagster() -> None:
    table = check(PEOPLE).metadata["changes"]
    assert isinstance(table, dg.TableMetadataValue)
    assert (table.records[0].data["before"], table.records[0].data["change"]) == ("1 to 7", "")


def test_changes_without_an_alarm_pass() -> None:
    result = check(PEOPLE)
    assert result.passed
    assert result.description == "Nothing unusual changed, compared with the delivery of 01 August 2026."


def test_the_table_is_capped_and_keeps_the_alarms() -> None:
    result = check(*[PEOPLE] * MOST_CHANGES, FALL)
    table = result.metadata["changes"]
    assert isinstance(table, dg.TableMetadataValue)
    assert len(table.records) == MOST_CHANGES
    assert table.records[0].data["what"] == "rows"


def test_where_nothing_was_delivered_nothing_is_evaluated() -> None:
    assert list(changes_checks(quiet("ash"), 7)) == []


def test_a_quiet_night_leaves_the_alarm_to_be_seen(platform: Platform, platform_with: Callable[..., Platform]) -> None:
    comparison = Comparison("alder", date(2026, 9, 1), 150, "the delivery of 01 August 2026", (FALL,))
    told = platform_with(ash=loaded("ash", outcome("ash", comparison=comparison)))
    [spec] = changes_check_specs(platform.registry.senders["ash"], platform.registry)
    with dg.DagsterInstance.ephemeral() as instance:
        assert job_of(told).execute_in_process(instance=instance).success
        assert job_of(platform).execute_in_process(instance=instance).success
        last = instance.event_log_storage.get_latest_asset_check_execution_by_key([spec.key])[spec.key]
    assert last.status == AssetCheckExecutionRecordStatus.FAILED
