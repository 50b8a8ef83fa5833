"""A programme of two sites for tests: a registry written from plain dictionaries, files to send, and loads.

Small on purpose. The real registry is tested in `contracts` and `registry`.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from cls_pipeline.deliveries.landing import read_landed
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.dry_run import check_files
from cls_pipeline.loading import load_sender
from cls_pipeline.outcomes import DeliveryOutcome, SenderLoad
from cls_pipeline.registry import Registry, load_registry
from cls_pipeline.settings import Settings

Yaml = dict[str, Any]


def custom(**properties: object) -> list[Yaml]:
    return [{"property": name, "value": value} for name, value in properties.items()]


def contract(entity: str, properties: list[Yaml], quality: list[Yaml] | None = None) -> Yaml:
    schema = {"name": entity, "description": f"A {entity}.", "properties": properties, "quality": quality or []}
    head = {"apiVersion": "v3.1.0", "kind": "DataContract", "id": entity, "version": "1.0.0", "status": "active"}
    return head | {"schema": [schema]}


PERSON = contract(
    "person",
    [
        {"name": "person_id", "logicalType": "string", "required": True, "primaryKey": True,
         "customProperties": custom(pseudonym="person", identifies=True)},
        {"name": "national_id", "logicalType": "string",
         "customProperties": custom(pseudonym="national", identifies=True)},
        {"name": "id_scheme", "logicalType": "string", "customProperties": custom(codeList="id_scheme")},
        {"name": "birth_month", "logicalType": "date", "customProperties": custom(identifies=True, truncate="month")},
    ],
    [
        {"name": "id_scheme_given", "type": "custom", "engine": "polars", "severity": "refuse_row",
         "implementation": "national_id IS NULL OR id_scheme IS NOT NULL",
         "description": "A national number without its register.",
         "customProperties": custom(columns=["national_id", "id_scheme"], howToFix="Say which register it is from.")},
    ],
)  # fmt: skip
REQUEST = contract(
    "request",
    [
        {"name": "request_id", "logicalType": "string", "required": True, "primaryKey": True},
        {"name": "person_id", "logicalType": "string", "required": True,
         "customProperties": custom(pseudonym="person", identifies=True)},
        {"name": "request_date", "logicalType": "date", "required": True,
         "customProperties": custom(eventDate=True, metrics=["requests_received"])},
        {"name": "end_date", "logicalType": "date"},
        {"name": "outcome", "logicalType": "string",
         "customProperties": custom(codeList="outcome", metrics=["requests_received"])},
        {"name": "cost", "logicalType": "number", "physicalType": "decimal(18,6)",
         "logicalTypeOptions": {"minimum": 0}},
        {"name": "area", "logicalType": "string"},
    ],
    [
        {"name": "dates_in_order", "type": "custom", "engine": "polars", "severity": "refuse_row",
         "implementation": "end_date >= request_date", "description": "The request ends before it starts.",
         "customProperties": custom(columns=["request_date", "end_date"], howToFix="Correct one of the dates.")},
        {"name": "person_known", "type": "custom", "engine": "polars", "severity": "warn",
         "description": "The person is not in the persons file.",
         "customProperties": custom(columns=["person_id"], howToFix="Send the person too.",
                                    references={"entity": "person", "column": "person_id"})},
    ],
)  # fmt: skip
CODE_LISTS = {
    "id_scheme": "code,label,valid_from,valid_until,source\nnhs_number,NHS number,,,test\nchi,CHI number,,,test\n",
    "outcome": (
        "code,label,valid_from,valid_until,source\n"
        "support,Long-term support,,,test\nadvice,Advice and information,,,test\nnone,No further action,,,test\n"
    ),
}
PERSONS: Yaml = {
    "id": "persons", "name": "persons_{as_of}.csv", "entity": "person", "required": False, "format": {"kind": "csv"},
    "columns": {
        "person_id": {"from": "PersonID"}, "national_id": {"from": "NHS"}, "id_scheme": {"from": "Register"},
        "birth_month": {"from": "Born"},
    },
    "ignore": ["Forename", "Surname"],
}  # fmt: skip
CONTACTS: Yaml = {
    "id": "contacts", "name": "contacts_{as_of}.csv", "entity": "request", "format": {"kind": "csv"},
    "columns": {
        "request_id": {"from": "ContactID"}, "person_id": {"from": "PersonID"}, "request_date": {"from": "ContactDate"},
        "end_date": {"from": "EndDate"}, "outcome": {"from": "Outcome"}, "cost": {"from": "Cost"},
        "area": {"from": "Locality"},
    },
}  # fmt: skip
ALDER: Yaml = {
    "id": "alder", "name": "Alder", "family": "case_management", "layout": "illustrative", "source": "tests",
    "coverage": "full", "bundle": "together", "missing": ["", "NULL"], "dates": ["%d/%m/%Y"],
    "files": [CONTACTS, PERSONS],
    "codes": {
        "outcome": {"1 Long term support": "support", "2 Advice": "advice", "3 NFA": "none"},
        "id_scheme": {"NHS": "nhs_number", "CHI": "chi"},
    },
}  # fmt: skip
HEADER = "ContactID,PersonID,ContactDate,EndDate,Outcome,Cost,Locality"
NAMES = HEADER.split(",")
PERSON_HEADER = "PersonID,NHS,Register,Born,Forename,Surname"


def alder(**changes: Any) -> Yaml:
    """The profile of the first system, with changes of the profile or, by `contacts=`, of its contacts table."""
    profile = copy.deepcopy(ALDER)
    profile["files"][0].update(changes.pop("contacts", {}))
    return profile | changes


def sender(sender_id: str, **changes: Any) -> Yaml:
    usual = {"id": sender_id, "name": sender_id.capitalize(), "kind": "site", "nation": "england"}
    return usual | {"owner": f"team:{sender_id}", "systems": [{"system": "alder"}]} | changes


def rows(
    count: int = 20, changes: dict[int, dict[str, str]] | None = None, *, month: str = "03/2024"
) -> list[list[str]]:
    """Rows of contacts; `changes` by the row number that a spreadsheet shows (the header is 1)."""
    made = []
    for number in range(2, count + 2):
        day = f"{number % 27 + 1:02}/{month}"
        row = dict(zip(NAMES, [f"C{number}", f"P{number}", day, "", "2 Advice", "10.50", "North"], strict=True))
        made.append(list((row | (changes or {}).get(number, {})).values()))
    return made


def csv_text(table: list[list[str]], header: str = HEADER) -> str:
    return "\n".join([header, *(",".join(row) for row in table), ""])


def contacts(count: int = 20, changes: dict[int, dict[str, str]] | None = None, *, month: str = "03/2024") -> str:
    """A contacts file as text."""
    return csv_text(rows(count, changes, month=month))


@dataclass
class Programme:
    """A home, a registry folder, and what one does with them."""

    settings: Settings
    contracts: dict[str, Yaml] = field(default_factory=lambda: {"person": PERSON, "request": REQUEST})
    systems: list[Yaml] = field(default_factory=lambda: [alder()])
    senders: list[Yaml] = field(default_factory=lambda: [sender("ash"), sender("birch")])
    code_lists: dict[str, str] = field(default_factory=lambda: dict(CODE_LISTS))

    @property
    def registry(self) -> Registry:
        """The registry as it now stands, written and read."""
        return load_registry(self.write())

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.settings.ledger_path)

    def write(self) -> Path:
        folder = self.settings.contracts_dir
        for part in ("entities", "systems", "senders", "code_lists"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        for entity, content in self.contracts.items():
            (folder / "entities" / f"{entity}.odcs.yaml").write_text(yaml.safe_dump(content, sort_keys=False))
        for system in self.systems:
            (folder / "systems" / f"{system['id']}.yaml").write_text(yaml.safe_dump(system, sort_keys=False))
        for one in self.senders:
            (folder / "senders" / f"{one['id']}.yaml").write_text(yaml.safe_dump(one, sort_keys=False))
        for name, text in self.code_lists.items():
            (folder / "code_lists" / f"{name}.csv").write_text(text)
        return folder

    def send(self, name: str, content: str | bytes, sender_id: str = "ash") -> Path:
        """Drops a file into a sender's inbox."""
        path = self.settings.inbox / sender_id / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def load(self, sender_id: str = "ash") -> SenderLoad:
        return load_sender(sender_id, self.registry, self.settings)

    def outcome(self, sender_id: str = "ash") -> DeliveryOutcome:
        """The outcome of the one delivery that a load finds."""
        [outcome] = self.load(sender_id).outcomes
        return outcome

    def check(self, *files: Path, sender_id: str = "ash") -> tuple[list[DeliveryOutcome], list[str]]:
        return check_files(list(files), sender_id, None, self.registry, self.settings)

    def conformed(self, entity: str = "request", sender_id: str = "ash") -> pl.DataFrame:
        """The conformed records on disk."""
        return self._read(self.settings.conformed, entity, sender_id)

    def quarantine(self, entity: str = "request", sender_id: str = "ash") -> pl.DataFrame:
        """The quarantined records on disk."""
        return self._read(self.settings.quarantine, entity, sender_id)

    def _read(self, room: Path, entity: str, sender_id: str) -> pl.DataFrame:
        paths = sorted((room / entity / f"site={sender_id}").glob("load_id=*/data.parquet"))
        return pl.concat([pl.read_parquet(path) for path in paths]) if paths else pl.DataFrame()

    def landed(self, sender_id: str = "ash") -> dict[str, bytes]:
        """Every landed file by name, as it was received."""
        return {
            file.name: read_landed(self.settings.landing, delivery, file)
            for delivery in self.ledger.deliveries(sender_id)
            for file in delivery.files
        }

    def faults(self, sender_id: str = "ash") -> dict[str, str]:
        """The state of each fault by rule."""
        found = self.ledger.query("select rule_id, state from contract_fault where sender_id = ?", (sender_id,))
        return {row["rule_id"]: row["state"] for row in found}


def rule_ids(outcome: DeliveryOutcome) -> list[str]:
    return sorted(failure.rule_id for failures in outcome.failures.values() for failure in failures)


def told(outcome: DeliveryOutcome) -> str:
    """All that a sender is told of a delivery."""
    return "\n".join(failure.sentence for failures in outcome.failures.values() for failure in failures)


def counts(outcome: DeliveryOutcome, entity: str = "request") -> tuple[int, int, int, int, int]:
    """Delivered, conformed, quarantined, out of scope, refused."""
    account = outcome.rows(entity)
    sums = (account.conformed, account.quarantined, account.out_of_scope, account.refused)
    assert account.rows_delivered == sum(sums)
    return (account.rows_delivered, *sums)


def records(quarantined: pl.DataFrame) -> list[dict[str, str]]:
    """The whole rows in quarantine."""
    return [json.loads(text) for text in quarantined["record"]]
