"""Sites that change their system, literal and small enough to count by hand: every reason for which a row is left out.

Carr changes from `oldcase` to `newcase` with two weeks between them; Dale has no system at the end of April. They stand
beside the sites of `tests.warehouse.programme`.
"""

from __future__ import annotations

from typing import Any

from tests.warehouse.home import Home
from tests.warehouse.programme import services

Record = dict[str, Any]

#: Who is who at Carr: q1 and q2 of the new system are p1 and p2 of the old; nobody found q9.
LINKS = (
    ("oldcase", "p1", "k1", "self"),
    ("newcase", "q1", "k1", "national_id"),
    ("oldcase", "p2", "k2", "self"),
    ("newcase", "q2", "k2", "legacy_id"),
)


def request(request_id: str, person_id: str, day: str, outcome: str | None) -> Record:
    return {"request_id": request_id, "person_id": person_id, "request_date": day, "event_outcome": outcome}


def assessment(assessment_id: str, person_id: str, start: str, end: str | None = None) -> Record:
    return {"assessment_id": assessment_id, "person_id": person_id, "start_date": start, "end_date": end}


def people(*numbers: str) -> list[Record]:
    return [{"person_id": number} for number in numbers]


ASSESS, ADVISE = "progress_assessment", "nfa_information_advice"
OLD = {
    "person": people("p1", "p2", "p3", "p5", "s0", "s1", "s2", "s3", "s4"),
    "request": [
        request("r1", "p1", "2020-03-10", ASSESS),
        request("r2", "p1", "2020-03-10", ASSESS),  # a copy of r1
        request("r3", "p2", "2020-03-12", None),
        request("r4", "p3", "2020-03-15", ADVISE),
        request("r5", "p5", "2020-03-11", ASSESS),  # nobody knows p5 afterwards
        request("r6", "p2", "2020-03-18", ASSESS),  # answered, if at all, between the systems
        request("r7", "p2", "2020-03-28", ASSESS),  # asks again
    ],
    "assessment": [
        assessment("a1", "p1", "2020-03-28", "2020-03-20"),  # its days have changed places
        assessment("a2", "p3", "2020-03-21"),  # answers no request
    ],
    # Most of what is open is closed on the last day of the system.
    "service": [
        *services(5, "s", start_date="2019-05-01", end_date="2020-03-31"),
        *services(1, "second", start_date="2019-06-01", unit_cost=None),
    ],
}
OLD["service"][-1]["person_id"] = "s0"
NEW = {
    "person": people("q1", "q2", "q7", "q9"),
    "request": [
        request("n1", "q1", "2020-03-10", ASSESS),  # r1, carried over
        request("n2", "q9", "2018-03-10", ADVISE),
        request("n3", "q9", "2020-03-20", ADVISE),
        request("n4", "q2", "2020-03-23", ADVISE),  # entered late: the old system does not hold it
        request("n5", "q7", "2020-04-20", ASSESS),
        request("n6", "q7", "2020-04-22", ASSESS),
    ],
    "assessment": [assessment("b1", "q1", "2020-05-20")],
    "service": [
        *services(2, "q", start_date="2019-05-01"),
        *services(1, "again", start_date="2019-05-01"),  # carried over twice, alike in all but its number
        *services(1, "u", start_date="2019-05-01", service_type="st_max"),
    ],
}
NEW["service"][2]["person_id"] = "q1"


def write_moving(home: Home) -> None:
    """Adds Carr and Dale to a home that has the literal programme."""
    spans = (("oldcase", "2016-04-01", "2020-03-31"), ("newcase", "2020-04-15", None))
    home.sender("carr", *spans)
    home.load("carr", "oldcase", "carr_old", "2020-03-31", OLD)
    home.load("carr", "newcase", "carr_new", "2020-06-30", NEW)
    home.sender("dale", ("oldcase", "2016-04-01", "2020-04-20"), ("newcase", "2020-05-04", None))
    home.load("dale", "oldcase", "dale_old", "2020-04-20", {"request": [request("d1", "p1", "2020-03-10", ADVISE)]})
    home.load("dale", "newcase", "dale_new", "2020-05-31", {"request": [request("e1", "q1", "2020-05-10", ADVISE)]})
    home.tables["ledger/delivery"].append(
        {
            "delivery_id": "dale_bad", "sender_id": "dale", "system_id": "newcase", "as_of": "2020-06-30",
            "status": "refused", "in_force": False, "reason": "20 of 36 rows failed their contract.",
        }
    )  # fmt: skip
    home.tables["ledger/row_account"].append(
        {"delivery_id": "carr_old", "sender_id": "carr", "source_file": "f.csv", "entity": "request", "quarantined": 3}
    )
    home.tables["identity/person_link/_none"] += [
        {"site_id": "carr", "numbering": n, "person_id": p, "person_key": key, "method": method, "confidence": 1.0}
        for n, p, key, method in LINKS
    ]
    home.save()
