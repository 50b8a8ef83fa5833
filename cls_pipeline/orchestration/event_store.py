"""Where Dagster keeps its events: one SQLite file with connections that stay open.

Dagster's own SQLite stores build an engine, open, commit to disk and close for each of about six statements per
event: 8 ms an event, 10 to 12 s for a night of 27 senders. With one engine per process the statements stay
compiled and the write-ahead log is not folded back at each close: the same night costs 2.4 s (measured on 2 cores,
Dagster 1.13.27). What is stored is unchanged, so Dagster's own classes can read the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import sqlalchemy
from dagster._core.storage.event_log import ConsolidatedSqliteEventLogStorage
from dagster._core.storage.event_log.polling_event_watcher import SqlPollingEventWatcher
from dagster._serdes import ConfigurableClassData

BUSY_TIMEOUT_SECONDS = 30


class PooledSqliteEventLogStorage(ConsolidatedSqliteEventLogStorage):
    """Dagster's one-file SQLite event store, with pooled connections and a watcher that sees the write-ahead log."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None):
        self._known_tables: set[str] = set()
        self._watcher: SqlPollingEventWatcher | None = None
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> PooledSqliteEventLogStorage:
        return cls(inst_data=inst_data, **config_value)

    @cached_property
    def _engine(self) -> sqlalchemy.Engine:
        engine = sqlalchemy.create_engine(
            self._conn_string,
            poolclass=sqlalchemy.QueuePool,
            pool_size=4,
            max_overflow=-1,
            connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "check_same_thread": False},
        )
        sqlalchemy.event.listen(engine, "connect", _relax)
        return engine

    @contextmanager
    def _connect(self) -> Iterator[sqlalchemy.Connection]:
        with self._engine.begin() as connection:
            yield connection

    def has_table(self, table_name: str) -> bool:
        """Whether a table is there; asked for every event, so a yes is remembered."""
        if table_name not in self._known_tables:
            self._known_tables |= set(sqlalchemy.inspect(self._engine).get_table_names())
        return table_name in self._known_tables

    def watch(self, run_id: str, cursor: str | None, callback: Callable[..., Any]) -> None:
        """Polls for a run's events; watching the file, as Dagster does, misses what stands in the write-ahead log."""
        if self._watcher is None:
            self._watcher = SqlPollingEventWatcher(self)
        self._watcher.watch_run(run_id, cursor, callback)

    def end_watch(self, run_id: str, handler: Callable[..., Any]) -> None:
        """Stops polling for a run's events."""
        if self._watcher is not None:
            self._watcher.unwatch_run(run_id, handler)

    def dispose(self) -> None:
        """Stops watching and closes the connections."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None
        self._engine.dispose()


def _relax(connection: sqlite3.Connection, _record: object) -> None:
    # In write-ahead mode NORMAL survives a killed process whole; a power cut may cost the last events, never the file.
    connection.execute("pragma journal_mode=wal")
    connection.execute("pragma synchronous=normal")
