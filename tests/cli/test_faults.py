"""`cls status --faults` tells every fault with its state, and nothing of who."""

from __future__ import annotations

import json

import pytest
from programme import Programme, alder, contacts, sender
from rich.console import Console
from typer.testing import CliRunner

from cls_pipeline.cli import app

WAIVER = {"entity": "request", "rule": "cost.range", "reason": "Refunds.", "owner": "team:ash", "until": "2999-12-31"}


@pytest.fixture
def home(programme: Programme, monkeypatch: pytest.MonkeyPatch) -> Programme:
    """A site with a fault that is open, one that is waived and one that was fixed."""
    programme.systems = [alder(layout="sourced")]
    programme.senders = [sender("ash", waivers=[WAIVER]), sender("birch")]
    programme.send("contacts_2024-03-31.csv", contacts(20, {3: {"EndDate": "31/02/2024"}}))
    programme.load()
    programme.send("contacts_2024-04-30.csv", contacts(30, {5: {"Outcome": "?"}, 6: {"Cost": "-1"}}))
    programme.load()
    for name, path in (("HOME", programme.settings.home), ("CONTRACTS_DIR", programme.settings.contracts_dir)):
        monkeypatch.setenv(f"CLS_{name}", str(path))
    monkeypatch.setattr("cls_pipeline.cli.console.out", Console(width=200))
    return programme


def states(*arguments: str) -> dict[str, str]:
    done = CliRunner().invoke(app, ["status", "--faults", "--json", *arguments])
    assert done.exit_code == 0, done.output
    return {fault["rule_id"]: fault["state"] for fault in json.loads(done.stdout)}


def test_faults_that_stand_are_told_and_fixed_ones_when_asked_for(home: Programme) -> None:
    assert states() == {"outcome.mapped": "open", "cost.range": "waived"}
    assert states("--state", "fixed") == {"end_date.valid": "fixed"}
    assert states("--state", "open", "--site", "birch") == {}


def test_the_table_tells_rule_column_state_and_what_to_do(home: Programme) -> None:
    told = CliRunner().invoke(app, ["status", "--faults", "--site", "ash"]).stdout
    for part in ("outcome.mapped", "Outcome", "3.3%", "waived until 2999-12-31", "team:ash", "Refunds."):
        assert part in told


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--state", "open"], 2), (["--json"], 2), (["--faults", "--state", "broken"], 2), (["--site", "oak"], 1)],
)
def test_what_makes_no_sense_is_refused(home: Programme, arguments: list[str], code: int) -> None:
    assert CliRunner().invoke(app, ["status", *arguments]).exit_code == code
