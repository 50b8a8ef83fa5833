"""The checks say what failed, how gravely, and nothing that identifies anybody."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import dagster as dg
import pytest

from cls_pipeline.orchestration.checks import contract_check, delivery_check
from cls_pipeline.orchestration.rule_table import MOST_RULES
from cls_pipeline.outcomes import FixList, StandingFault
from cls_pipeline.registry import Registry, Waiver
from tests.orchestration.loads import failure, loaded, outcome, quiet, standing_fault

WAIVER = Waiver(
    entity="request", rule="request_date.valid", reason="New export in May.", owner="team:ash", until=date(2026, 12, 31)
)


def table_of(result: dg.AssetCheckResult, name: str = "failed_rules") -> list[dict[str, object]]:
    table = result.metadata[name]
    assert isinstance(table, dg.TableMetadataValue)
    return [dict(record.data) for record in table.records]


def judged(registry: Registry, *faults: StandingFault, **changes: object) -> dg.AssetCheckResult:
    load = replace(quiet("ash"), standing={"request": faults}, **changes)
    return contract_check(load, registry.contracts["request"])


def test_a_contract_that_is_met_passes(registry: Registry) -> None:
    assert contract_check(loaded("ash", outcome("ash")), registry.contracts["request"]).passed


def test_warnings_alone_warn_and_a_refused_row_is_an_error(registry: Registry) -> None:
    contract = registry.contracts["request"]
    warned = contract_check(loaded("ash", outcome("ash", failure(severity="warn"))), contract)
    refused = contract_check(loaded("ash", outcome("ash", failure(severity="warn"), failure())), contract)
    assert (warned.passed, warned.severity) == (False, dg.AssetCheckSeverity.WARN)
    assert (refused.passed, refused.severity) == (False, dg.AssetCheckSeverity.ERROR)


def test_the_table_tells_rule_column_rows_example_and_remedy(registry: Registry) -> None:
    result = contract_check(loaded("ash", outcome("ash", failure())), registry.contracts["request"])
    table = result.metadata["failed_rules"]
    assert isinstance(table, dg.TableMetadataValue)
    row = table.records[0].data
    assert (row["rule_id"], row["column"], row["rows"], row["share"]) == (
        "request_date.valid",
        "ContactDate",
        2,
        "2.0%",
    )
    assert (row["example"], row["how_to_fix"]) == ("31/02/2019", "Correct the date in the case record.")


def test_an_example_of_a_column_with_a_pseudonym_is_left_out(registry: Registry) -> None:
    told = failure(rule_id="person_id.required", example="AB123456C")
    result = contract_check(loaded("ash", outcome("ash", told)), registry.contracts["request"])
    assert "AB123456C" not in str(result.metadata)


def test_the_table_is_capped_and_keeps_the_gravest(registry: Registry) -> None:
    warnings = [failure(rule_id=f"w{i}", severity="warn", rows=1000) for i in range(MOST_RULES)]
    result = contract_check(loaded("ash", outcome("ash", *warnings, failure())), registry.contracts["request"])
    table = result.metadata["failed_rules"]
    assert isinstance(table, dg.TableMetadataValue)
    assert len(table.records) == MOST_RULES
    assert table.records[0].data["rule_id"] == "request_date.valid"


def test_a_sender_with_nothing_new_passes_its_delivery_check() -> None:
    assert delivery_check(quiet("ash")).passed


def test_a_refused_delivery_is_an_error_and_a_late_one_a_warning() -> None:
    refused = delivery_check(loaded("ash", outcome("ash", status="refused")))
    late = delivery_check(replace(quiet("ash"), late="The next was due by 1 August."))
    assert refused.severity == dg.AssetCheckSeverity.ERROR
    assert "More than a tenth of the rows of contacts failed." in str(refused.metadata["problems"])
    assert (late.passed, late.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_a_file_that_fits_no_profile_fails_the_delivery_check() -> None:
    assert not delivery_check(loaded("ash", problems=("list.pdf fits no file.",))).passed


def test_a_rule_tells_its_state_and_since_when_it_is_open(registry: Registry) -> None:
    since = date(2026, 8, 14)
    faults = [
        standing_fault(failure(rule_id="a.valid", rows=4)),
        standing_fault(failure(rule_id="b.valid", rows=3), life="continuing", open_since=since, nights_open=20),
        standing_fault(failure(rule_id="c.valid", rows=2), life="returned"),
    ]
    result = judged(registry, *faults)
    assert [(row["state"], row["open_since"]) for row in table_of(result)] == [
        ("new", "02 September 2026, 1 night"),
        ("continuing", "14 August 2026, 20 nights"),
        ("back again", "02 September 2026, 1 night"),
    ]
    assert result.description == "3 rules failed. 1 is new. 1 is back again."


def test_a_rule_that_is_accepted_for_now_is_told_and_fails_nothing(registry: Registry) -> None:
    result = judged(registry, standing_fault(failure(), life="waived", waiver=WAIVER))
    assert result.passed
    assert result.description == "No rule failed. 1 is accepted for now."
    [row] = table_of(result)
    assert row["state"] == "accepted until 31 December 2026 by team:ash: New export in May."
    assert (result.metadata["rules failed"].value, result.metadata["rules accepted for now"].value) == (0, 1)


def test_when_an_acceptance_has_ended_the_rule_fails_and_says_so(registry: Registry) -> None:
    result = judged(registry, standing_fault(failure(), life="continuing", expired_waiver=WAIVER))
    assert not result.passed
    assert table_of(result)[0]["state"] == "continuing; it was accepted until 31 December 2026, which is over"


def test_a_rule_that_could_not_be_checked_stands_in_a_table_of_its_own(registry: Registry) -> None:
    unasked = failure(rule_id="dates", severity="warn", rows=0, not_evaluated=True, meaning="Could not be asked.")
    result = judged(registry, standing_fault(failure()), standing_fault(unasked))
    assert [row["rule_id"] for row in table_of(result)] == ["request_date.valid"]
    assert [(row["rule_id"], row["rule"]) for row in table_of(result, "rules_not_checked")] == [
        ("dates", "Could not be asked.")
    ]
    assert result.description == "1 rule failed. 1 rule could not be checked."
    alone = judged(registry, standing_fault(unasked))
    assert (alone.passed, alone.severity) == (False, dg.AssetCheckSeverity.WARN)


def test_the_numbers_are_named_for_a_plot_over_nights(registry: Registry) -> None:
    warned = standing_fault(failure(rule_id="a.valid", severity="warn", rows=7))
    metadata = judged(registry, standing_fault(failure()), warned).metadata
    numbers = {name: told.value for name, told in metadata.items() if isinstance(told, dg.IntMetadataValue)}
    assert numbers == {
        "rules failed": 2,
        "failing rows not taken": 2,
        "failing rows taken all the same": 7,
        "rules accepted for now": 0,
        "rules not checked": 0,
    }


@pytest.mark.parametrize(
    ("in_workbook", "told"), [(9, "9 lines, in"), (5, "9 lines (5 in the workbook, all in the CSV)")]
)
def test_the_check_leads_to_the_list_of_failing_rows(registry: Registry, in_workbook: int, told: str) -> None:
    lists = {"request": FixList(Path("/r/ash/request.csv"), Path("/r/ash/request.xlsx"), 9, in_workbook)}
    metadata = judged(registry, standing_fault(failure()), fix_lists=lists).metadata
    assert metadata["fix list"] == dg.MetadataValue.path("/r/ash/request.xlsx")
    assert metadata["fix list as CSV"] == dg.MetadataValue.path("/r/ash/request.csv")
    assert told in str(metadata["where to find it"]) and "cls returns ash" in str(metadata["where to find it"])


def test_the_table_is_the_first_thing_to_be_seen(registry: Registry) -> None:
    assert next(iter(judged(registry, standing_fault(failure())).metadata)) == "failed_rules"


def test_the_delivery_check_tells_what_failed_of_all_kinds_of_record_and_passes_itself() -> None:
    load = loaded("ash", outcome("ash", failure(), failure(severity="warn", their_column="Note")))
    result = delivery_check(load)
    assert result.passed
    told = [(row["kind_of_record"], row["column"], row["rows"]) for row in table_of(result, "what_to_put_right")]
    assert told == [("request", "ContactDate", 2), ("request", "Note", 2)]


def test_what_is_accepted_for_now_is_not_among_what_to_put_right() -> None:
    waived = standing_fault(failure(), life="waived", waiver=WAIVER)
    assert "what_to_put_right" not in delivery_check(replace(quiet("ash"), standing={"request": (waived,)})).metadata
