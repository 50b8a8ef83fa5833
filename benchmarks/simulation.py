"""How quickly `cls sample` writes the simulated programme, and in how much memory, beside the aims.

Prints what `docs/performance.md` quotes. Everything is made in a temporary folder and removed afterwards. Seconds of
the processors are told beside those of the wall, for machines that others use too.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.nightly import Run, measure

#: About a minute on two cores.
SCALE, YEARS, UNTIL = 0.4, 10, "2026-10-31"
AIM_ROWS_A_SECOND = 200_000


def main() -> int:
    """Prints the figures; 1 if the aim is missed."""
    folder = Path(tempfile.mkdtemp(prefix="cls-bench-"))
    options = ["--scale", str(SCALE), "--years", str(YEARS), "--until", UNTIL]
    before = _seconds_of_children()
    try:
        run = measure([sys.executable, "-m", "cls_pipeline.cli", "sample", str(folder / "home"), *options], folder)
        size = sum(path.stat().st_size for path in (folder / "home").rglob("*") if path.is_file())
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return _report(run, _seconds_of_children() - before, size)


def _seconds_of_children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def _report(run: Run, processors: float, size: int) -> int:
    told = re.search(r"deliver ([\d,]+) rows", run.output)
    if told is None:
        raise RuntimeError(f"cls sample does not say how many rows it wrote:\n{run.output}")
    rows = int(told[1].replace(",", ""))
    table = Table("", "measured", "aim", title=f"{rows:,} source rows, {size / 2**20:,.0f} MiB")
    table.add_row("wall", f"{run.seconds:.1f} s, {rows / run.seconds:,.0f} rows a second", f"{AIM_ROWS_A_SECOND:,}")
    table.add_row("processors", f"{processors:.1f} s, {rows / processors:,.0f} rows a second of one", "")
    table.add_row("peak memory", f"{run.peak / 2**20:,.0f} MiB", "that of the largest site")
    Console().print(table)
    return 0 if rows / run.seconds >= AIM_ROWS_A_SECOND else 1


if __name__ == "__main__":
    sys.exit(main())
