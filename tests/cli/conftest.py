"""Runs `cls` in a process of its own, as people do."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Cls = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def cls(tmp_path: Path) -> Cls:
    """`cls(*arguments, **environment)` over an empty home."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        known = {"CLS_HOME": str(tmp_path / "home"), "CLS_PSEUDONYM_KEY_FILE": str(tmp_path / "key")}
        return subprocess.run(
            [sys.executable, "-m", "cls_pipeline.cli", *arguments],
            env={**os.environ, **known, **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return run
