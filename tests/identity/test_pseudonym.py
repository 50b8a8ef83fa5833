"""A pseudonym is the same for the same identifier, scheme and key, and for nothing else."""

from __future__ import annotations

import hmac

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from programme import PERSON_HEADER, Programme, contacts, csv_text, sender

from cls_pipeline.identity.pseudonym import local_scheme, pseudonym, pseudonymise
from cls_pipeline.settings import Settings

KEY, OTHER = b"k" * 32, b"l" * 32
identifiers = st.text(min_size=1, max_size=20)


def test_a_pseudonym_is_the_documented_hash() -> None:
    expected = hmac.new(KEY, b"nhs_number\x1f9434765919", "sha256").hexdigest()[:32]
    assert pseudonym(KEY, "nhs_number", "9434765919") == expected


@given(identifiers, identifiers)
def test_pseudonyms_are_equal_only_where_identifiers_are(one: str, two: str) -> None:
    assert (pseudonym(KEY, "chi", one) == pseudonym(KEY, "chi", two)) == (one == two)


@given(identifiers)
def test_another_scheme_or_key_gives_another_pseudonym(identifier: str) -> None:
    made = {pseudonym(key, scheme, identifier) for key in (KEY, OTHER) for scheme in ("chi", "nhs_number")}
    assert len(made) == 4


@given(st.lists(st.none() | identifiers, max_size=8))
def test_a_column_is_pseudonymised_value_by_value(values: list[str | None]) -> None:
    column = pseudonymise(pl.Series(values, dtype=pl.String), KEY, "chi")
    assert column.to_list() == [None if value is None else pseudonym(KEY, "chi", value) for value in values]


def test_the_same_local_number_at_two_sites_or_systems_is_not_one_person() -> None:
    schemes = [local_scheme("ash", "alder"), local_scheme("birch", "alder"), local_scheme("ash", "elm")]
    assert len({pseudonym(KEY, scheme, "1001") for scheme in schemes}) == 3


def persons(programme: Programme, *people: list[str], sender_id: str = "ash") -> pl.DataFrame:
    programme.senders = [sender("ash", refuse_above=1), sender("birch", refuse_above=1)]
    programme.send(
        "persons_2024-03-31.csv", csv_text([[*p, "", "Ada", "Lovelace"] for p in people], PERSON_HEADER), sender_id
    )
    programme.send("contacts_2024-03-31.csv", contacts(), sender_id)
    programme.load(sender_id)
    return programme.conformed("person", sender_id)


def test_a_national_number_is_one_person_at_every_site_however_it_is_written(programme: Programme) -> None:
    ash = persons(programme, ["P2", "943 476 5919", "NHS"])
    birch = persons(programme, ["P2", "9434765919", "NHS"], sender_id="birch")
    assert ash["national_id"].to_list() == birch["national_id"].to_list()
    assert ash["person_id"].to_list() != birch["person_id"].to_list()


def test_equal_numbers_of_two_registers_are_two_people(programme: Programme) -> None:
    made = persons(programme, ["P2", "9434765919", "NHS"], ["P3", "9434765919", "CHI"])
    assert made["national_id"].n_unique() == 2


def test_a_number_whose_register_is_not_given_is_quarantined_not_blanked(programme: Programme) -> None:
    made = persons(programme, ["P2", "9434765919", "NHS"], ["P3", "9434765927", ""])
    assert made.height == 1
    assert programme.quarantine("person")["reasons"].to_list() == [["id_scheme_given"]]


def test_no_number_and_no_name_reaches_conformed_records(programme: Programme) -> None:
    made = persons(programme, ["P2", "9434765919", "NHS"])
    held = repr(made.to_dicts()) + repr(programme.conformed().to_dicts())
    assert all(private not in held for private in ("9434765919", "P2'", "Ada", "Lovelace"))


def test_the_key_is_made_once_and_only_its_owner_reads_it(programme: Programme) -> None:
    settings = programme.settings
    assert len(settings.pseudonym_key) == 64
    assert settings.pseudonym_key_file.stat().st_mode & 0o777 == 0o600
    again = Settings(home=settings.home, pseudonym_key_file=settings.pseudonym_key_file)
    assert again.pseudonym_key == settings.pseudonym_key
    assert [path.name for path in settings.pseudonym_key_file.parent.iterdir()] == ["pseudonym.key"]


@pytest.mark.parametrize("place", ["cls/pseudonym.key", "cls/../cls/keys/pseudonym.key"])
def test_a_key_inside_the_data_folder_is_refused(programme: Programme, place: str) -> None:
    path = programme.settings.home.parent / place
    settings = Settings(home=programme.settings.home, pseudonym_key_file=path)
    with pytest.raises(RuntimeError, match="lies inside the data folder"):
        _ = settings.pseudonym_key
    assert not path.exists()


def test_a_short_key_is_refused(programme: Programme) -> None:
    path = programme.settings.pseudonym_key_file
    path.parent.mkdir()
    path.write_text("secret")
    with pytest.raises(RuntimeError, match="shorter than 32 characters"):
        _ = programme.settings.pseudonym_key
