"""The checks say what failed, how gravely, and nothing that identifies anybody."""

from __future__ import annotations

from dataclasses import replace

import dagster as dg

from cls_pipeline.orchestration.checks import MOST_RULES, contract_check, delivery_check
from cls_pipeline.registry import Registry
from tests.orchestration.loads import failure, loaded, outcome, quiet


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
