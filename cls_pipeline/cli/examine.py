"""The examinations of `cls doctor`: each looks at one thing and says what it found. None changes what it looks at
(the dbt manifest is brought up to date, as any command would)."""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from tempfile import TemporaryDirectory

from cls_pipeline.cli.errors import sentence
from cls_pipeline.settings import Settings

OLDEST_PYTHON = (3, 11)
PACKAGES = ("dagster", "dagster-webserver", "dagster-dbt", "dbt-core", "dbt-duckdb", "duckdb", "polars", "pandera")
# A night writes the landing, the conformed files, the warehouse and a release before it removes old ones.
LEAST_FREE_GB = 5.0


@dataclass(frozen=True)
class Finding:
    """One line of the examination; `to_do` is empty where all is well."""

    what: str
    well: bool
    found: str
    to_do: str = ""


def examine(settings: Settings) -> Iterator[Finding]:
    """Looks at everything in turn; a look that fails is itself a finding."""
    looks: tuple[tuple[str, Callable[[Settings], Finding]], ...] = (
        ("Python", _python),
        ("packages", _packages),
        ("home", _home),
        ("free disk", _free_disk),
        ("registry", _registry),
        ("pseudonym key", _pseudonym_key),
        ("dbt project", _dbt_project),
        ("Dagster instance", _instance),
        ("inbox", _inbox),
        ("ledger", _ledger),
        ("warehouse", _warehouse),
        ("release", _release),
    )
    for what, look in looks:
        try:
            yield look(settings)
        except Exception as error:
            yield Finding(what, False, sentence(error), "Put right what the message names.")


def _python(_: Settings) -> Finding:
    found = ".".join(str(part) for part in sys.version_info[:3])
    well = sys.version_info >= OLDEST_PYTHON
    return Finding("Python", well, found, "" if well else "Install Python 3.11 or newer and run make again.")


def _packages(_: Settings) -> Finding:
    missing, found = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Finding(
            "packages", False, f"missing: {', '.join(missing)}", "Run make again; it installs the locked set."
        )
    return Finding("packages", True, ", ".join(found))


def _home(settings: Settings) -> Finding:
    nearest = _nearest_existing(settings.home)
    well = nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
    made = "" if settings.home.exists() else " (not made yet)"
    to_do = "" if well else f"Make {nearest} writable, or set CLS_HOME to a folder that is."
    return Finding("home", well, f"{settings.home}{made}", to_do)


def _free_disk(settings: Settings) -> Finding:
    free = shutil.disk_usage(_nearest_existing(settings.home)).free / 1e9
    well = free >= LEAST_FREE_GB
    return Finding("free disk", well, f"{free:,.0f} GB", "" if well else f"Free at least {LEAST_FREE_GB:.0f} GB.")


def _registry(settings: Settings) -> Finding:
    from cls_pipeline.registry import RegistryError, load_registry

    try:
        found = load_registry(settings.contracts_dir)
    except RegistryError as error:
        more = f" (and {len(error.mistakes) - 1} more)" if len(error.mistakes) > 1 else ""
        return Finding("registry", False, error.mistakes[0] + more, "Correct the file; the line is named.")
    counted = (found.senders, "senders"), (found.systems, "systems"), (found.contracts, "contracts")
    return Finding("registry", True, ", ".join(f"{len(items)} {name}" for items, name in counted))


def _pseudonym_key(settings: Settings) -> Finding:
    path = settings.pseudonym_key_file.expanduser().absolute()
    if not path.exists() and not path.is_relative_to(settings.home):
        return Finding("pseudonym key", True, f"none yet; the first load makes {path}")
    _ = settings.pseudonym_key
    if path.stat().st_mode & 0o077:
        return Finding("pseudonym key", False, f"{path} can be read by others", f"chmod 600 {path}")
    return Finding("pseudonym key", True, f"{path}; keep a copy in a safe place")


def _dbt_project(settings: Settings) -> Finding:
    from cls_pipeline.orchestration.dbt_project import prepared_project

    with TemporaryDirectory() as elsewhere:
        home = settings.home if settings.home.exists() else Path(elsewhere)
        prepared_project(settings.model_copy(update={"home": home}))
    return Finding("dbt project", True, f"{settings.dbt_dir} parses")


def _instance(settings: Settings) -> Finding:
    from cls_pipeline.orchestration.instance import open_instance
    from cls_pipeline.orchestration.schedules import SCHEDULE

    if not (settings.dagster_home / "dagster.yaml").exists():
        return Finding("Dagster instance", True, "not made yet; the first nightly makes it")
    with open_instance(settings) as instance:
        runs = instance.get_runs_count()
        on = any(state.name == SCHEDULE and state.is_running for state in instance.all_instigator_state())
    schedule = "on" if on else "off (switch it on in the UI under Automation)"
    return Finding("Dagster instance", True, f"{settings.dagster_home}, {runs} runs; schedule {SCHEDULE} is {schedule}")


def _inbox(settings: Settings) -> Finding:
    from cls_pipeline.registry import load_registry

    known = set(load_registry(settings.contracts_dir).senders)
    folders = {path.name for path in settings.inbox.iterdir() if path.is_dir()} if settings.inbox.is_dir() else set()
    strange = sorted(folders - known)
    if strange:
        to_do = (
            f"Nobody reads them. Rename each to a sender of data_contracts/senders, or move it out of {settings.inbox}."
        )
        return Finding("inbox", False, f"folders of no sender: {', '.join(strange)}", to_do)
    return Finding("inbox", True, f"{len(folders)} of {len(known)} senders have a folder in {settings.inbox}")


def _ledger(settings: Settings) -> Finding:
    from cls_pipeline.deliveries.ledger import Ledger

    if not settings.ledger_path.exists():
        return Finding("ledger", True, "none yet; the first load makes it")
    try:
        known = Ledger(settings.ledger_path).query("select count(*) known from delivery")[0]["known"]
    except sqlite3.DatabaseError as error:
        to_do = "Move it away; the next nightly makes it again from what was landed."
        return Finding("ledger", False, f"{settings.ledger_path} cannot be read: {error}", to_do)
    return Finding("ledger", True, f"{settings.ledger_path}, {known} deliveries")


def _warehouse(settings: Settings) -> Finding:
    import duckdb

    from cls_pipeline.warehouse.build import warehouse_file

    file = warehouse_file(settings)
    if not file.exists():
        return Finding("warehouse", True, "none yet; the nightly makes it")
    try:
        with duckdb.connect(str(file), read_only=True) as connection:
            connection.execute("select 1 from duckdb_tables()")
    except duckdb.IOException as error:
        if "lock" in str(error):
            return Finding("warehouse", True, f"{file}, in use by another process")
        return Finding("warehouse", False, f"{file} cannot be read", "Delete it; the next nightly makes it again.")
    return Finding("warehouse", True, str(file))


def _release(settings: Settings) -> Finding:
    import duckdb

    file = settings.releases / "current" / "cls.duckdb"
    if not file.exists():
        return Finding("release", True, "none yet; cls nightly makes one")
    with duckdb.connect(str(file), read_only=True) as connection:
        row = connection.execute("select count(*) from duckdb_tables()").fetchone()
    return Finding("release", True, f"{file.resolve()}, {row[0] if row else 0} tables")


def _nearest_existing(path: Path) -> Path:
    return next(parent for parent in (path, *path.parents) if parent.exists())
