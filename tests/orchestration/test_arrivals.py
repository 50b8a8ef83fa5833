"""A folder is loaded once it has changed and come to rest."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from shutil import copytree

from cls_pipeline.orchestration.arrivals import SETTLE_SECONDS, Folder, State, fingerprint, look, to_load, watched
from cls_pipeline.registry import Registry

LATER = SETTLE_SECONDS + 1


def looks(*seen: tuple[float, str]) -> list[list[str]]:
    """The senders due after each look at one folder, the state going through its text each time."""
    text: str | None = None
    due = []
    for now, found in seen:
        state, senders = look(State.from_text(text), {"ash": found}, now)
        text = state.text
        due.append(senders)
    return due


def test_what_lay_there_before_anybody_watched_is_not_loaded() -> None:
    assert looks((0, "a"), (LATER, "a")) == [[], []]


def test_a_change_is_loaded_once_when_it_has_come_to_rest() -> None:
    assert looks((0, "a"), (1, "b"), (1 + LATER, "b"), (1 + 2 * LATER, "b")) == [[], [], ["ash"], []]


def test_a_file_that_still_grows_is_waited_for() -> None:
    assert looks((0, ""), (LATER, "a"), (2 * LATER, "b"), (3 * LATER, "b")) == [[], [], [], ["ash"]]


def test_an_emptied_folder_is_not_loaded() -> None:
    assert looks((0, "a"), (1, ""), (1 + LATER, "")) == [[], [], []]


def test_a_cursor_that_cannot_be_read_is_begun_anew() -> None:
    assert State.from_text("no json") == State()


def test_the_fingerprint_follows_names_sizes_and_times(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "contacts.csv"
    file.parent.mkdir()
    file.write_text("a")
    os.utime(file, (1, 1))
    seen = [fingerprint(tmp_path)]
    os.utime(file, (2, 2))
    seen.append(fingerprint(tmp_path))
    file.rename(file.with_name("other.csv"))
    seen.append(fingerprint(tmp_path))
    assert len(set(seen)) == 3
    assert fingerprint(tmp_path / "absent") == ""


def test_a_change_of_the_senders_yaml_or_of_its_profile_is_seen_and_an_untouched_copy_is_not(
    registry: Registry, tmp_path: Path
) -> None:
    folder = tmp_path / "data_contracts"
    copytree(registry.folder, folder)
    here = replace(registry, folder=folder)
    ash = here.senders["ash"]
    seen = [watched(ash, here, tmp_path)["ash/reading"]]
    for part in ("senders/ash.yaml", "systems/alder.yaml"):
        (folder / part).touch()
        assert watched(ash, here, tmp_path)["ash/reading"] == seen[-1]
        (folder / part).write_text((folder / part).read_text() + "\nnotes: more\n")
        seen.append(watched(ash, here, tmp_path)["ash/reading"])
    (folder / "senders" / "birch.yaml").unlink()
    assert watched(ash, here, tmp_path)["ash/reading"] == seen[-1]
    assert len(set(seen)) == 3


def test_a_sender_whose_files_and_mapping_changed_at_once_is_loaded_once() -> None:
    state = State({"ash": Folder("a", 1, "a"), "ash/reading": Folder("b", 2, "b")})
    assert to_load(state, ["ash", "ash/reading"]) == {"ash": "ash:a:1:b:2"}
