"""`cls accounts`: what it prints. That it keeps sites apart is tried in `tests/deploy`."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from cls_pipeline.cli.accounts import GROUP, commands
from cls_pipeline.registry import load_registry
from tests.cli.conftest import Cls


def test_every_sender_has_a_group_and_two_folders(cls: Cls, real_contracts: Path, tmp_path: Path) -> None:
    told = cls("accounts").stdout.splitlines()
    for sender in load_registry(real_contracts).senders:
        assert f"groupadd -f cls-{sender}" in told
        assert f"install -d -o cls -g cls-{sender} -m 2770 {tmp_path}/home/inbox/{sender}" in told
        assert f"install -d -o cls -g cls-{sender} -m 2750 {tmp_path}/home/returns/{sender}" in told


def test_every_group_has_a_name_that_linux_takes(real_contracts: Path) -> None:
    assert max(len(GROUP.format(sender=sender)) for sender in load_registry(real_contracts).senders) <= 32


@pytest.mark.parametrize("home", ["/srv/our files", "/srv/$(id)"])
def test_a_home_of_any_name_is_one_word_to_the_shell(home: str) -> None:
    script = "\n".join(commands(["ash"], Path(home), "cls"))
    parsed = subprocess.run(["sh", "-n"], input=script, text=True, check=False)
    assert parsed.returncode == 0
    assert f"-m 2770 '{home}'/inbox/ash" in script
