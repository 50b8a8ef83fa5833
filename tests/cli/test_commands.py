"""Each command's exit code and what it says."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb
import pytest

from cls_pipeline.cli import app
from cls_pipeline.cli.check import passes
from tests.cli.conftest import Cls
from tests.orchestration.loads import failure, outcome


def release(home: Path) -> None:
    folder = home / "releases" / "r1"
    folder.mkdir(parents=True)
    (home / "releases" / "current").symlink_to("r1")
    with duckdb.connect(str(folder / "cls.duckdb")) as connection:
        connection.execute(
            "create schema marts; create table marts.metric_series as select 'somerset' as site_id, 7 as n"
        )


def test_help_names_every_command_and_loads_nothing_heavy(cls: Cls) -> None:
    told = cls("--help").stdout
    for command in ("sample", "nightly", "check", "status", "release", "sql", "doctor", "ui"):
        assert f" {command} " in told
    heavy = "import sys, json, cls_pipeline.cli; print(json.dumps([m for m in sys.modules if '.' not in m]))"
    loaded = json.loads(__import__("subprocess").check_output([sys.executable, "-c", heavy], text=True))
    assert not {"dagster", "dbt", "duckdb", "polars", "pandera"} & set(loaded)


def test_the_version_is_told(cls: Cls) -> None:
    done = cls("--version")
    assert (done.returncode, done.stdout.split()[0]) == (0, "cls")


def test_sql_asks_the_current_release(cls: Cls, tmp_path: Path) -> None:
    release(tmp_path / "home")
    done = cls("sql", "--csv", "select site_id, n from metric_series")
    assert (done.returncode, done.stdout.splitlines()) == (0, ["site_id,n", "somerset,7"])


@pytest.mark.parametrize(("origin", "said"), [("simulated", True), ("mixed", True), ("reported", False)])
def test_sql_says_where_records_are_simulated_and_keeps_it_out_of_the_csv(
    cls: Cls, tmp_path: Path, origin: str, said: bool
) -> None:
    release(tmp_path / "home")
    with duckdb.connect(str(tmp_path / "home" / "releases" / "r1" / "cls.duckdb")) as connection:
        connection.execute(f"create table marts.release as select '{origin}' as records_origin")
    shown, as_csv = cls("sql", "select 7 as n"), cls("sql", "--csv", "select 7 as n")
    assert ("simulated" in shown.stdout, "simulated" in as_csv.stderr) == (said, said)
    assert as_csv.stdout.splitlines() == ["n", "7"]


@pytest.mark.parametrize("question", ["copy (select 1) to 'out.csv'", "attach 'other.duckdb'", "from read_text('key')"])
def test_sql_reaches_nothing_but_the_release(cls: Cls, tmp_path: Path, question: str) -> None:
    release(tmp_path / "home")
    done = cls("sql", question)
    assert done.returncode == 1
    assert "disabled" in done.stderr


def test_sql_cannot_write(cls: Cls, tmp_path: Path) -> None:
    release(tmp_path / "home")
    done = cls("sql", "create table marts.mine as select 1")
    assert done.returncode == 1
    assert "read-only" in done.stderr


@pytest.mark.parametrize("arguments", [("sql", "select 1"), ("--home", "elsewhere", "sql", "select 1")])
def test_sql_without_a_release_is_a_sentence(cls: Cls, arguments: tuple[str, ...]) -> None:
    done = cls(*arguments)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "cls: There is no release yet. `cls nightly` makes one.\n"


def test_release_list_says_when_there_is_none(cls: Cls) -> None:
    done = cls("release", "list")
    assert (done.returncode, done.stdout) == (0, "There is no release yet. `cls nightly` makes one.\n")


def test_check_of_an_unknown_sender_is_a_usage_error_that_names_the_known(cls: Cls, tmp_path: Path) -> None:
    (tmp_path / "contacts.csv").write_text("a\n")
    done = cls("check", str(tmp_path / "contacts.csv"), "--sender", "nowhere")
    assert done.returncode == 2
    assert "somerset" in done.stderr


def test_check_of_a_file_that_fits_no_profile_would_not_pass(cls: Cls, tmp_path: Path) -> None:
    (tmp_path / "holiday.csv").write_text("a\n")
    done = cls("check", str(tmp_path / "holiday.csv"), "--sender", "somerset")
    assert done.returncode == 1
    assert "holiday.csv fits no file" in done.stderr


def test_a_warning_alone_would_pass_and_a_refused_row_would_not() -> None:
    assert passes(outcome("ash", failure(severity="warn")))
    assert not passes(outcome("ash", failure()))
    assert not passes(outcome("ash", status="refused"))


def test_status_of_a_home_in_which_nothing_was_loaded_is_a_sentence_and_makes_nothing(cls: Cls, tmp_path: Path) -> None:
    done = cls("status")
    assert done.returncode == 1
    assert "Is CLS_HOME right?" in done.stderr
    assert not (tmp_path / "home").exists()


def test_a_mistake_in_the_registry_is_told_with_its_line_and_without_a_traceback(cls: Cls, tmp_path: Path) -> None:
    (tmp_path / "senders").mkdir()
    (tmp_path / "senders" / "ash.yaml").write_text("id: ash\nname: Ash\nkind: shop\n")
    done = cls("nightly", CLS_CONTRACTS_DIR=str(tmp_path))
    assert done.returncode == 1
    assert "ash.yaml, line 3, kind" in done.stderr
    assert "Traceback" not in done.stderr
    assert "Traceback" in cls("--debug", "nightly", CLS_CONTRACTS_DIR=str(tmp_path)).stderr


def test_nightly_of_an_unknown_sender_is_a_sentence(cls: Cls) -> None:
    done = cls("nightly", "--sender", "nowhere")
    assert done.returncode == 1
    assert "There is no sender nowhere in" in done.stderr


def test_the_app_has_a_docstring_for_every_command() -> None:
    assert all(command.callback and command.callback.__doc__ for command in app.registered_commands)
