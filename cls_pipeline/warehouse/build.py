"""Runs the dbt project over one home: its environment, its arguments, and what it did.

What is built belongs in the dbt project; what leaves the warehouse belongs in `release`.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cls_pipeline.settings import Settings

WAREHOUSE_FILE = "warehouse.duckdb"
PROJECT_SOURCES = ("dbt_project.yml", "macros", "models", "seeds", "tests")
# What facts are made of. They grow from build to build, so a change here means that they must be made anew.
FACT_SOURCES = ("dbt_project.yml", "macros", "models/sources", "models/staging", "models/facts")


class BuildError(RuntimeError):
    """dbt could not build the warehouse; the message says which model or test, and what it said."""


@dataclass(frozen=True)
class BuildEvent:
    """A model, seed or test that dbt has finished with; `position` counts from 1 to `total`."""

    name: str
    kind: str
    status: str
    seconds: float
    position: int
    total: int


@dataclass(frozen=True)
class BuildResult:
    """What a build did: every node that it ran, in the order in which they ended, and the time it took."""

    events: tuple[BuildEvent, ...]
    seconds: float

    @property
    def warnings(self) -> tuple[str, ...]:
        """The names of tests that failed and do not stop a release."""
        return tuple(event.name for event in self.events if event.status == "warn")


def warehouse_file(settings: Settings) -> Path:
    """The DuckDB file that dbt builds. Nothing may hold it open while dbt runs."""
    return settings.warehouse / WAREHOUSE_FILE


def dbt_target(settings: Settings) -> Path:
    """Where dbt keeps its manifest and artefacts: with the state, never in the checkout."""
    return settings.warehouse / "dbt"


def dbt_executable() -> str:
    """The `dbt` beside this Python, whatever the PATH says."""
    beside = Path(sys.executable).parent / "dbt"
    return str(beside) if beside.exists() else "dbt"


def dbt_env(settings: Settings) -> dict[str, str]:
    """The variables that the project's profile and sources read, and that keep dbt quiet and off the network."""
    target = str(dbt_target(settings))
    return {
        "CLS_HOME": str(settings.home),
        "DBT_PROJECT_DIR": str(settings.dbt_dir),
        "DBT_PROFILES_DIR": str(settings.dbt_dir),
        "DBT_TARGET_PATH": target,
        "DBT_LOG_PATH": target,
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def build_arguments(select: Sequence[str] | None = None) -> list[str]:
    """The arguments of the nightly dbt command. Unit tests prove the SQL, not the data, and stay out of it."""
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    return [*arguments, "--select", *select] if select else arguments


def prepare(settings: Settings) -> None:
    """Makes the folders that dbt writes to, and drops a warehouse whose facts other SQL has made.

    The warehouse holds nothing that cannot be built again from conformed records.
    """
    (settings.warehouse / "tmp").mkdir(parents=True, exist_ok=True)
    dbt_target(settings).mkdir(parents=True, exist_ok=True)
    mark = dbt_target(settings) / "facts.sha256"
    wanted = content_hash([settings.dbt_dir / part for part in FACT_SOURCES])
    if mark.exists() and mark.read_text() == wanted:
        return
    for path in settings.warehouse.glob(f"{WAREHOUSE_FILE}*"):
        path.unlink()
    mark.write_text(wanted)


def content_hash(paths: Sequence[Path]) -> str:
    """A hash over the names and bytes of files and of all files in folders."""
    digest = hashlib.sha256()
    for path in paths:
        for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
            if file.is_file():
                digest.update(f"{file.relative_to(path.parent)}\0".encode())
                digest.update(file.read_bytes())
    return digest.hexdigest()


def build(
    settings: Settings,
    *,
    select: Sequence[str] | None = None,
    on_event: Callable[[BuildEvent], None] | None = None,
) -> BuildResult:
    """Builds the warehouse with one dbt command, run as a process of its own.

    Args:
        settings: the home and the dbt project.
        select: dbt selectors; everything if None.
        on_event: called as each model, seed or test ends.

    Raises:
        BuildError: dbt could not start, or a model or test failed.
    """
    prepare(settings)
    started = time.monotonic()
    command = [dbt_executable(), "--log-format", "json", "--no-use-colors", *build_arguments(select)]
    process = subprocess.Popen(
        command,
        env={**os.environ, **dbt_env(settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    events: list[BuildEvent] = []
    errors: list[str] = []
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            said = _parsed(line)
            if event := _finished(said):
                events.append(event)
                if on_event:
                    on_event(event)
            elif said.get("level") == "error":
                errors.append(said["msg"])
    if process.wait():
        raise BuildError(_sentence(events, errors, settings))
    return BuildResult(tuple(events), time.monotonic() - started)


def _parsed(line: str) -> dict[str, Any]:
    """A line of dbt's log as its event, level, message and node; a line that is no JSON is taken as an error."""
    try:
        said = json.loads(line)
    except json.JSONDecodeError:
        return {"level": "error", "msg": line.strip()} if line.strip() else {}
    data = said.get("data", {})
    info = said.get("info", {})
    return {**data, "name": info.get("name"), "level": info.get("level"), "msg": info.get("msg", "").strip()}


def _finished(said: dict[str, Any]) -> BuildEvent | None:
    node = said.get("node_info", {})
    if said.get("name") not in {"LogModelResult", "LogSeedResult", "LogTestResult"}:
        return None
    return BuildEvent(
        name=node.get("node_name", ""),
        kind=node.get("resource_type", ""),
        status=node.get("node_status", ""),
        seconds=float(said.get("execution_time", 0.0)),
        position=int(said.get("index", 0)),
        total=int(said.get("total", said.get("num_models", 0))),
    )


def _sentence(events: list[BuildEvent], errors: list[str], settings: Settings) -> str:
    failed = [event for event in events if event.status in {"error", "fail"}]
    where = f"The full log is {dbt_target(settings) / 'dbt.log'}."
    told = "\n".join(dict.fromkeys(errors)) or "dbt gave no reason."
    if not failed:
        return f"dbt could not build the warehouse. It says:\n{told}\n{where}"
    names = ", ".join(f"{event.kind} {event.name}" for event in failed)
    return f"dbt could not build the warehouse: {names} failed. It says:\n{told}\n{where}"
