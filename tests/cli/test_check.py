"""`cls check` as a site runs it on its own machine: files, and what the pipeline handed back or what was sent last."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from programme import Programme, alder, contacts

from tests.cli.conftest import Cls
from tests.loading.names import APRIL, MARCH


@pytest.fixture
def sent(programme: Programme, tmp_path: Path) -> Path:
    """A folder with the files of March, as they were delivered and loaded, and what was handed back."""
    programme.send(MARCH, contacts(200))
    programme.load()
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / MARCH).write_text(contacts(200))
    handed_back = programme.settings.returns / "ash" / "last_delivery.json"
    (folder / "last_delivery.json").write_bytes(handed_back.read_bytes())
    return folder


@pytest.fixture
def new(tmp_path: Path) -> str:
    """The next month's file, with fewer rows."""
    path = tmp_path / "new" / APRIL
    path.parent.mkdir()
    path.write_text(contacts(150))
    return str(path)


@pytest.fixture
def site(cls: Cls, programme: Programme) -> Cls:
    """`cls` with the programme's registry, and neither its home nor its key."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return cls(*arguments, CLS_CONTRACTS_DIR=str(programme.settings.contracts_dir), **environment)

    return run


@pytest.mark.parametrize("against", ["last_delivery.json", MARCH, ""])
def test_what_changed_is_told_against_what_was_handed_back_the_files_or_their_folder(
    site: Cls, sent: Path, new: str, against: str
) -> None:
    done = site("check", new, "--site", "ash", "--against", str(sent / against))
    assert done.returncode == 0, done.stderr
    assert "changes to look at, compared with the delivery of 31 March 2024." in done.stdout
    assert "table.shrunk" in done.stdout
    [people] = [text for text in done.stdout.splitlines() if text.startswith("people")]
    assert people.split() == ["people", "contacts", "200", "150", "-25.0%", "◄", "look"]


def test_it_needs_no_key_and_no_home_and_makes_none(site: Cls, sent: Path, new: str, tmp_path: Path) -> None:
    assert site("check", new, "--site", "ash", "--against", str(sent)).returncode == 0
    assert not (tmp_path / "home").exists()
    assert not (tmp_path / "key").exists()


def test_it_loads_neither_dagster_nor_dbt(sent: Path, new: str, programme: Programme) -> None:
    code = (
        "import sys, json; from cls_pipeline.cli import app\n"
        "try: app(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(json.dumps([name for name in sys.modules if name in ('dagster', 'dbt', 'duckdb')]))"
    )
    arguments = ["check", new, "--site", "ash", "--against", str(sent), "--json"]
    environment = {"CLS_CONTRACTS_DIR": str(programme.settings.contracts_dir), "CLS_HOME": str(sent / "home")}
    told = subprocess.check_output([sys.executable, "-c", code, *arguments], text=True, env=environment)
    assert told.splitlines()[-1] == "[]"


def test_where_the_pipeline_runs_the_last_accepted_delivery_is_compared_with(
    site: Cls, sent: Path, new: str, programme: Programme
) -> None:
    done = site("check", new, "--site", "ash", CLS_HOME=str(programme.settings.home))
    assert "compared with the delivery of 31 March 2024" in done.stdout


def test_without_anything_to_compare_with_it_says_so(site: Cls, sent: Path, new: str) -> None:
    assert "There is no earlier delivery to compare with." in site("check", new, "--site", "ash").stdout


def test_json_tells_all_of_it(site: Cls, sent: Path, new: str) -> None:
    told = json.loads(site("check", new, "--site", "ash", "--against", str(sent / MARCH), "--json").stdout)
    [delivery] = told["deliveries"]
    assert (told["passes"], told["verdict"], delivery["status"]) == (True, "Would pass.", "accepted")
    assert (delivery["tables"][0]["conformed"], delivery["failures"][0]["rule_id"]) == (150, "table.shrunk")
    assert delivery["changes"]["alarms"] == len([item for item in delivery["changes"]["changes"] if item["look"]])
    assert "contacts: 150 rows, 200 before (-25.0%)." in [item["told"] for item in delivery["changes"]["changes"]]


def test_what_is_of_another_site_is_a_usage_error(site: Cls, sent: Path, new: str) -> None:
    done = site("check", new, "--site", "birch", "--against", str(sent / "last_delivery.json"))
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "cls: last_delivery.json is of ash, not of birch.")


@pytest.mark.parametrize(
    ("name", "told"), [("notes.json", "is not the last_delivery.json that the pipeline"), ("a.csv", "fits no file")]
)
def test_what_cannot_be_compared_with_is_a_usage_error(site: Cls, sent: Path, new: str, name: str, told: str) -> None:
    (sent / name).write_text("{}")
    done = site("check", new, "--site", "ash", "--against", str(sent / name))
    assert done.returncode == 2
    assert told in done.stderr


@pytest.mark.parametrize(("layout", "said"), [("illustrative", True), ("sourced", False)])
def test_simulated_records_are_said_to_be_simulated(
    site: Cls, sent: Path, new: str, programme: Programme, layout: str, said: bool
) -> None:
    programme.systems = [alder(layout=layout)]
    programme.write()
    done = site("check", new, "--site", "ash")
    assert ("Records are simulated: people and events are invented" in done.stdout) == said
