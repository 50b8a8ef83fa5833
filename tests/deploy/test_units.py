"""The services of `deploy/systemd`: commands that exist, and units that systemd understands."""

from __future__ import annotations

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cls_pipeline.cli import app
from cls_pipeline.settings import PROJECT_ROOT

UNITS = sorted((PROJECT_ROOT / "deploy" / "systemd").glob("*.service"))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.stem)
def test_what_a_service_starts_is_a_command_of_cls(unit: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parsed = configparser.ConfigParser(strict=False, interpolation=None)
    parsed.read(unit)
    monkeypatch.setenv("CLS_HOME", str(tmp_path))
    started: list[str] = []
    monkeypatch.setattr(os, "execvpe", lambda _file, command, _environment: started.extend(command))
    program, *arguments = parsed["Service"]["ExecStart"].split()
    done = CliRunner().invoke(app, arguments)
    assert (program, done.exit_code) == ("/opt/cls/.venv/bin/cls", 0), done.output
    assert "-h 127.0.0.1" in " ".join(started) or "dagster._daemon" in started


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="Units are not verified: systemd is not installed.")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # On this machine there is neither the program nor the account.
        text = re.sub("^ExecStart=.*", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
        (tmp_path / unit.name).write_text(text.replace("=cls\n", "=daemon\n"))
    paths = [str(tmp_path / unit.name) for unit in UNITS]
    said = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *paths], capture_output=True, text=True, check=False
    )
    assert [line for line in said.stderr.splitlines() if str(tmp_path) in line] == []
