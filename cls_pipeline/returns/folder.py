"""A sender's folder in `returns/`: who can open it, how a file appears in it, when old files go.

The folder is for its owner alone, unless whoever runs the platform has given it to the site's group and set the
group's bit on it (setgid): then what is written there can be read by that group. Others never can.
"""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Final

# As long as every night's landing is kept: nobody puts right a list of last season, and it names records.
KEPT_DAYS: Final = 92
DRAFTS: Final = ".drafts"


def site_folder(returns: Path, sender_id: str) -> Path:
    """The sender's folder, made if need be and closed to others."""
    returns.mkdir(parents=True, exist_ok=True)
    folder = returns / sender_id
    folder.mkdir(mode=0o700, exist_ok=True)
    mode = stat.S_IMODE(folder.stat().st_mode)
    wanted = mode & 0o2770 if mode & stat.S_ISGID else 0o700
    if mode != wanted:
        folder.chmod(wanted)
    return folder


def write_whole(path: Path, write: Callable[[Path], None]) -> None:
    """Has a file written aside and moves it into place, so that it is there whole or not at all.

    Args:
        path: the file; one of that name is replaced.
        write: writes the file at the path that it is given, in a folder that nobody else can open.
    """
    aside = path.parent / DRAFTS
    shutil.rmtree(aside, ignore_errors=True)  # what a killed process left
    aside.mkdir()
    aside.chmod(stat.S_IMODE(aside.stat().st_mode) & 0o2700)
    try:
        write(aside / path.name)
        (aside / path.name).chmod(0o600 | stat.S_IMODE(path.parent.stat().st_mode) & 0o040)
        (aside / path.name).replace(path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def sweep_older(folder: Path, pattern: str, today: date) -> None:
    """Removes files that match the pattern and end in a day (`…_2026-11-22.csv`) before those that are kept."""
    first = f"{today - timedelta(days=KEPT_DAYS):%Y-%m-%d}"
    for path in folder.glob(pattern):
        if path.stem[-len(first) :] < first:
            path.unlink(missing_ok=True)
