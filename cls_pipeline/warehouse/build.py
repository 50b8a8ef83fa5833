"""What a dbt build of one home needs: its files, its program, its environment, its arguments.

Who starts it is `orchestration`. What is built belongs in the dbt project; what leaves the warehouse in `release`.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from pathlib import Path

from cls_pipeline.settings import Settings

WAREHOUSE_FILE = "warehouse.duckdb"
# The nightly dbt command. Unit tests prove the SQL, not the data, and stay out of it.
BUILD_ARGUMENTS = ("build", "--exclude-resource-type", "unit_test")
PROJECT_SOURCES = ("dbt_project.yml", "macros", "models", "seeds", "tests")
# What facts are made of. They grow from build to build, so a change here means that they must be made anew.
FACT_SOURCES = ("dbt_project.yml", "macros", "models/sources", "models/staging", "models/facts")


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
        # The statistics are many small problems; threads of a linear algebra library only wait for each other.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }


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
