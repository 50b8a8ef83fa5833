"""What was received is kept as it was, once, and appears whole or not at all."""

from __future__ import annotations

import hashlib
import json
import os

import pytest
from programme import PERSON_HEADER, Programme, contacts, csv_text

MARCH = "contacts_2024-03-31.csv"
PERSONS = csv_text([["P2", "", "", "", "Ada", "Lovelace"]], PERSON_HEADER)


@pytest.mark.parametrize("content", [b"", b"\x00\xff\xfe\r\r\n", contacts().encode(), os.urandom(100_000)])
def test_landed_bytes_are_the_bytes_received(programme: Programme, content: bytes) -> None:
    programme.send(MARCH, content)
    programme.load()
    assert programme.landed() == {MARCH: content}


def test_the_manifest_says_what_came_from_whom_and_when(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.load()
    [path] = programme.settings.landing.rglob("manifest.json")
    manifest = json.loads(path.read_text())
    assert (manifest["sender"], manifest["system"], manifest["as_of"]) == ("ash", "alder", "2024-03-31")
    assert manifest["delivery_id"] == path.parent.name
    content = contacts().encode()
    sha256 = hashlib.sha256(content).hexdigest()
    assert manifest["files"] == [{"name": MARCH, "tables": ["contacts"], "size": len(content), "sha256": sha256}]


def test_content_that_came_before_is_stored_once(programme: Programme) -> None:
    programme.send(MARCH, contacts())
    programme.send("persons_2024-03-31.csv", PERSONS)
    programme.send("contacts_2024-04-30.csv", contacts(month="04/2024"))
    programme.send("persons_2024-04-30.csv", PERSONS)
    programme.load()
    links = {path.name: path.stat().st_nlink for path in programme.settings.landing.rglob("*.zst")}
    assert links["persons_2024-03-31.csv.zst"] == links["persons_2024-04-30.csv.zst"] == 2
    assert links[f"{MARCH}.zst"] == 1


def test_a_disk_without_links_stores_the_content_again(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> None:
    programme.send("persons_2024-03-31.csv", PERSONS)
    programme.load()

    def unsupported(*_: object) -> None:
        raise OSError("Operation not supported")

    monkeypatch.setattr("cls_pipeline.deliveries.landing.os.link", unsupported)
    programme.send("persons_2024-04-30.csv", PERSONS)
    programme.send("contacts_2024-04-30.csv", contacts())
    programme.load()
    assert programme.landed()["persons_2024-04-30.csv"] == PERSONS.encode()


def test_a_delivery_that_landed_unknown_to_the_ledger_is_landed_again(
    programme: Programme, monkeypatch: pytest.MonkeyPatch
) -> None:
    programme.send(MARCH, contacts())

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr("cls_pipeline.deliveries.ledger.Ledger.enter", killed)
        programme.load()
    assert len(list(programme.settings.landing.rglob("manifest.json"))) == 1
    assert programme.outcome().status == "accepted"
    assert len(list(programme.settings.landing.rglob("manifest.json"))) == 1


def test_what_a_killed_process_left_is_swept(programme: Programme) -> None:
    draft = programme.settings.landing / "ash" / ".draft-0123456789ab"
    draft.mkdir(parents=True)
    programme.send(MARCH, contacts())
    programme.load()
    assert not draft.exists()
