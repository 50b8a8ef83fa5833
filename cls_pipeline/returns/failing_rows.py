"""The rows of a fault that stand, as the loads in quarantine have them. How they are listed belongs in `fix_list`."""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from cls_pipeline.conform.failing import FAILING
from cls_pipeline.conform.write import FAILING_FILE
from cls_pipeline.deliveries.delivery import Delivery
from cls_pipeline.deliveries.ledger import Ledger
from cls_pipeline.deliveries.marks import numbers_of
from cls_pipeline.outcomes import StandingFault
from cls_pipeline.settings import Settings


class FailingRows:
    """Reads one sender's failing rows; each load once, and one load's at a time in memory."""

    def __init__(self, sender_id: str, settings: Settings, ledger: Ledger):
        self._sender_id, self._settings, self._ledger = sender_id, settings, ledger
        self._deliveries: dict[str, list[Delivery]] = {}
        self._load = lru_cache(maxsize=1)(self._read)

    def of(self, fault: StandingFault, entity: str) -> pl.DataFrame:
        """The failing values of a fault in the columns of `FAILING`, the newest delivery first.

        Where a delivery replaces the one before it, those of the newest delivery that has the fault; where records are
        followed from one to the next, those of all deliveries that were not sent anew.
        """
        failure = fault.failure
        told = self._ledger.query(
            "select delivery_id, source_file, marks from rule_failure where sender_id = ? and system_id = ?"
            " and entity = ? and rule_id = ? and source_table = ? and their_column = ?",
            (
                self._sender_id,
                fault.system_id,
                entity,
                failure.rule_id,
                failure.source_table,
                failure.their_column,
            ),
        )
        found = [pl.DataFrame(schema=FAILING)]
        for delivery in self._newest_first(fault.system_id):
            left = {row["source_file"]: row["marks"] for row in told if row["delivery_id"] == delivery.delivery_id}
            if not left:
                continue
            lines = self._load(entity, delivery.load_id).filter(
                pl.col("rule_id") == failure.rule_id,
                pl.col("source_table") == failure.source_table,
                pl.col("their_column") == failure.their_column,
            )
            if None in left.values():
                if lines.height:
                    return lines
                continue
            found += [_not_sent_anew(lines, *item) for item in left.items()]
        return pl.concat(found)

    def _newest_first(self, system_id: str) -> list[Delivery]:
        if system_id not in self._deliveries:
            self._deliveries[system_id] = self._ledger.deliveries(self._sender_id, system_id)[::-1]
        return self._deliveries[system_id]

    def _read(self, entity: str, load_id: str) -> pl.DataFrame:
        load = self._settings.quarantine / entity / f"site={self._sender_id}" / f"load_id={load_id}" / FAILING_FILE
        if not load_id or not load.exists():
            return pl.DataFrame(schema=FAILING)
        return pl.read_parquet(load, columns=list(FAILING), hive_partitioning=False)


def _not_sent_anew(lines: pl.DataFrame, file: str, marks: bytes) -> pl.DataFrame:
    left = pl.Series(numbers_of(marks))
    return lines.filter(pl.col("source_file") == file, pl.col("mark").is_in(left.implode()))
