"""A small programme with a running UI: sites that have delivered, and `cls ui` on free ports of loopback."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import dagster as dg
import yaml
from programme import Programme, contacts, sender

from cls_pipeline.definitions import build_definitions
from cls_pipeline.orchestration.checks import CONTRACT
from cls_pipeline.orchestration.evaluations import last_evaluation
from cls_pipeline.orchestration.instance import instance_environment, open_instance, process_tags
from cls_pipeline.orchestration.resources import Platform
from cls_pipeline.registry import load_registry
from cls_pipeline.settings import Settings
from tests.orchestration.conftest import MODELS, PROFILES, PROJECT

PATIENCE = 120.0
REPOSITORY = {"repositoryName": "__repository__", "repositoryLocationName": "cls_pipeline"}
LAUNCH = """mutation($params: ExecutionParams!) { launchRun(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } } }"""
START_SENSOR = "mutation($s: SensorSelector!) { startSensor(sensorSelector: $s) { __typename } }"
TICKS = """query($s: SensorSelector!) { sensorOrError(sensorSelector: $s) {
  ... on Sensor { sensorState { ticks { id } } } } }"""


def waited(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Returns when the condition holds.

    Raises:
        TimeoutError: it did not, saying what was waited for.
    """
    end = time.monotonic() + patience
    while not condition():
        if time.monotonic() > end:
            raise TimeoutError(f"In {patience:.0f} seconds there was not yet: {what}.")
        time.sleep(0.2)


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def asked(url: str, query: str, **variables: object) -> dict[str, Any]:
    """The data that a GraphQL server answers."""
    body = json.dumps({"query": query, "variables": variables}).encode()
    request = urllib.request.Request(f"{url}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        data: dict[str, Any] = json.load(answer)["data"]
        return data


def launch_of(job: str) -> dict[str, Any]:
    """The variables with which `LAUNCH` runs a job."""
    return {"params": {"selector": {**REPOSITORY, "jobName": job}, "mode": "default", "runConfigData": {}}}


@dataclass
class House:
    """A home, and the processes that serve it."""

    settings: Settings
    logs: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)

    def begin(self, *arguments: str) -> None:
        """Starts `cls ui` with these arguments on a free port, and does not wait for it."""
        name = " ".join(arguments)
        port = free_port()
        self.start(name, [*arguments, "--port", str(port)])
        prefix = arguments[arguments.index("--path-prefix") + 1] if "--path-prefix" in arguments else ""
        self.addresses[name] = f"http://127.0.0.1:{port}{prefix}"

    def serve(self, *arguments: str) -> str:
        """The address of `cls ui` with these arguments, which answers."""
        name = " ".join(arguments)
        if name not in self.addresses:
            self.begin(*arguments)
        waited(lambda: self._answers(name, f"{self.addresses[name]}/server_info"), f"an answer of `cls ui {name}`")
        return self.addresses[name]

    def start(self, name: str, arguments: list[str]) -> None:
        """Starts `cls ui`, its output going to a file."""
        known = {
            "CLS_CONTRACTS_DIR": str(self.settings.contracts_dir),
            "CLS_DBT_DIR": str(self.settings.dbt_dir),
            "CLS_PSEUDONYM_KEY_FILE": str(self.settings.pseudonym_key_file),
        }
        command = [sys.executable, "-m", "cls_pipeline.cli", "ui", *arguments]
        with self.log(name).open("wb") as log:
            self.processes[name] = subprocess.Popen(
                command,
                env={**os.environ, **instance_environment(self.settings), **known},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        """Where the output of a process goes."""
        return self.logs / f"ui {name}.log".replace("/", "_")

    def stop(self) -> None:
        """Ends every process, in their own way first; then whatever one of them has left behind."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(30)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)

    def load(self, *senders: str) -> None:
        """Loads senders in this process, as their jobs do."""
        definitions = build_definitions(Platform(self.settings, load_registry(self.settings.contracts_dir)))
        with open_instance(self.settings) as instance:
            for sender_id in senders:
                job = definitions.resolve_job_def(f"load_{sender_id}")
                assert job.execute_in_process(instance=instance, tags=process_tags()).success, sender_id

    def passed(self, sender_id: str, entity: str = "request") -> bool:
        """Whether the last evaluation of a `contract` check passed."""
        key = dg.AssetCheckKey(dg.AssetKey([sender_id, entity]), CONTRACT)
        with open_instance(self.settings) as instance:
            last = last_evaluation(instance, key)
        return last is not None and last[1].passed

    def send(self, sender_id: str, name: str, text: str) -> None:
        """Puts a file into a sender's inbox."""
        folder = self.settings.inbox_of(sender_id)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)

    def change_sender(self, sender_id: str, **changes: object) -> None:
        """Writes a sender's YAML anew, as an editor does."""
        file = self.settings.contracts_dir / "senders" / f"{sender_id}.yaml"
        file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | changes, sort_keys=False))

    def switch_on(self, sensor: str, url: str) -> None:
        """Starts a sensor, and waits until it has looked once."""
        selector = {**REPOSITORY, "sensorName": sensor}
        asked(url, START_SENSOR, s=selector)
        waited(lambda: asked(url, TICKS, s=selector)["sensorOrError"]["sensorState"]["ticks"], f"a look of {sensor}")

    def _answers(self, name: str, url: str) -> bool:
        if self.processes[name].poll() is not None:
            raise RuntimeError(f"`cls ui {name}` ended: {self.log(name).read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def built(root: Path, deliveries: dict[str, dict[int, dict[str, str]]], **senders: dict[str, Any]) -> House:
    """A house whose sites have delivered forty requests each, in which the given rows are not as they should be."""
    settings = Settings(
        home=root / "cls",
        contracts_dir=root / "data_contracts",
        dbt_dir=root / "dbt",
        pseudonym_key_file=root / "keys" / "pseudonym.key",
    )
    (settings.dbt_dir / "models").mkdir(parents=True)
    (settings.dbt_dir / "dbt_project.yml").write_text(PROJECT)
    (settings.dbt_dir / "profiles.yml").write_text(PROFILES)
    mart = "-- depends on {{ source('conformed', 'request') }}\nselect 1 as n"
    (settings.dbt_dir / "models" / "mart.sql").write_text(mart)
    (settings.dbt_dir / "models" / "models.yml").write_text(MODELS)
    Programme(settings, senders=[sender(name, **senders.get(name, {})) for name in deliveries]).write()
    house = House(settings, root)
    for name, rows in deliveries.items():
        house.send(name, "contacts_2024-04-01.csv", contacts(40, rows))
    house.load(*deliveries)
    return house
