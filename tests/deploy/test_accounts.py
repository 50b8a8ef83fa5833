"""Two sites with accounts of their own on one machine: neither reaches the other's files, before or after a load."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cls_pipeline.cli.accounts import ANALYSTS, commands

OWNER = "clstest-pipeline"
ASH, BIRCH = "clstest-ash", "clstest-birch"
SITES = {"clstest_ash": ASH, "clstest_birch": BIRCH}
LOAD = Path(__file__).with_name("load_as.py")

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or not shutil.which("useradd"),
    reason="Accounts of two sites are not tried: only root can make them, with Debian's useradd.",
)


def can(account: str, *command: str) -> bool:
    """Whether a command succeeds when an account runs it, with the groups that the account has."""
    who = ["setpriv", f"--reuid={account}", f"--regid={pwd.getpwnam(account).pw_gid}", "--init-groups"]
    return subprocess.run([*who, *command], capture_output=True, check=False, cwd="/").returncode == 0


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home whose folders were given to two sites' groups, with an account in each; ash delivered and was loaded."""
    # Not pytest's folder: no other account can enter that.
    root = Path(tempfile.mkdtemp(prefix="clstest-"))
    root.chmod(0o755)
    home = root / "cls"
    groups = [f"cls-{site}" for site in SITES]
    had_analysts = subprocess.run(["getent", "group", ANALYSTS], capture_output=True, check=False).returncode == 0
    try:
        subprocess.run(["sh"], input="\n".join(commands(SITES, home, OWNER)), text=True, check=True)
        for site, account in SITES.items():
            subprocess.run(["useradd", "--no-create-home", "--groups", f"cls-{site}", account], check=True)
        path = os.pathsep.join(str(LOAD.parents[up]) for up in (1, 2))
        load = [sys.executable, str(LOAD), str(root), OWNER, ASH, *SITES]
        done = subprocess.run(load, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        yield home
    finally:
        for account in (OWNER, *SITES.values()):
            subprocess.run(["userdel", account], capture_output=True, check=False)
        for group in (*groups, *([] if had_analysts else [ANALYSTS])):
            subprocess.run(["groupdel", group], capture_output=True, check=False)
        shutil.rmtree(root)


def test_a_site_reads_its_own_fix_list_and_digest(home: Path) -> None:
    handed_back = sorted((home / "returns" / "clstest_ash").iterdir())
    assert {path.suffix for path in handed_back} >= {".csv", ".xlsx", ".md"}
    assert [can(ASH, "cat", str(path)) for path in handed_back] == [True] * len(handed_back)


def test_another_site_reads_neither_what_was_handed_back_nor_what_was_sent(home: Path) -> None:
    for room in ("returns", "inbox"):
        files = list((home / room / "clstest_ash").iterdir())
        assert files
        for path in files:
            assert not can(BIRCH, "cat", str(path))
        assert not can(BIRCH, "ls", str(home / room / "clstest_ash"))


def test_a_site_cannot_see_who_else_delivers(home: Path) -> None:
    assert not can(ASH, "ls", str(home / "inbox"))
    assert not can(ASH, "ls", str(home / "returns"))


def test_a_site_can_deliver_into_its_own_inbox_alone(home: Path) -> None:
    assert can(BIRCH, "touch", str(home / "inbox" / "clstest_birch" / "contacts_2024-04-01.csv"))
    assert not can(BIRCH, "touch", str(home / "inbox" / "clstest_ash" / "contacts_2024-04-03.csv"))
    assert not can(BIRCH, "touch", str(home / "returns" / "clstest_birch" / "digest_2024-04-01.md"))


def test_no_site_reaches_the_ledger_the_records_or_the_instance(home: Path) -> None:
    for room in ("landing", "conformed", "quarantine", "dagster"):
        assert (home / room).is_dir()
        assert not can(ASH, "ls", str(home / room))
    assert not can(ASH, "cat", str(home / "ledger.sqlite"))


def test_running_the_commands_once_more_changes_nothing(home: Path) -> None:
    def modes() -> list[str]:
        look = ["find", str(home), "-printf", "%p %u %g %m\\n"]
        return sorted(subprocess.run(look, capture_output=True, text=True, check=True).stdout.splitlines())

    seen = []
    for _ in range(2):
        subprocess.run(["sh"], input="\n".join(commands(SITES, home, OWNER)), text=True, check=True)
        seen.append(modes())
    assert seen[0] == seen[1]
