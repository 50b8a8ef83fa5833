"""A small home for the warehouse: conformed records, ledger and registry written as Parquet from literal rows.

What the rest of the pipeline would write, in the shapes that the dbt sources read; nothing of it is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

LINEAGE = (
    "delivery_id varchar, system_id varchar, source_file varchar, source_table varchar, source_row bigint,"
    " warnings varchar[]"
)
CONFORMED = {
    "person": "person_id varchar, national_id varchar, id_scheme varchar, legacy_person_id varchar, birth_month date,"
    " sex varchar, ethnicity varchar, postcode_district varchar, client_type varchar, primary_support_reason varchar,"
    " accommodation_status varchar, employment_status varchar, has_unpaid_carer varchar, death_date date, area varchar",
    "request": "request_id varchar, person_id varchar, request_date date, end_date date, route_of_access varchar,"
    " request_reason varchar, event_outcome varchar, conversation varchar, contact_venue varchar, area varchar",
    "assessment": "assessment_id varchar, person_id varchar, request_id varchar, assessment_type varchar,"
    " start_date date, end_date date, event_outcome varchar, conversation varchar, eligible_needs varchar,"
    " area varchar",
    "service": "service_id varchar, person_id varchar, service_type varchar, service_component varchar,"
    " delivery_mechanism varchar, sds_option varchar, start_date date, end_date date, end_reason varchar,"
    " client_funding_status varchar, unit_cost decimal(18,6), cost_frequency varchar, planned_units_per_week double,"
    " provider_type varchar, area varchar",
    "review": "review_id varchar, person_id varchar, due_date date, review_date date, review_reason varchar,"
    " event_outcome varchar, goals_agreed bigint, goals_met bigint, area varchar",
    "cost_line": "cost_line_id varchar, person_id varchar, service_id varchar, service_component varchar,"
    " start_date date, end_date date, unit_cost decimal(18,6), cost_frequency varchar, planned_units_per_week double,"
    " client_contribution_per_week decimal(18,6)",
    "outcome_score": "score_id varchar, person_id varchar, instrument varchar, item varchar, score_date date,"
    " score double, mode varchar",
    "hub_session": "session_id varchar, hub varchar, venue varchar, session_date date, people_seen bigint,"
    " partner_type varchar, area varchar",
    "workforce": "team varchar, month date, caseload_open bigint, vacancies_fte double, staff_fte double,"
    " empowerment_score double, area varchar",
    "indicator": "measure varchar, measure_type varchar, area_code varchar, grain varchar, period_start date,"
    " breakdown varchar, breakdown_value varchar, value double, value_status varchar, value_text varchar, note varchar",
}
GSS_CODES = "struct(code varchar, valid_from date, valid_until date)[]"
TABLES = {
    "ledger/load": "load_id varchar, delivery_id varchar, sender_id varchar, system_id varchar, entity varchar,"
    " as_of date, received_at timestamp, rows bigint, person_numbering varchar",
    "ledger/delivery": "delivery_id varchar, load_id varchar, sender_id varchar, system_id varchar, as_of date,"
    " received_at timestamp, status varchar, in_force boolean, reason varchar, rows_delivered bigint,"
    " conformed bigint, quarantined bigint, out_of_scope bigint, refused bigint",
    "ledger/row_account": "delivery_id varchar, load_id varchar, sender_id varchar, system_id varchar,"
    " source_file varchar, source_table varchar, entity varchar, rows_delivered bigint, conformed bigint,"
    " quarantined bigint, out_of_scope bigint, refused bigint, out_of_scope_reasons varchar",
    "ledger/contract_fault": "sender_id varchar, system_id varchar, entity varchar, rule_id varchar, severity varchar,"
    " source_file varchar, source_table varchar, their_column varchar, meaning varchar, how_to_fix varchar,"
    " metrics varchar, rows bigint, share double, files bigint, first_seen date, opened date, last_seen date,"
    " closed date, times_opened bigint, state varchar, waived_until date, delivery_id varchar",
    "ledger/fault_night": "sender_id varchar, system_id varchar, entity varchar, rule_id varchar, source_table varchar,"
    " their_column varchar, night date, severity varchar, rows bigint, of_rows bigint, state varchar",
    "identity/person_link/_none": "site_id varchar, numbering varchar, person_id varchar, person_key varchar,"
    " method varchar, confidence double",
    "history/first_published": "site_id varchar, area varchar, metric_id varchar, definition_version integer,"
    " grain varchar, period_start date, breakdown varchar, breakdown_value varchar, first_value double,"
    " release_id varchar",
    "registry/sender": "sender_id varchar, name varchar, kind varchar, nation varchar, confirmed boolean,"
    f" organisation varchar, council_code varchar, gss_codes {GSS_CODES}",
    "registry/sender_system": "sender_id varchar, system_id varchar, family varchar, valid_from date, valid_until date",
    "registry/system": "system_id varchar, name varchar, family varchar, layout varchar, coverage varchar,"
    " period_months integer, numbering varchar",
    "registry/code": 'list varchar, code varchar, "group" varchar, setting varchar, weekly_factor double,'
    " resolved_first_contact varchar, metric_id varchar, definition_version integer",
    "registry/programme_area": "sender_id varchar, area varchar, start_date date, is_innovation boolean,"
    " is_illustrative boolean",
    "registry/area_spelling": "sender_id varchar, system_id varchar, spelling varchar, area varchar",
    "registry/public_team": "sender_id varchar, team varchar",
    "registry/council": f"code varchar, label varchar, nation varchar, gss_codes {GSS_CODES}",
}
CODES: list[dict[str, Any]] = [
    {"list": "event_outcome", "code": "progress_assessment", "group": "assessment", "resolved_first_contact": "no"},
    {"list": "event_outcome", "code": "nfa_information_advice", "group": "nfa", "resolved_first_contact": "yes"},
    {"list": "service_type", "code": "long_term_community", "group": "long_term"},
    {"list": "service_type", "code": "st_max", "group": "short_term"},
    {"list": "cost_frequency", "code": "weekly", "weekly_factor": 1.0},
    {"list": "cost_frequency", "code": "fortnightly", "weekly_factor": 0.5},
    {"list": "cost_frequency", "code": "hourly"},
    {"list": "cost_frequency", "code": "one_off"},
    {"list": "measure", "code": "quality_v1", "metric_id": "quality", "definition_version": 1, "group": "survey"},
    {"list": "measure", "code": "quality_v2", "metric_id": "quality", "definition_version": 2, "group": "survey"},
    {"list": "measure", "code": "survey_returned", "group": "survey"},
]


class Home:
    """Writes a home's sources; `save` brings the ledger and the registry to disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tables: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}
        self.tables["registry/code"] = list(CODES)
        for entity in CONFORMED:
            self._write_conformed(entity, "_none", "_none", "", [])

    def system(
        self, system_id: str, *, family: str = "case_management", coverage: str = "full", numbering: str | None = None
    ) -> None:
        """Adds a system to the register; it numbers people and records by itself unless `numbering` names another."""
        self.tables["registry/system"].append(
            {
                "system_id": system_id,
                "name": system_id.title(),
                "family": family,
                "layout": "illustrative",
                "coverage": coverage,
                "period_months": 12 if coverage == "period" else None,
                "numbering": numbering or system_id,
            }
        )

    def sender(self, sender_id: str, *systems: tuple[str, str | None, str | None], **more: Any) -> None:
        """Adds a sender and its systems, each as id, first day and last day."""
        row = {
            "sender_id": sender_id,
            "name": sender_id.title(),
            "kind": "site",
            "nation": "england",
            "confirmed": True,
        }
        self.tables["registry/sender"].append(row | more)
        families = {row["system_id"]: row["family"] for row in self.tables["registry/system"]}
        for system_id, valid_from, valid_until in systems:
            span = {"system_id": system_id, "valid_from": valid_from, "valid_until": valid_until}
            self.tables["registry/sender_system"].append(
                {"sender_id": sender_id, "family": families[system_id], **span}
            )

    def link(self, site_id: str, person_key: str, **numbers: str) -> None:
        """Says that these numbers, each given by its numbering, stand for one person at a site."""
        for numbering, person_id in numbers.items():
            row = {"site_id": site_id, "numbering": numbering, "person_id": person_id, "person_key": person_key}
            self.tables["identity/person_link/_none"].append(row | {"method": "legacy_id", "confidence": 1.0})

    def load(
        self,
        sender_id: str,
        system_id: str,
        load_id: str,
        as_of: str,
        records: dict[str, list[dict[str, Any]]],
        *,
        serves: str | None = None,
    ) -> None:
        """Adds a load in force with its records by entity; a finance system has the people of the one it `serves`."""
        numberings = {row["system_id"]: row["numbering"] for row in self.tables["registry/system"]}
        for entity, rows in records.items():
            self._write_conformed(entity, sender_id, load_id, system_id, rows)
            self.tables["ledger/load"].append(
                {
                    "load_id": load_id,
                    "delivery_id": load_id,
                    "sender_id": sender_id,
                    "system_id": system_id,
                    "entity": entity,
                    "as_of": as_of,
                    "received_at": f"{as_of} 02:00:00",
                    "rows": len(rows),
                    "person_numbering": serves or numberings[system_id],
                }
            )

    def withdraw(self, load_id: str) -> None:
        """Takes a load out of force; its files go too."""
        self.tables["ledger/load"] = [row for row in self.tables["ledger/load"] if row["load_id"] != load_id]
        for file in self.root.glob(f"conformed/*/*/load_id={load_id}/data.parquet"):
            file.unlink()

    def save(self) -> None:
        """Writes ledger and registry."""
        for name, rows in self.tables.items():
            write_parquet(self.root / "warehouse" / f"{name}.parquet", TABLES[name], rows)

    def _write_conformed(
        self, entity: str, site: str, load_id: str, system_id: str, rows: list[dict[str, Any]]
    ) -> None:
        path = self.root / "conformed" / entity / f"site={site}" / f"load_id={load_id}" / "data.parquet"
        lineage = {"delivery_id": load_id, "system_id": system_id, "source_file": "f.csv", "source_table": entity}
        write_parquet(
            path,
            f"{LINEAGE}, {CONFORMED[entity]}",
            [{**lineage, "source_row": number, **row} for number, row in enumerate(rows, start=2)],
        )


def write_parquet(path: Path, columns: str, rows: Sequence[dict[str, Any]]) -> None:
    """Writes rows, given as dictionaries of some of the columns, with exactly these columns and types."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as con:
        con.execute(f"create table t ({columns})")
        for row in rows:
            names = ", ".join(f'"{name}"' for name in row)
            con.execute(f"insert into t ({names}) values ({', '.join('?' * len(row))})", list(row.values()))
        con.execute(f"copy t to '{path}' (format parquet)")
