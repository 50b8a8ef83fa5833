"""The fingerprint of a release: a hash of all that it is made of. Two with the same say the same, so one is enough."""

from __future__ import annotations

import hashlib
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

import duckdb

from cls_pipeline.publishing.parts import part_sources
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse import database, pooling
from cls_pipeline.warehouse.build import PROJECT_SOURCES, content_hash, warehouse_file
from cls_pipeline.warehouse.comments import Comments
from cls_pipeline.warehouse.control import CONTROL_SOURCES
from cls_pipeline.warehouse.database import MARTS
from cls_pipeline.warehouse.disclosure import released
from cls_pipeline.warehouse.questions import QUESTION_SOURCES
from cls_pipeline.warehouse.shelf import ReleaseError
from cls_pipeline.warehouse.sql import one, quoted
from cls_pipeline.warehouse.withheld import DISCLOSURE_SOURCES

_OWN_SOURCES: Final = (Path(database.__file__), Path(pooling.__file__))


@dataclass(frozen=True)
class Fingerprint:
    """`content` is the hash of all; `made_by` is what a release tells: `limit`, `rounding`, `project`, `program`."""

    content: str
    made_by: dict[str, str]


def fingerprint(settings: Settings, comments: Comments) -> Fingerprint:
    """Of marts, loads in force, descriptions, limits, and the software that writes the files.

    Raises:
        ReleaseError: a mart is missing.
    """
    project = content_hash([settings.dbt_dir / part for part in PROJECT_SOURCES])
    rules = [released(mart, settings.small_number, settings.round_counts_to) for mart in MARTS]
    code = content_hash([*CONTROL_SOURCES, *DISCLOSURE_SOURCES, *QUESTION_SOURCES, *_OWN_SOURCES, *part_sources()])
    told = [project, code, version("cls-pipeline"), *rules, repr(comments)]
    loads = settings.warehouse / "ledger" / "load.parquet"
    asked = [*(f"marts.{mart}" for mart in MARTS), f"read_parquet({quoted(str(loads))})"]
    with closing(duckdb.connect(str(warehouse_file(settings)), read_only=True)) as con:
        try:
            told += [str(one(con, f"select count(*), sum(hash(t)) from {table} as t")) for table in asked]
        except duckdb.CatalogException as error:
            raise ReleaseError(f"The warehouse is not complete: {error}. Run `cls nightly` again.") from error
    content = hashlib.sha256("\0".join(told).encode()).hexdigest()
    limits = {"limit": str(settings.small_number), "rounding": str(settings.round_counts_to)}
    return Fingerprint(content, limits | {"project": project[:12], "program": code[:12]})
