"""Writes conformed and quarantined records: drafted aside, moved into place whole, superseded loads removed.

Layout: `conformed/<entity>/site=<sender>/load_id=<load>/data.parquet`, and the same under `quarantine/`, where
`failing.parquet` beside it holds each failing value with its place.
"""

from __future__ import annotations

import shutil

import polars as pl

from cls_pipeline.conform.translate import raw_name
from cls_pipeline.registry import Contract
from cls_pipeline.registry.dtypes import TYPES
from cls_pipeline.settings import Settings

LINEAGE = {
    "delivery_id": pl.String(),
    "system_id": pl.String(),
    "source_file": pl.String(),
    "source_table": pl.String(),
    "source_row": pl.Int64(),
    "warnings": pl.List(pl.String()),
}

FAILING_FILE = "failing.parquet"


class Draft:
    """The Parquet files of one load, written aside until the load is decided."""

    def __init__(self, settings: Settings, sender_id: str, delivery_id: str, system_id: str, load_id: str):
        self._settings = settings
        self._folder = settings.home / "drafts" / f"{sender_id}.{load_id}"
        self._sender_id, self._load_id = sender_id, load_id
        self._lineage = {"delivery_id": delivery_id, "system_id": system_id}
        shutil.rmtree(self._folder, ignore_errors=True)

    def add(self, room: str, entity: str, frame: pl.DataFrame, name: str = "data.parquet") -> None:
        """Drafts a file of an entity for `conformed` or `quarantine`; its records where no other name is given."""
        path = self._folder / room / entity / name
        path.parent.mkdir(parents=True, exist_ok=True)
        labelled = frame.select(*(pl.lit(value).alias(name) for name, value in self._lineage.items()), pl.all())
        labelled.write_parquet(path, compression="zstd", compression_level=1)

    def commit(self, rooms: tuple[str, ...]) -> None:
        """Moves the drafted rooms into place; what was there for this load is replaced."""
        for room in rooms:
            for folder in sorted((self._folder / room).glob("*")):
                place = (
                    getattr(self._settings, room) / folder.name / f"site={self._sender_id}" / f"load_id={self._load_id}"
                )
                shutil.rmtree(place, ignore_errors=True)
                place.parent.mkdir(parents=True, exist_ok=True)
                folder.rename(place)
        self.discard()

    def discard(self) -> None:
        """Removes the draft."""
        shutil.rmtree(self._folder, ignore_errors=True)


def sweep(settings: Settings, sender_id: str, conformed: set[str], quarantine: set[str]) -> None:
    """Removes a sender's loads other than those named: superseded ones, and leftovers of a killed process."""
    for room, keep in ((settings.conformed, conformed), (settings.quarantine, quarantine)):
        for place in room.glob(f"*/site={sender_id}/load_id=*"):
            if place.name.removeprefix("load_id=") not in keep:
                shutil.rmtree(place, ignore_errors=True)
    for draft in (settings.home / "drafts").glob(f"{sender_id}.*"):
        shutil.rmtree(draft, ignore_errors=True)


def empty_frame(contract: Contract) -> pl.DataFrame:
    """No rows, with the columns and types that a conformed file of the entity has."""
    columns = {column.name: TYPES[column.kind] for column in contract.columns.values()}
    raws = {raw_name(column.name): pl.String() for column in contract.columns.values() if column.kind == "code"}
    return pl.DataFrame(schema={**LINEAGE, **columns, **raws})


def write_empty(settings: Settings, contract: Contract) -> None:
    """Writes the zero-row file by which readers of an entity bind before anything was delivered."""
    path = settings.conformed / contract.entity / "site=_none" / "load_id=_none" / "data.parquet"
    frame = empty_frame(contract)
    if path.exists() and pl.read_parquet_schema(path) == frame.schema:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    frame.write_parquet(draft)
    draft.replace(path)
