"""A load goes on where the last one stopped, reads again what is read differently now, and keeps the last good."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from programme import CONTACTS, Programme, Yaml, alder, contacts, counts, csv_text, records, rows, rule_ids, sender

from cls_pipeline import loading
from cls_pipeline.deliveries.pull import pull
from cls_pipeline.exporting import export_sources
from cls_pipeline.status import overview

MARCH, APRIL, MAY = (f"contacts_2024-{month}.csv" for month in ("03-31", "04-30", "05-31"))


def in_force(programme: Programme, sender_id: str = "ash") -> list[str]:
    """The files of the deliveries in force."""
    return [d.files[0].name for d in programme.ledger.deliveries(sender_id) if d.in_force]


def tree(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_landed_before_a_kill_is_conformed_by_the_next_run(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.send(MARCH, contacts())

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(loading, "conform_delivery", killed)
        programme.load()
    assert programme.landed() == {MARCH: contacts().encode()}
    (programme.settings.inbox / "ash" / MARCH).unlink()
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)


def test_a_kill_before_the_ledger_is_written_leaves_no_record_twice(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.send(MARCH, contacts())

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("cls_pipeline.deliveries.ledger.Ledger.settle", killed)
        programme.load()
    programme.load()
    assert programme.conformed().height == 20
    assert not list((programme.settings.home / "drafts").glob("*"))


def test_a_delivery_that_only_landed_is_loaded_by_the_next_run(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    registry = programme.registry
    assert pull(registry.senders["ash"], registry, programme.settings, programme.ledger).new == 1
    load = programme.load()
    assert [outcome.status for outcome in load.outcomes] == ["accepted"]
    assert load.unchanged == 1


def test_a_newly_mapped_code_reads_the_delivery_again_and_fixes_the_fault(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": "4 Equipment"}}))
    assert counts(programme.outcome()) == (20, 19, 1, 0, 0)
    assert programme.faults() == {"outcome.mapped": "open"}
    programme.senders = [sender("ash", additions={"codes": {"outcome": {"4 Equipment": "support"}}}), sender("birch")]
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)
    assert programme.faults() == {"outcome.mapped": "fixed"}
    assert programme.conformed().height == 20
    assert programme.quarantine().is_empty()


def test_a_change_that_does_not_concern_a_delivery_reads_nothing_again(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    programme.senders = [sender("ash", notes="Moved to a new office."), sender("birch", additions={})]
    assert programme.load().outcomes == ()


def test_a_reading_that_now_fails_keeps_the_last_good_one_in_force(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    good = programme.conformed()
    programme.systems = [alder(codes={"outcome": {"1": "support"}, "id_scheme": {"NHS": "nhs_number"}})]
    outcome = programme.outcome()
    assert outcome.status == "refused"
    assert in_force(programme) == [MARCH]
    assert programme.conformed().equals(good)
    assert programme.faults()["rows.too_many_failing"] == "open"
    assert programme.load().outcomes == ()
    programme.systems = [alder()]
    assert programme.outcome().status == "accepted"
    assert set(programme.faults().values()) == {"fixed"}


def test_the_latest_full_delivery_replaces_the_one_before_and_landing_keeps_both(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    programme.load()
    programme.send(APRIL, contacts(25, month="04/2024"))
    programme.load()
    assert in_force(programme) == [APRIL]
    assert programme.conformed().height == 25
    assert programme.landed().keys() == {MARCH, APRIL}


def test_an_older_delivery_that_comes_late_does_not_replace(programme: Programme) -> None:
    programme.send(APRIL, contacts(25, month="04/2024"))
    programme.load()
    programme.send(MARCH, contacts(20, {5: {"Outcome": "?"}}))
    outcome = programme.outcome()
    assert (outcome.status, outcome.as_of) == ("accepted", date(2024, 3, 31))
    assert in_force(programme) == [APRIL]
    assert programme.conformed().height == 25
    assert programme.faults() == {}
    assert programme.load().outcomes == ()


def test_a_history_sent_at_once_ends_with_the_latest_in_force(programme: Programme) -> None:
    for name, month in ((MAY, "05/2024"), (MARCH, "03/2024"), (APRIL, "04/2024")):
        programme.send(name, contacts(month=month))
    assert [outcome.as_of.month for outcome in programme.load().outcomes] == [3, 4, 5]
    assert in_force(programme) == [MAY]
    assert programme.conformed().height == 20


def test_a_corrected_file_of_the_same_day_replaces_the_first(programme: Programme) -> None:
    path = programme.send(MARCH, contacts(20, {5: {"Outcome": "?"}}))
    programme.load()
    path.write_text(contacts(21))
    assert counts(programme.outcome()) == (21, 21, 0, 0, 0)
    assert programme.conformed().height == 21
    assert programme.faults() == {"outcome.mapped": "fixed"}


@pytest.mark.parametrize("coverage", [{"coverage": "changes"}, {"coverage": "period", "period_months": 12}])
def test_deliveries_of_changes_or_of_a_period_all_stay_in_force(programme: Programme, coverage: Yaml) -> None:
    programme.systems = [alder(**coverage)]
    programme.send(MARCH, contacts(20))
    programme.send(APRIL, contacts(5, month="04/2024"))
    programme.load()
    programme.send(MAY, contacts(0))
    programme.load()
    assert in_force(programme) == [MARCH, APRIL, MAY]
    assert programme.conformed().height == 25


def test_a_new_profile_reads_every_delivery_in_force_again(programme: Programme) -> None:
    programme.systems = [alder(coverage="changes")]
    programme.send(MARCH, contacts(20))
    programme.send(APRIL, contacts(5, month="04/2024"))
    programme.load()
    programme.systems = [alder(coverage="changes", missing=["", "NULL", "n/a"])]
    assert len(programme.load().outcomes) == 2
    assert programme.conformed().height == 25


def test_a_case_system_that_now_continues_another_reads_the_finance_system_again(programme: Programme) -> None:
    till = {"id": "till", "name": "Till", "family": "finance", "files": [CONTACTS | {"name": "till_{as_of}.csv"}]}
    oak = alder(
        id="oak", files=[CONTACTS | {"name": "oak_{as_of}.csv"}], codes={"outcome": alder()["codes"]["outcome"]}
    )
    programme.systems = [alder(), oak, oak | till]
    spans = [{"system": "alder", "until": "2020-12-31"}, {"system": "oak", "from": "2021-01-01"}, {"system": "till"}]
    programme.senders = [sender("ash", systems=spans)]
    programme.send("till_2024-03-31.csv", contacts())
    programme.load()
    before = programme.conformed()["person_id"]
    programme.systems[1] = oak | {"continues": "alder"}
    assert [outcome.system_id for outcome in programme.load().outcomes] == ["till"]
    assert set(programme.conformed()["person_id"]).isdisjoint(before)


def test_an_old_rolling_extract_under_a_new_name_is_told(programme: Programme) -> None:
    programme.systems = [alder(coverage="period", period_months=12)]
    programme.send("contacts_2026-03-31.csv", contacts())
    assert rule_ids(programme.outcome()) == ["delivery.stale"]


def test_a_delivery_of_a_day_on_which_the_system_was_not_used_is_refused(programme: Programme) -> None:
    programme.senders = [sender("ash", systems=[{"system": "alder", "until": "2024-03-30"}])]
    programme.send(MARCH, contacts())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["system.not_in_force"]
    assert "The system alder was not in force at Ash on 31 March 2024." in outcome.reasons[0]


def test_quarantine_holds_the_whole_row_with_its_reasons(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {5: {"Outcome": "?", "Locality": "Nörth"}}))
    programme.load()
    held = programme.quarantine().row(0, named=True)
    assert (held["source_file"], held["source_row"], held["reasons"]) == (MARCH, 5, ["outcome.mapped"])
    assert list(records(programme.quarantine())[0].values()) == rows(20, {5: {"Outcome": "?", "Locality": "Nörth"}})[3]


def test_a_sender_that_sends_nothing_does_not_stop_the_other(programme: Programme) -> None:
    programme.senders = [sender("ash"), sender("birch")]
    programme.send(MARCH, contacts(), "birch")
    assert programme.load("ash").late == "Nothing was accepted from Alder of Ash yet."
    assert programme.outcome("birch").status == "accepted"


def test_each_system_in_force_is_late_by_itself(programme: Programme) -> None:
    codes = {"outcome": alder()["codes"]["outcome"]}
    oak = alder(id="oak", name="Oak", codes=codes, files=[CONTACTS | {"name": "oak_{as_of}.csv"}])
    programme.systems = [alder(), oak]
    programme.senders = [sender("ash", systems=[{"system": "alder"}, {"system": "oak"}])]
    programme.send(MARCH, contacts())
    late = programme.load().late
    assert late is not None
    assert "from Alder of Ash is as of 31 March 2024" in late
    assert "Nothing was accepted from Oak of Ash yet." in late


def test_each_of_two_systems_that_run_in_parallel_is_loaded_by_itself(programme: Programme) -> None:
    codes = {"outcome": alder()["codes"]["outcome"]}
    oak = alder(id="oak", name="Oak", codes=codes, files=[CONTACTS | {"name": "oak_{as_of}.csv"}])
    programme.systems = [alder(), oak]
    spans = [{"system": "alder", "until": "2024-06-30"}, {"system": "oak", "from": "2024-02-01"}]
    programme.senders = [sender("ash", systems=spans)]
    programme.send(MARCH, contacts(20))
    programme.send("oak_2024-03-31.csv", contacts(5))
    assert [(o.system_id, o.status) for o in programme.load().outcomes] == [("alder", "accepted"), ("oak", "accepted")]
    assert sorted(in_force(programme)) == [MARCH, "oak_2024-03-31.csv"]
    [status] = overview(programme.registry, programme.ledger, date(2024, 4, 1))[:1]
    assert (status.systems, status.delivered) == (("Alder", "Oak"), 25)


def test_a_delivery_of_a_day_that_has_not_come_is_refused(programme: Programme) -> None:
    programme.send("contacts_2999-03-31.csv", contacts())
    outcome = programme.outcome()
    assert rule_ids(outcome) == ["delivery.future", "delivery.stale"]
    assert "named for 31 March 2999, a day that has not come yet" in outcome.reasons[0]


def test_a_late_delivery_that_does_not_take_force_is_told(programme: Programme) -> None:
    programme.send(APRIL, contacts(month="04/2024"))
    programme.load()
    programme.send(MARCH, contacts())
    assert programme.load().problems == (
        "The alder delivery of 31 March 2024 came late: the one of 30 April 2024 stays in force.",
    )


def test_a_lost_ledger_is_made_again_from_what_was_landed(programme: Programme) -> None:
    programme.send(MARCH, contacts(18))
    programme.load()
    programme.send(APRIL, contacts(20, month="04/2024"))
    programme.load()
    for file in programme.settings.home.glob("ledger.sqlite*"):
        file.unlink()
    for file in (programme.settings.inbox / "ash").iterdir():
        file.unlink()
    programme.load()
    assert in_force(programme) == [APRIL]
    assert programme.conformed().height == 20
    assert [d.files[0].name for d in programme.ledger.deliveries("ash")] == [MARCH, APRIL]


def test_only_the_owner_can_open_what_is_about_people(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    home = programme.settings.home
    modes = {name: (home / name).stat().st_mode & 0o077 for name in ("landing", "conformed", "quarantine", "drafts")}
    assert set(modes.values()) == {0}
    assert programme.settings.ledger_path.stat().st_mode & 0o077 == 0


def test_an_overdue_delivery_is_told_with_the_day_it_was_due(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    late = programme.load().late
    assert (
        late == "The last accepted delivery from Alder of Ash is as of 31 March 2024; the next was due by 11 May 2024."
    )


def check_tree(programme: Programme) -> dict[str, bytes]:
    home = programme.settings.home
    return tree(home) if home.exists() else {}


def test_a_check_tells_what_a_load_would_and_writes_nothing(programme: Programme, tmp_path: Path) -> None:
    path = tmp_path / MARCH
    path.write_text(contacts(20, {5: {"Outcome": "?"}}))
    outcomes, problems = programme.check(path)
    assert problems == []
    assert [counts(outcome) for outcome in outcomes] == [(20, 19, 1, 0, 0)]
    assert not programme.settings.home.exists()
    assert not programme.settings.pseudonym_key_file.exists()


def test_a_check_knows_the_delivery_in_force_and_writes_nothing(programme: Programme, tmp_path: Path) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    before = check_tree(programme)
    path = tmp_path / APRIL
    path.write_text(contacts(0))
    [outcome], _ = programme.check(path)
    assert outcome.status == "refused"
    assert rule_ids(outcome) == ["table.empty"]
    assert check_tree(programme) == before


def test_a_check_tells_of_a_file_that_fits_none(programme: Programme, tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("a\n1\n")
    outcomes, problems = programme.check(path)
    assert outcomes == []
    assert problems[0].startswith("letters.csv fits no file that is expected from this sender.")


def test_what_dbt_reads_says_what_is_in_force(programme: Programme) -> None:
    import polars as pl

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
    import polars as pl

    programme.code_lists["council"] = "code,label,valid_from,valid_until,source,nation\nash,Ash,,,test,england\n"
    programme.systems = [alder(), alder(id="alder_2", continues="alder", coverage="period", period_months=12)]
    export_sources(programme.registry, programme.settings)
    systems = pl.read_parquet(programme.settings.warehouse / "registry" / "system.parquet")
    assert systems.select("system_id", "coverage", "period_months", "numbering").rows() == [
        ("alder", "full", None, "alder"),
        ("alder_2", "period", 12, "alder"),
    ]


def test_what_dbt_reads_says_whose_people_a_load_carries(programme: Programme) -> None:
    import polars as pl

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


def test_two_tables_of_one_entity_are_conformed_together(programme: Programme) -> None:
    late = CONTACTS | {"id": "late_contacts", "name": "late_{as_of}.csv"}
    programme.systems = [alder(files=[*alder()["files"], late])]
    programme.send(MARCH, contacts(20))
    programme.send("late_2024-03-31.csv", csv_text([["D1", *rows(1)[0][1:]]]))
    assert counts(programme.outcome()) == (21, 21, 0, 0, 0)
    assert sorted(set(programme.conformed()["source_table"])) == ["contacts", "late_contacts"]


def test_a_correction_that_is_taken_back_puts_the_first_delivery_in_force_again(programme: Programme) -> None:
    programme.send(MARCH, contacts(20))
    programme.load()
    programme.send(MARCH, contacts(18))
    programme.load()
    assert programme.conformed().height == 18
    programme.send(MARCH, contacts(20))
    assert counts(programme.outcome()) == (20, 20, 0, 0, 0)
    assert programme.conformed().height == 20
    assert programme.load().outcomes == ()


def test_a_refused_delivery_is_told_on_every_night_until_a_good_one_comes(programme: Programme) -> None:
    programme.send(MARCH, contacts(20, {row: {"Outcome": "?"} for row in range(2, 12)}))
    assert programme.outcome().status == "refused"
    quiet = programme.load()
    assert quiet.outcomes == ()
    assert "is refused; nothing from it is in force." in quiet.refused[0]
    assert [failure.rule_id for failure in quiet.standing["request"]] == ["outcome.mapped", "rows.too_many_failing"]
    programme.send(MARCH, contacts(20))
    mended = programme.load()
    assert (mended.refused, mended.standing) == ((), {})
