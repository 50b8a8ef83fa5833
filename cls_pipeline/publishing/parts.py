"""The parts of a release: the list, and how they are written one after the other.

A part reads the finished database, in which small numbers are withheld already, and no other data, so it cannot tell
what the database does not. It imports what is slow to import when it is called: most nights find nothing to write.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from cls_pipeline.briefing import write_briefing
from cls_pipeline.publishing.dbt_docs import write_dbt_docs
from cls_pipeline.publishing.metricflow import write_metricflow
from cls_pipeline.publishing.tables import write_parquet
from cls_pipeline.publishing.workbook import write_workbook
from cls_pipeline.settings import Settings

#: Writes its files into the folder, reading the database and changing nothing in it.
Part = Callable[[Path, Path, Settings], None]

#: By the name that errors call them.
PARTS: Final[dict[str, Part]] = {
    "Parquet files": write_parquet,
    "workbook": write_workbook,
    "page of the dbt project": write_dbt_docs,
    "briefing": write_briefing,
    "MetricFlow project": write_metricflow,
}


class PartError(RuntimeError):
    """A part of a release could not be written; the message says which and why."""


def write_parts(database: Path, folder: Path, settings: Settings, parts: Mapping[str, Part]) -> None:
    """Writes the parts named.

    Raises:
        PartError: one could not be written.
    """
    database.chmod(0o444)
    for name, part in parts.items():
        try:
            part(database, folder, settings)
        except Exception as error:
            raise PartError(
                f"The {name} of the release could not be written, so the release before it stays: "
                f"{type(error).__name__}: {error}"
            ) from error


def part_sources() -> list[Path]:
    """The files that the parts are written by: a changed part makes a new release.

    Whatever stands in the folder of a part belongs to it, its templates and styles too.
    """
    folders = {Path(__file__).parent, *(Path(inspect.getfile(part)).parent for part in PARTS.values())}
    return [
        file
        for folder in sorted(folders)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "__pycache__" not in file.parts
    ]
