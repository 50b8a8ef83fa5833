"""Who is who at a site, from conformed Parquet in a home: linked once, and anew only where the site's loads change."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from frames import key_of, method_of, persons
from programme import Programme, alder, sender
from warehouse.home import Home

from cls_pipeline.identity.link import LINKS
from cls_pipeline.identity.site_links import _people_numbering, link_sites

Records = list[dict[str, Any]]
BORN = {"birth_month": "1941-05-01", "sex": "female", "postcode_district": "XA1"}


class Site:
    """`ash`, which went from `old` to `new` in 2020 and to the version `new_2` in 2022; `birch` delivers nothing."""

    def __init__(self, programme: Programme) -> None:
        self.programme = programme
        programme.systems = [alder(id="old"), alder(id="new"), alder(id="new_2", continues="new"), alder(id="part")]
        programme.systems[-1] |= {"continues": "new", "coverage": "changes"}
        used = [("old", "2016-04-01"), ("new", "2020-04-01"), ("new_2", "2022-04-01"), ("part", "2024-04-01")]
        programme.senders = [
            sender("ash", systems=[{"system": system, "from": begins} for system, begins in used]),
            sender("birch", systems=[{"system": "old"}]),
        ]
        self.registry = programme.registry
        self.home = Home(programme.settings.home)
        for system in self.registry.systems:
            self.home.system(system, numbering=self.registry.numbering(system))

    def deliver(self, system: str, as_of: str, *, in_force: bool = True, **records: Records) -> None:
        """Writes a delivery's records, each in a folder of its load, and enters it into the ledger."""
        load_id = f"{system}-{as_of}"
        self.home.load("ash", system, load_id, as_of, records)
        assert not self.programme.ledger.find("ash", load_id), "one delivery a day of a system is expected"
        with sqlite3.connect(self.programme.settings.ledger_path) as ledger:
            ledger.execute(
                "insert into delivery"
                " (delivery_id, sender_id, system_id, as_of, received_at, captures, status, in_force)"
                " values (?, 'ash', ?, ?, ?, '{}', 'accepted', ?)",
                (load_id, system, as_of, f"{as_of}T02:00:00", int(in_force)),
            )
            for entity, rows in records.items():
                ledger.execute(
                    "insert into row_account values (?, ?, 'ash', ?, 'f.csv', ?, ?, ?, ?, 0, 0, 0, '')",
                    (load_id, load_id, system, entity, entity, len(rows), len(rows)),
                )

    def link(self) -> None:
        link_sites(self.registry, self.programme.settings)

    @property
    def folder(self) -> Path:
        return self.programme.settings.warehouse / "identity"

    @property
    def file(self) -> Path:
        return self.folder / "person_link" / "ash.parquet"

    def links(self) -> pl.DataFrame:
        self.link()
        return pl.read_parquet(self.file)


@pytest.fixture
def site(programme: Programme) -> Site:
    return Site(programme)


def test_two_installations_of_a_site_are_linked(site: Site) -> None:
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"} | BORN, {"person_id": "p2"}])
    site.deliver(
        "new", "2021-03-31", person=[{"person_id": "q1", "legacy_person_id": "p1"} | BORN, {"person_id": "q2"}]
    )
    links = site.links()
    assert links.columns == ["site_id", *LINKS]
    assert set(links["site_id"]) == {"ash"}
    assert persons(links) == {frozenset({"old/p1", "new/q1"}), frozenset({"old/p2"}), frozenset({"new/q2"})}
    assert {method_of(links, "old", "p1"), method_of(links, "new", "q1")} == {"self", "legacy_id"}


def test_records_of_a_version_stand_under_the_numbers_of_the_product(site: Site) -> None:
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"} | BORN])
    site.deliver("new_2", "2022-05-31", person=[{"person_id": "q1", "legacy_person_id": "p1"} | BORN])
    assert persons(site.links()) == {frozenset({"old/p1", "new/q1"})}


def test_a_load_that_a_later_whole_one_replaced_does_not_count(site: Site) -> None:
    site.deliver("new", "2021-03-31", person=[{"person_id": "gone"}, {"person_id": "kept"}])
    site.deliver("new_2", "2022-05-31", person=[{"person_id": "kept"}])
    assert persons(site.links()) == {frozenset({"new/kept"})}


def test_a_load_of_changes_replaces_nobody_that_it_does_not_hold(site: Site) -> None:
    site.deliver("new_2", "2022-05-31", person=[{"person_id": "kept"}])
    site.deliver("part", "2024-05-31", person=[{"person_id": "came"}])
    assert persons(site.links()) == {frozenset({"new/kept"}), frozenset({"new/came"})}


def test_a_load_that_is_not_in_force_does_not_count(site: Site) -> None:
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"}])
    site.deliver("new", "2021-03-31", in_force=False, person=[{"person_id": "q1"}])
    assert persons(site.links()) == {frozenset({"old/p1"})}


def test_an_assessment_that_names_a_request_under_another_number_joins_the_two(site: Site) -> None:
    request = {"request_id": "r1", "person_id": "p1", "request_date": "2019-01-10"}
    assessment = {"assessment_id": "a1", "request_id": "r1", "person_id": "p2", "start_date": "2019-02-10"}
    people = [{"person_id": "p1"} | BORN, {"person_id": "p2"} | BORN, {"person_id": "p3"}]
    site.deliver("old", "2020-03-31", person=people, request=[request], assessment=[assessment])
    assert persons(site.links()) == {frozenset({"old/p1", "old/p2"}), frozenset({"old/p3"})}


def test_a_site_whose_loads_did_not_change_is_not_linked_again(site: Site) -> None:
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"}])
    site.link()
    before = site.file.stat()
    site.link()
    assert (site.file.stat().st_ino, site.file.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_new_load_links_the_site_anew_and_everybody_keeps_their_key(site: Site) -> None:
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"} | BORN])
    before = key_of(site.links(), "old", "p1")
    site.deliver("new", "2021-03-31", person=[{"person_id": "q1", "legacy_person_id": "p1"} | BORN])
    after = site.links()
    assert (key_of(after, "old", "p1"), key_of(after, "new", "q1")) == (before, before)


def test_a_site_without_people_has_no_file_and_dbt_has_one_to_read(site: Site) -> None:
    site.deliver("old", "2020-03-31", request=[{"request_id": "r1", "person_id": "p1", "request_date": "2019-01-10"}])
    site.link()
    assert [path.name for path in sorted(site.folder.glob("*/*"))] == ["_none.parquet"]
    none = pl.read_parquet(site.folder / "person_link" / "_none.parquet")
    assert (none.columns, none.height) == (["site_id", *LINKS], 0)


def test_a_site_whose_people_are_all_withdrawn_has_no_links_left(site: Site) -> None:
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"} | BORN])
    assert site.links().height == 1
    with sqlite3.connect(site.programme.settings.ledger_path) as ledger:
        ledger.execute("update delivery set in_force = 0")
    assert (site.links().columns, site.links().height) == (["site_id", *LINKS], 0)


def test_a_later_delivery_in_which_two_are_two_again_undoes_their_merge(site: Site) -> None:
    people = [{"person_id": "p1"} | BORN, {"person_id": "p2"} | BORN]
    requests = [{"request_id": f"r{n}", "person_id": f"p{n}", "request_date": "2019-01-10"} for n in (1, 2)]
    merged = {"assessment_id": "a1", "request_id": "r1", "person_id": "p2", "start_date": "2019-02-10"}
    site.deliver("old", "2019-12-31", person=people, request=requests, assessment=[merged])
    before = site.links()
    assert persons(before) == {frozenset({"old/p1", "old/p2"})}
    parted = merged | {"request_id": "r2"}
    site.deliver("old", "2020-03-31", person=people, request=requests, assessment=[parted])
    after = site.links()
    assert persons(after) == {frozenset({"old/p1"}), frozenset({"old/p2"})}
    assert key_of(after, "old", "p1") == key_of(before, "old", "p1")


def test_lines_of_a_finance_system_are_of_the_people_of_the_case_system_that_it_serves(programme: Programme) -> None:
    finance = alder(id="purse", family="finance")
    programme.systems = [alder(id="old"), alder(id="new"), finance]
    used = [
        {"system": "old", "from": "2016-04-01", "until": "2020-03-31"},
        {"system": "new", "from": "2020-04-01"},
        {"system": "purse", "from": "2016-04-01"},
    ]
    programme.senders = [sender("ash", systems=used)]
    registry = programme.registry
    load = ("cost_line", "l", "purse", "2021-03-31", "1")
    assert _people_numbering(registry.senders["ash"], "purse", load, registry) == "new"


def test_what_is_refused_is_kept_beside_the_links(site: Site) -> None:
    stranger = {"birth_month": "1990-01-01", "sex": "male", "postcode_district": "XB2"}
    site.deliver("old", "2020-03-31", person=[{"person_id": "p1"} | BORN])
    site.deliver("new", "2021-03-31", person=[{"person_id": "q1", "legacy_person_id": "p1"} | stranger])
    assert persons(site.links()) == {frozenset({"old/p1"}), frozenset({"new/q1"})}
    refused = pl.read_parquet(site.folder / "refused" / "ash.parquet")
    [row] = refused.rows(named=True)
    assert (row["site_id"], row["method"], {row["person_id"], row["other_person_id"]}) == (
        "ash",
        "legacy_id",
        {"p1", "q1"},
    )
