"""The nightly on about two million source rows beside its floor: wall time and peak memory, as ratios.

Prints what `docs/performance.md` quotes. Everything is made in a temporary folder and removed afterwards.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import psutil
from rich.console import Console
from rich.table import Table

SCALE, YEARS = 0.29, 3
AIM_RATIO, AIM_EXTRA_SECONDS, AIM_MEMORY, AIM_SECOND_NIGHT = 3.0, 30.0, 2 * 1024**3, 40.0


@dataclass(frozen=True)
class Run:
    """A finished process with its children: seconds of wall time, peak resident bytes together, its output."""

    seconds: float
    peak: int
    output: str


def measure(command: list[str], home: Path) -> Run:
    """Runs a command with `CLS_HOME` set, watching the memory of the whole process tree ten times a second.

    Raises:
        RuntimeError: the command failed; its output is in the message.
    """
    environment = {**os.environ, "CLS_HOME": str(home), "CLS_PSEUDONYM_KEY_FILE": str(home.parent / "key")}
    start = time.perf_counter()
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )
    peak, done = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(process.pid, peak, done))
    watcher.start()
    output, _ = process.communicate()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-4000:]}")
    return Run(seconds, peak[0], output)


def _watch(pid: int, peak: list[int], done: threading.Event) -> None:
    while not done.wait(0.1):
        total = 0
        try:
            root = psutil.Process(pid)
            for process in [root, *root.children(recursive=True)]:
                total += process.memory_info().rss
        except psutil.NoSuchProcess:
            continue
        peak[0] = max(peak[0], total)


def main() -> int:
    """Prints the comparison; 1 if an aim is missed."""
    console = Console()
    folder = Path(tempfile.mkdtemp(prefix="cls-bench-"))
    home, floor = folder / "home", folder / "floor"
    floor.mkdir()
    cls = [sys.executable, "-m", "cls_pipeline.cli"]
    try:
        console.print("Simulating about two million source rows ...")
        options = ["--scale", str(SCALE), "--years", str(YEARS), "--until", date(2026, 10, 31).isoformat()]
        sample = measure([*cls, "sample", str(home), *options], home)
        console.print(f"  {sample.seconds:.1f} s")
        console.print("Floor: read, cast, write Parquet and facts in one DuckDB script ...")
        least = measure([sys.executable, "-m", "benchmarks.floor", str(home), str(floor)], home)
        for left in (home / "inbox").rglob(".*.utf8"):
            left.unlink()
        console.print("Nightly, everything new ...")
        first = measure([*cls, "nightly"], home)
        console.print("Nightly, nothing new ...")
        second = measure([*cls, "nightly"], home)
        rows = int(least.output.strip().splitlines()[-1])
        return _report(console, rows, least, first, second)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _report(console: Console, rows: int, least: Run, first: Run, second: Run) -> int:
    limit = AIM_RATIO * least.seconds + AIM_EXTRA_SECONDS
    table = Table(title=f"{rows:,} source rows")
    for name in ("", "wall", "x floor", "peak memory", "aim", "met"):
        table.add_column(name)
    table.add_row("floor", f"{least.seconds:.1f} s", "1.0", f"{least.peak / 2**20:,.0f} MiB", "", "")
    met = [first.seconds <= limit, first.peak <= AIM_MEMORY, second.seconds <= AIM_SECOND_NIGHT]
    table.add_row(
        "nightly, everything new",
        f"{first.seconds:.1f} s",
        f"{first.seconds / least.seconds:.1f}",
        f"{first.peak / 2**20:,.0f} MiB",
        f"3 x floor + 30 s = {limit:.1f} s; 2,048 MiB",
        f"{'yes' if met[0] else 'no'}; {'yes' if met[1] else 'no'}",
    )
    table.add_row(
        "nightly, nothing new",
        f"{second.seconds:.1f} s",
        f"{second.seconds / least.seconds:.1f}",
        f"{second.peak / 2**20:,.0f} MiB",
        "40 s",
        "yes" if met[2] else "no",
    )
    console.print(table)
    return 0 if all(met) else 1


if __name__ == "__main__":
    sys.exit(main())
