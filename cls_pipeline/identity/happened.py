"""Which records tell that something happened to a person on a day. How such events link people is in `dated.py`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import polars as pl

from cls_pipeline.identity.records import EVENTS

#: Entity, its date, its code, and what happened. A finance system knows a service by the lines that pay for it: after a
#: cutover of the case system it may be all that tells of the time before under the new numbers. A death is dated alike
#: by all who know of it.
DATED: Final = (
    ("request", "request_date", "route_of_access", "request"),
    ("assessment", "start_date", "assessment_type", "assessment"),
    ("service", "start_date", "service_component", "service"),
    ("service", "end_date", "service_component", "service end"),
    ("cost_line", "start_date", "service_component", "service"),
    ("cost_line", "end_date", "service_component", "service end"),
    ("review", "due_date", "review_reason", "review"),
    ("outcome_score", "score_date", "instrument", "score"),
    ("person", "death_date", None, "death"),
)

#: The entities that hold such events.
TELLING: Final = frozenset(entity for entity, *_ in DATED)


def events_of(records: Iterable[tuple[str, str, pl.DataFrame]]) -> pl.DataFrame:
    """The dated events of records, each once.

    Args:
        records: numbering, entity and the conformed records, in any number of parts.

    Returns:
        The columns of `records.EVENTS`.
    """
    found = [
        frame.select(
            pl.lit(numbering).alias("numbering"),
            "person_id",
            pl.lit(event).alias("entity"),
            pl.col(day).cast(pl.Date).alias("event_date"),
            (pl.col(code) if code in frame.columns else pl.lit(None)).cast(pl.String).alias("code"),
        ).drop_nulls(["person_id", "event_date"])
        for numbering, of, frame in records
        for entity, day, code, event in DATED
        if entity == of and {"person_id", day} <= set(frame.columns)
    ]
    return pl.concat(found).unique(maintain_order=True) if found else pl.DataFrame(schema=EVENTS)


def spans_of(events: pl.DataFrame) -> pl.DataFrame:
    """From when until when a person is on record: numbering, person_id, first_seen, last_seen. To die is no record."""
    alive = events.filter(pl.col("entity") != "death")
    return alive.group_by("numbering", "person_id", maintain_order=True).agg(
        first_seen=pl.col("event_date").min(), last_seen=pl.col("event_date").max()
    )
