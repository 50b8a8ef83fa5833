"""Opens the warehouse for reading, and turns rows into what the questions return. No question is asked here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import duckdb

from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.build import warehouse_file

Parameters = Mapping[str, Any]


class ExplainingError(RuntimeError):
    """A figure cannot be explained; the message says why and what to do."""


@contextmanager
def open_warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse, read-only.

    Raises:
        ExplainingError: there is none, a build holds it, or another version of the SQL has built it.
    """
    path = warehouse_file(settings)
    if not path.exists():
        raise ExplainingError(f"There is no warehouse in {settings.home} yet. `cls nightly` builds it.")
    try:
        connection = duckdb.connect(str(path), read_only=True)
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise
        raise ExplainingError(
            "The warehouse is locked: a nightly or another build holds it. Ask again when it has ended."
        ) from error
    try:
        with connection:
            yield connection
    except duckdb.CatalogException as error:
        raise ExplainingError(
            f"The warehouse in {settings.home} was built by another version. `cls nightly` builds it anew."
        ) from error


def ask(connection: duckdb.DuckDBPyConnection, question: str, parameters: Parameters) -> list[dict[str, Any]]:
    """The rows of a question, each by column. Parameters that the question does not name are left out."""
    named = {name: value for name, value in parameters.items() if f"${name}" in question}
    answer = connection.execute(question, named)
    names = [column[0] for column in answer.description or []]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
