"""Asks a drafted release all that the suites ask, and writes down what came of it, for people and for programs."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from cls_pipeline.disclosure.rounding import rounding_in_words
from cls_pipeline.gate.accepted import Acceptance
from cls_pipeline.gate.frames import open_draft, read_frame
from cls_pipeline.gate.page import render
from cls_pipeline.gate.suites import read_suites
from cls_pipeline.gate.verdict import Verdict, judged
from cls_pipeline.warehouse.sql import one


def check(database: Path, previous: Path | None, folder: Path, acceptance: Acceptance | None = None) -> Verdict:
    """Judges a draft by what it holds and by the release before it.

    Writes `gate/index.html` and `gate/result.json` into the folder; of figures they tell what the draft shows, no more.

    Args:
        database: of the draft, finished: what must be withheld is withheld. It is only read.
        previous: the database of the release before; without it nothing is asked of what has changed.
        folder: of the draft.
        acceptance: what was let pass knowingly, if anything was.
    """
    # The library takes seconds to import, and most commands make no release.
    from cls_pipeline.gate.validate import judge_frames

    suites = read_suites()
    there = [name for name, frame in suites.frames.items() if previous is not None or not frame.needs_previous]
    with open_draft(database, previous) as con:
        answers = judge_frames(suites, there, lambda name: read_frame(con, name))
    release = _told(database)
    verdict = Verdict(
        release_id=release.get("release_id", folder.name),
        previous_id=_told(previous).get("release_id") if previous else None,
        records_origin=release.get("records_origin"),
        rounding=rounding_in_words(release.get("rounded_to")),
        judged=tuple(
            judged(suite, asked, answers, acceptance)
            for suite in suites.suites
            for asked in suite.expectations
            if asked.id in answers
        ),
    )
    room = folder / "gate"
    room.mkdir()
    (room / "result.json").write_text(json.dumps(verdict.as_json(), indent=1, ensure_ascii=False), encoding="utf-8")
    (room / "index.html").write_text(render(verdict, suites), encoding="utf-8")
    return verdict


def _told(database: Path) -> dict[str, Any]:
    """What a release says of itself; nothing where it cannot be read, which the suites say in words."""
    try:
        with closing(duckdb.connect(str(database), read_only=True)) as con:
            columns = con.sql("from marts.release").columns
            return dict(zip(columns, one(con, "from marts.release"), strict=True))
    except duckdb.Error:
        return {}
