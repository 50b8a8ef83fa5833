"""A nightly load of the nine published files, run once for all tests here; skipped where the files are absent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

ROOT = Path(__file__).resolve().parents[2]
SENDERS = {
    "nhs_england": ["england/ascof_2014-15_to_2018-19.csv.gz", "england/ascof_2020-21.xlsx"],
    "oflog": ["england/oflog_adult_social_care.csv"],
    "public_health_scotland": [
        "scotland/delayed_discharge_by_council_monthly.csv",
        "scotland/phs_2021_care_home_trend.csv",
        "scotland/phs_2021_people_supported_completeness.xlsx",
        "scotland/phs_2021_people_supported_trend.csv",
        "scotland/phs_2021_sds_trend.csv",
        "scotland/phs_2021_tech_enabled_care_trend.csv",
    ],
}


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of published files: CLS_REAL_DATA, or ../shared/real_data beside the repository."""
    folder = Path(os.environ.get("CLS_REAL_DATA") or ROOT.parent / "shared" / "real_data").resolve()
    if not folder.is_dir():
        pytest.skip(f"the published files are not at {folder}; set CLS_REAL_DATA to their folder")
    absent = [name for names in SENDERS.values() for name in names if not (folder / name).is_file()]
    if absent:
        pytest.skip(f"published files are missing from {folder}: {', '.join(absent)}")
    return folder


def nightly(home: Path, key: Path, *senders: str) -> None:
    """Runs `cls nightly` of some senders; it ends well."""
    chosen = [word for sender in senders for word in ("--sender", sender)]
    run = subprocess.run(
        [sys.executable, "-m", "cls_pipeline.cli", "nightly", *chosen],
        cwd=ROOT,
        env={**os.environ, "CLS_HOME": str(home), "CLS_PSEUDONYM_KEY_FILE": str(key)},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert run.returncode == 0, f"cls nightly ended with {run.returncode}:\n{run.stdout[-4000:]}\n{run.stderr[-4000:]}"


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the nights of these tests keep their key."""
    return tmp_path_factory.mktemp("key") / "pseudonym.key"


@pytest.fixture(scope="session")
def loaded_home(real_data: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state after `cls nightly` of the three publishers."""
    home = tmp_path_factory.mktemp("cls_home")
    for sender, names in SENDERS.items():
        inbox = home / "inbox" / sender
        inbox.mkdir(parents=True)
        for name in names:
            shutil.copy(real_data / name, inbox)
    nightly(home, key, *SENDERS)
    return home


@pytest.fixture(scope="session")
def release(loaded_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release that the load published, read only."""
    with duckdb.connect(str(loaded_home / "releases" / "current" / "cls.duckdb"), read_only=True) as connection:
        yield connection
