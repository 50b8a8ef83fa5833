"""A reader in another process, which queries without pause while releases are swapped under it."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from cls_pipeline.settings import Settings

from .bare import publish
from .test_release import change

# One connection is held for the whole time; another is opened afresh through `current` for every question.
READER = """
import sys, duckdb
from pathlib import Path
current, stop = Path(sys.argv[1]), Path(sys.argv[2])
held = duckdb.connect(str(current.resolve() / "cls.duckdb"), read_only=True)
note = "select organisation from marts.dim_site where site_id = 'ashby'"
first, seen, asked = held.execute(note).fetchone()[0], [], 0
print("ready", flush=True)
while not stop.exists():
    assert held.execute(note).fetchone()[0] == first
    path = str((current / "cls.duckdb").resolve())
    with duckdb.connect(path, read_only=True) as con:
        now = con.execute(note).fetchone()[0]
        assert con.execute("select count(*) from marts.metric_series").fetchone()[0] > 100
    if now not in seen:
        seen.append(now)
    asked += 1
print(asked, *seen)
"""


def test_a_reader_is_undisturbed_while_releases_are_swapped(copied: Settings, tmp_path: Path) -> None:
    # The third release sweeps the reader's own away.
    notes = ["first", "second", "third"]
    change(copied, notes[0])
    publish(copied)
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(copied.releases / "current"), str(stop)]
    reader = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert reader.stdout is not None and reader.stdout.readline() == "ready\n"
    for note in notes[1:]:
        change(copied, note)
        publish(copied.model_copy(update={"keep_releases": 2}))
        time.sleep(0.3)
    stop.touch()
    said, complaint = reader.communicate(timeout=30)
    assert reader.returncode == 0, complaint
    asked, *seen = said.split()
    assert seen == notes
    assert int(asked) > len(notes)
