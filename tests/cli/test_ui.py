"""`cls ui`: what is started, and that it is started on loopback and nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cls_pipeline.cli import app

Started = Callable[..., list[str]]


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Started:
    """The command that `cls ui` with these arguments turns into, without its interpreter."""
    monkeypatch.setenv("CLS_HOME", str(tmp_path))
    commands: list[list[str]] = []
    monkeypatch.setattr(os, "execvpe", lambda _file, command, _environment: commands.append(command))

    def start(*arguments: str) -> list[str]:
        done = CliRunner().invoke(app, ["ui", *arguments])
        assert done.exit_code == 0, done.output
        return commands[-1][2:]

    return start


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], "dagster dev -h 127.0.0.1 -p 3000"),
        (["--port", "4000"], "dagster dev -h 127.0.0.1 -p 4000"),
        (["--read-only"], "dagster_webserver -h 127.0.0.1 -p 3001 --read-only"),
        (["--pages", "--path-prefix", "/engineers"], "dagster_webserver -h 127.0.0.1 -p 3000 --path-prefix /engineers"),
        (["--daemon"], "dagster._daemon run"),
    ],
)
def test_each_way_of_serving_is_one_command(started: Started, arguments: list[str], command: str) -> None:
    assert " ".join(started(*arguments)).startswith(command + " -w ")


def test_the_instance_is_made_before_anything_is_served(started: Started, tmp_path: Path) -> None:
    started("--daemon")
    assert (tmp_path / "dagster" / "dagster.yaml").exists()


@pytest.mark.parametrize("arguments", [["--daemon", "--read-only"], ["--path-prefix", "/engineers"]])
def test_parts_that_do_not_go_together_are_refused(arguments: list[str]) -> None:
    done = CliRunner().invoke(app, ["ui", *arguments])
    assert done.exit_code == 2
