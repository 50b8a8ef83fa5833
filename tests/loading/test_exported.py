"""What dbt reads of a load: what is in force, whose numbers it carries."""

from __future__ import annotations

import polars as pl
from programme import CONTACTS, Programme, alder, contacts, sender

from cls_pipeline.exporting import export_sources
from tests.loading.names import APRIL, MARCH


def test_what_dbt_reads_says_what_is_in_force(programme: Programme) -> None:
    programme.code_lists["council"] = "code,label,valid_from,valid_until,source,nation\nash,Ash,,,test,england\n"
    programme.send(MARCH, contacts(20, {5: {"Outcome": "?"}}))
    programme.load()
    programme.send(APRIL, b"")
    programme.load()
    export_sources(programme.registry, programme.settings)

    def read(name: str) -> pl.DataFrame:
        return pl.read_parquet(programme.settings.warehouse / "ledger" / f"{name}.parquet")

    assert read("load").select("entity", "rows").rows() == [("request", 19)]
    assert read("delivery").select("status", "in_force", "rows_delivered", "conformed", "quarantined").rows() == [
        ("accepted", True, 20, 19, 1),
        ("refused", False, 0, 0, 0),
    ]
    assert set(read("contract_fault").select("rule_id", "state").rows()) == {
        ("outcome.mapped", "open"),
        ("file.empty", "open"),
    }


def test_what_dbt_reads_says_whose_numbers_a_system_carries(programme: Programme) -> None:
    programme.code_lists["council"] = "code,label,valid_from,valid_until,source,nation\nash,Ash,,,test,england\n"
    programme.systems = [alder(), alder(id="alder_2", continues="alder", coverage="period", period_months=12)]
    export_sources(programme.registry, programme.settings)
    systems = pl.read_parquet(programme.settings.warehouse / "registry" / "system.parquet")
    assert systems.select("system_id", "coverage", "period_months", "numbering").rows() == [
        ("alder", "full", None, "alder"),
        ("alder_2", "period", 12, "alder"),
    ]


def test_what_dbt_reads_says_whose_people_a_load_carries(programme: Programme) -> None:
    programme.code_lists["council"] = "code,label,valid_from,valid_until,source,nation\nash,Ash,,,test,england\n"
    lines = {
        "files": [CONTACTS | {"id": "lines", "name": "lines_{as_of}.csv"}],
        "codes": {"outcome": alder()["codes"]["outcome"]},
    }
    programme.systems = [alder(), alder(id="alder_2", continues="alder"), alder(id="till", family="finance", **lines)]
    programme.systems[1]["files"][0]["name"] = "contacts_2_{as_of}.csv"
    case = [{"system": "alder", "until": "2023-12-31"}, {"system": "alder_2", "from": "2024-01-01"}]
    programme.senders[0] = sender("ash", systems=[*case, {"system": "till"}])
    programme.send("contacts_2_2024-03-31.csv", contacts(20))
    programme.send("lines_2024-03-31.csv", contacts(20))
    programme.load()
    export_sources(programme.registry, programme.settings)
    loads = pl.read_parquet(programme.settings.warehouse / "ledger" / "load.parquet")
    assert loads.select("system_id", "person_numbering").sort("system_id").rows() == [
        ("alder_2", "alder"),
        ("till", "alder"),
    ]
