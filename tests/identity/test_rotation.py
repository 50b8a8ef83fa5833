"""A new key leaves no pseudonym of the old one, and nothing has to be delivered again."""

from __future__ import annotations

import shutil

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from programme import PERSON_HEADER, Programme, alder, contacts, csv_text

from cls_pipeline.identity.pseudonym import local_scheme, pseudonym
from cls_pipeline.identity.rotation import key_mark
from cls_pipeline.settings import Settings

PEOPLE = [f"P{number}" for number in range(2, 22)]
NATIONAL = {"P2": "9434765919", "P3": "9434765927"}
keys = st.binary(min_size=32, max_size=64)


@given(keys, keys)
def test_two_keys_have_one_mark_only_if_they_are_equal(one: bytes, other: bytes) -> None:
    assert (key_mark(one) == key_mark(other)) == (one == other)


@given(keys)
def test_a_mark_holds_nothing_of_its_key(key: bytes) -> None:
    assert key_mark(key) not in key.hex()


def deliver(programme: Programme, month: str = "2024-03-31") -> None:
    rows = [[number, NATIONAL.get(number, ""), "NHS" if number in NATIONAL else "", "", "", ""] for number in PEOPLE]
    programme.send(f"persons_{month}.csv", csv_text(rows, PERSON_HEADER))
    programme.send(f"contacts_{month}.csv", contacts(20, {5: {"Outcome": "?"}}, month=f"{month[5:7]}/2024"))


def rotate(programme: Programme) -> tuple[bytes, bytes]:
    """Takes the key away, as the page for engineers says; the old and the new one."""
    old = programme.settings.pseudonym_key
    programme.settings.pseudonym_key_file.unlink()
    file = programme.settings.pseudonym_key_file
    programme.settings = Settings(
        home=programme.settings.home, contracts_dir=programme.settings.contracts_dir, pseudonym_key_file=file
    )
    return old, programme.settings.pseudonym_key


def pseudonyms(key: bytes) -> set[str]:
    local = {pseudonym(key, local_scheme("ash", "alder"), number) for number in PEOPLE}
    return local | {pseudonym(key, "nhs_number", number) for number in NATIONAL.values()}


def kept(programme: Programme) -> str:
    """All that is kept of records outside landing, as one text."""
    files = [*programme.settings.conformed.rglob("*.parquet"), *programme.settings.quarantine.rglob("*.parquet")]
    assert files
    ledger = programme.settings.ledger_path.read_bytes().decode("latin-1")
    return repr([pl.read_parquet(file).to_dicts() for file in files]) + ledger


def test_after_a_rotation_no_pseudonym_of_the_old_key_is_left(programme: Programme) -> None:
    deliver(programme)
    programme.load()
    old, new = rotate(programme)
    assert all(name in kept(programme) for name in pseudonyms(old))
    shutil.rmtree(programme.settings.inbox / "ash")
    programme.load()
    held = kept(programme)
    assert not any(name in held for name in pseudonyms(old))
    assert all(name in held for name in pseudonyms(new))


def test_every_delivery_in_force_is_read_again_once(programme: Programme) -> None:
    programme.systems = [alder(coverage="changes")]
    deliver(programme)
    deliver(programme, "2024-04-30")
    programme.load()
    rotate(programme)
    assert len(programme.load().outcomes) == 2
    assert programme.load().outcomes == ()


def test_a_rotation_changes_nothing_but_pseudonyms(programme: Programme) -> None:
    deliver(programme)
    programme.load()
    people, requests = programme.conformed("person"), programme.conformed()
    rotate(programme)
    programme.load()
    changed = ["person_id", "national_id"]
    assert programme.conformed().drop("person_id").equals(requests.drop("person_id"))
    assert programme.conformed("person").drop(changed).equals(people.drop(changed))


def test_the_key_put_back_gives_the_old_pseudonyms_again(programme: Programme) -> None:
    deliver(programme)
    programme.load()
    before = programme.conformed("person")
    old, _ = rotate(programme)
    programme.load()
    file = programme.settings.pseudonym_key_file
    file.write_bytes(old)
    programme.settings = Settings(
        home=programme.settings.home, contracts_dir=programme.settings.contracts_dir, pseudonym_key_file=file
    )
    programme.load()
    assert programme.conformed("person").equals(before)
