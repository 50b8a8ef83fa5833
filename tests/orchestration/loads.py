"""Loads as a sender's night may have gone, each in a line, and a stand-in for the release."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import duckdb

from cls_pipeline.outcomes import DeliveryOutcome, RuleFailure, SenderLoad, StandingFault, TableAccount
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.shelf import Release


def mart_rows(settings: Settings) -> Release:
    """Stands for the release: proves that the mart was built and can be read in this process."""
    file = settings.warehouse / "warehouse.duckdb"
    with duckdb.connect(str(file), read_only=True) as connection:
        rows = len(connection.execute("select n from mart").fetchall())
    return Release("r1", file, datetime(2026, 9, 2, tzinfo=UTC), "0", "", {"mart": rows}, 0, True, True)


def quiet(sender_id: str) -> SenderLoad:
    return SenderLoad(sender_id, outcomes=(), unchanged=1, problems=(), late=None)


def failure(**changes: object) -> RuleFailure:
    usual = RuleFailure(
        rule_id="request_date.valid",
        severity="refuse_row",
        meaning="The request date is not a date.",
        source_file="contacts_2026-09-01.csv",
        source_table="contacts",
        their_column="ContactDate",
        rows=2,
        share=0.02,
        example="31/02/2019",
        allowed="a day as YYYY-MM-DD",
        nearest="",
        how_to_fix="Correct the date in the case record.",
        metrics=("requests_received",),
        first_row=7,
    )
    return replace(usual, **changes)


def outcome(sender_id: str, *failures: RuleFailure, status: str = "accepted", **changes: object) -> DeliveryOutcome:
    refused = status == "refused"
    account = TableAccount(
        source_file="contacts_2026-09-01.csv",
        source_table="contacts",
        entity="request",
        rows_delivered=100,
        conformed=0 if refused else 98,
        quarantined=0 if refused else 2,
        out_of_scope=0,
        refused=100 if refused else 0,
    )
    usual = DeliveryOutcome(
        delivery_id="d1",
        sender_id=sender_id,
        system_id="alder",
        as_of=date(2026, 9, 1),
        status="refused" if refused else "accepted",
        reasons=("More than a tenth of the rows of contacts failed.",) if refused else (),
        accounts=(account,),
        failures={"request": failures} if failures else {},
        load_id="l1",
    )
    return replace(usual, **changes)


def standing_fault(told: RuleFailure, **changes: object) -> StandingFault:
    night = date(2026, 9, 2)
    return replace(StandingFault(told, night, night, 1, "new", open_since=night, system_id="alder"), **changes)


def loaded(sender_id: str, *outcomes: DeliveryOutcome, **changes: object) -> SenderLoad:
    standing: dict[str, tuple[StandingFault, ...]] = {}
    for item in outcomes:
        for entity, failures in item.failures.items():
            standing[entity] = (*standing.get(entity, ()), *map(standing_fault, failures))
    refused = tuple(" ".join(item.reasons) for item in outcomes if item.status == "refused")
    usual = SenderLoad(sender_id, outcomes, 0, (), None, standing, ("request",), refused)
    return replace(usual, **changes)
