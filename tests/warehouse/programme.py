"""A literal programme of two sites and one publisher, small enough to count by hand.

Ashby changes from `oldcase` to `newcase` on 1 April 2020 and has no finance system; of three people who wait then,
`newcase` knows two. Brook's `changes` sends only what changed, and `finance` is in force there from 1 February 2020.
`book` prints figures about Ashby's council and another.
"""

from __future__ import annotations

import csv
from typing import Any

from cls_pipeline.settings import PROJECT_ROOT

from .home import Home

HEADER = (
    "metric_id,definition_version,name,definition,numerator,denominator,unit,direction,valid_from,valid_until,"
    "owner,nations,outcome,question,source_kind,source\n"
)
RECORD_METRICS = (
    "requests_received",
    "requests_resolved_at_first_contact",
    "people_waiting_for_assessment",
    "median_days_request_to_assessment",
    "people_with_long_term_support",
    "weekly_cost_open_packages",
)
with (PROJECT_ROOT / "dbt_project" / "seeds" / "metric_definition.csv").open(encoding="utf-8", newline="") as seed:
    # Of the project's own definitions only which figures there are, so that none lacks one, and their units.
    UNITS = {row["metric_id"]: row["unit"] for row in csv.DictReader(seed) if row["source_kind"] == "records"}
DEFINITIONS = (
    HEADER
    + "".join(
        f'{m},1,{m},Definition.,,,"{unit}",neutral,,,{owner},england,1,6,records,ours\n'
        for m, unit in UNITS.items()
        for owner in ["programme" if m in RECORD_METRICS else "ours"]
    )
    + "quality,1,Quality,Old definition.,,,score,higher,,2019-03-31,national,england,1,4,published,book\n"
    + "quality,2,Quality,New definition.,,,score,higher,2019-04-01,,national,england,1,4,published,book\n"
    + "quality_base,2,Quality: base,Answers.,,,people,neutral,2019-04-01,,national,england,1,4,published,book\n"
)
Record = dict[str, Any]


def requests(days: list[str], outcome: str | None, prefix: str, first: int = 0) -> list[Record]:
    """A request a day, each of a person of its own."""
    return [
        {"request_id": f"{prefix}{n}", "person_id": f"{prefix}{n}", "request_date": day, "event_outcome": outcome}
        for n, day in enumerate(days, start=first)
    ]


def services(number: int, prefix: str, **more: Any) -> list[Record]:
    """Long-term services at 100 pounds a week, each of a person of its own."""
    base = {"service_type": "long_term_community", "unit_cost": "100.10", "cost_frequency": "weekly"}
    return [{"service_id": f"{prefix}{n}", "person_id": f"{prefix}{n}", **base, **more} for n in range(number)]


OLD_CASE = {
    "person": [{"person_id": f"b{n}"} for n in range(8, 11)],
    "request": requests(["2020-01-10"] * 9, "nfa_information_advice", "a")
    + requests(["2020-01-20"] * 11, "progress_assessment", "b")
    + requests(["2020-02-20"] * 3, "nfa_information_advice", "c"),
    "assessment": [{"assessment_id": f"b{n}", "person_id": f"b{n}", "start_date": "2020-02-19"} for n in range(8)],
    # One that ended soon after the first start: what has ended is on record too.
    "service": services(9, "s", start_date="2015-01-01")
    + services(1, "t", start_date="2019-01-01", end_date="2020-02-10")
    + services(1, "w", start_date="2015-01-02", end_date="2015-02-01"),
}
NEW_CASE = {
    "person": [{"person_id": f"n{n}", "legacy_person_id": f"b{n}"} for n in range(8, 10)],
    # Entered late of people who came last, and one that was carried over.
    "request": requests(["2020-03-31"] * 9, "nfa_information_advice", "d")
    + requests(["2020-01-20"], "progress_assessment", "n", first=8)
    + requests(["2020-04-30"] * 8, "progress_assessment", "e")
    + requests(["2020-05-01"] * 20, "nfa_information_advice", "f"),
    "assessment": [{"assessment_id": "n9", "person_id": "n9", "start_date": "2020-04-20"}],
    "service": services(12, "s", start_date="2015-01-01"),
}
CHANGES_1 = {
    "request": requests(["2020-01-05"] * 10, None, "g"),
    "service": services(10, "u", start_date="2019-06-01"),
}
# A later delivery of the same system: one request again, now with an outcome, and two more.
CHANGES_2 = {
    "request": requests(["2020-01-05"], "nfa_information_advice", "g")
    + requests(["2020-01-06"] * 2, "nfa_information_advice", "h"),
    "service": services(1, "v", start_date="2020-03-01"),
}


def cost_line(number: int, unit_cost: str, frequency: str) -> Record:
    """A cost line of the person that the service of this number is for."""
    line = {"cost_line_id": f"{frequency}{number}", "person_id": f"u{number}", "start_date": "2019-06-01"}
    return line | {"unit_cost": unit_cost, "cost_frequency": frequency}


FINANCE = {"cost_line": [*[cost_line(n, "30", "fortnightly") for n in range(10)], cost_line(1, "999", "one_off")]}


def figure(measure: str, kind: str, area: str, year: int, value: float | None, status: str = "published") -> Record:
    """One printed figure of a financial year."""
    return {
        "measure": measure,
        "measure_type": kind,
        "area_code": area,
        "grain": "year",
        "period_start": f"{year}-04-01",
        "breakdown": "all",
        "breakdown_value": "all",
        "value": value,
        "value_status": status,
    }


BOOK = {
    "indicator": [
        figure("quality_v1", "outcome", "ash", 2018, 18.123456789012345),
        figure("quality_v2", "outcome", "ash", 2019, 19.5),
        figure("quality_v2", "numerator", "ash", 2019, 3),
        figure("quality_v2", "denominator", "ash", 2019, 40),
        figure("quality_v2", "base", "ash", 2019, 5),
        figure("quality_v2", "outcome", "oth", 2019, None, "suppressed"),
        figure("quality_v2", "outcome", "oth", 2020, None, "missing"),
        figure("survey_returned", "coverage", "oth", 2020, None, "not_submitted"),
    ]
}


def write_programme(home: Home) -> Home:
    """Writes the programme's sources."""
    for system_id in ("oldcase", "newcase"):
        home.system(system_id)
    home.system("changes", coverage="changes")
    home.system("finance", family="finance")
    home.system("book", family="publication", coverage="period")
    home.sender("ashby", ("oldcase", "2016-04-01", "2020-03-31"), ("newcase", "2020-04-01", None), council_code="ash")
    home.sender("brook", ("changes", None, None), ("finance", "2020-02-01", None))
    home.sender("printer", ("book", None, None), kind="publisher", nation=None)
    for code in ("ash", "oth", "far"):
        home.tables["registry/council"].append({"code": code, "label": f"{code.title()} Council", "nation": "england"})
    for n in range(8, 10):
        home.link("ashby", f"one{n}", oldcase=f"b{n}", newcase=f"n{n}")
    home.load("ashby", "oldcase", "old1", "2020-03-31", OLD_CASE)
    home.load("ashby", "newcase", "new1", "2020-05-15", NEW_CASE)
    home.load("brook", "changes", "chg1", "2020-01-31", CHANGES_1)
    home.load(
        "brook", "changes", "chg2", "2020-03-31", CHANGES_2 | {"service": services(1, "v", start_date="2020-03-01")}
    )
    home.load("brook", "finance", "fin1", "2020-02-29", FINANCE, serves="changes")
    home.load("printer", "book", "book1", "2021-06-01", BOOK)
    home.tables["ledger/delivery"] = [
        {"delivery_id": "old1", "sender_id": "ashby", "system_id": "oldcase", "status": "accepted", "in_force": True}
    ]
    home.tables["ledger/row_account"] = [
        {
            "delivery_id": "old1", "load_id": "old1", "sender_id": "ashby", "source_table": "request",
            "rows_delivered": 24, "conformed": 23, "quarantined": 1, "out_of_scope": 0, "refused": 0,
        }
    ]  # fmt: skip
    fault = {
        "sender_id": "ashby", "system_id": "oldcase", "entity": "person", "rule_id": "sex.mapped",
        "source_table": "person", "their_column": "Sex", "rows": 1, "state": "open",
    }  # fmt: skip
    seen = {"first_seen": "2020-02-03", "opened": "2020-03-02", "last_seen": "2020-03-04"}
    home.tables["ledger/contract_fault"] = [fault | seen | {"times_opened": 2, "state": "returned"}]
    home.tables["ledger/fault_night"] = [
        fault | {"night": "2020-03-02", "rows": 30, "of_rows": 40},
        fault | {"night": "2020-03-04", "rows": 1, "of_rows": 40},
    ]
    home.save()
    return home
