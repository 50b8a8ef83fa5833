"""Where a figure of the records comes from: its rows by delivery and file, those left out, and what was set right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Final

import duckdb

from cls_pipeline.explaining.asking import ask
from cls_pipeline.explaining.counting import Counting
from cls_pipeline.explaining.figure import Figure
from cls_pipeline.explaining.record_rows import REASONS

#: How a person's numbers were found to be one person's, in words; as `identity.model` names the methods.
METHODS: Final = {
    "national_id": "the same NHS or CHI number",
    "legacy_id": "the old number that the new system carries",
    "both": "national and old number agree",
    "probabilistic": "the same dated events",
    "twice": "registered twice, by all that is known of them",
    "demographic": "nobody else like them",
    "merge": "the site merged two numbers",
    "self": "one number only",
}

_BY_FILE: Final = """
    select
        coalesce(systems.name, considered.system_id) as system, considered.numbering as installation,
        considered.entity, considered.delivery_id, considered.as_of, any_value(deliveries.received_at) as received_at,
        considered.source_file as file, count(*) as rows,
        sum(considered.numerator) as numerator, sum(considered.denominator) as denominator
    from considered
    left join marts.dim_system as systems on considered.system_id = systems.system_id
    left join marts.delivery as deliveries
        on deliveries.sender_id = $site and considered.delivery_id = deliveries.delivery_id
    where considered.left_out is null
    group by all
    order by considered.as_of, installation, file
"""
_QUARANTINED: Final = """
    select source_file as file, delivery_id, sum(quarantined) as rows
    from marts.row_account where sender_id = $site group by all having sum(quarantined) > 0
"""
_LEFT_OUT: Final = """
    select left_out, coalesce(systems.name, considered.system_id) as system, count(*) as rows
    from considered left join marts.dim_system as systems on considered.system_id = systems.system_id
    where left_out is not null group by all order by rows desc, left_out, system
"""
_CORRECTED: Final = """
    select corrections.reason as correction, any_value(reasons.meaning) as why, count(*) as rows
    from considered
    inner join intermediate.int_correction as corrections
        on corrections.site_id = $site and considered.entity = corrections.entity
        and considered.system_id = corrections.system_id and considered.record_id = corrections.record_id
        and corrections.field <> 'assessed_on'  -- the end of a wait leaves its request out, and is told there
    left join reference.correction_reason as reasons on corrections.reason = reasons.reason
    where considered.left_out is null group by all order by rows desc, correction
"""
# A person's first number stands by itself; each other number says how it was joined.
_JOINED: Final = """
    with
        behind as (select distinct person_key from considered where left_out is null and person_key is not null),
        joined as (
            select person_key, string_agg(distinct method, ',' order by method) as methods
            from intermediate.int_person_key
            where site_id = $site and method <> 'self'
            group by person_key
        )
    select coalesce(methods, 'self') as methods, count(*) as people
    from behind left join joined using (person_key)
    group by all order by people desc, methods
"""


@dataclass(frozen=True)
class FileRows:
    """The counted rows of one file; `quarantined` are those of the same file that no figure holds, of any period."""

    system: str
    installation: str
    entity: str
    delivery_id: str
    as_of: date | None
    received_at: datetime | None
    file: str
    rows: int
    numerator: float | None
    denominator: float | None
    quarantined: int


@dataclass(frozen=True)
class LeftOut:
    """Rows of one system that could be in the figure and are not."""

    reason: str
    why: str
    system: str
    rows: int


@dataclass(frozen=True)
class Correction:
    """Counted rows about which something was set right, as the warehouse keeps it in `int_correction`."""

    correction: str
    why: str
    rows: int


@dataclass(frozen=True)
class Joined:
    """People behind the counted rows whose numbers were joined in one way; `self` is who has one number only."""

    methods: tuple[str, ...]
    how: str
    people: int


@dataclass(frozen=True)
class Sources:
    """All rows that could be in a figure: `considered` of them are counted in `files` or told in `left_out`."""

    counts: str
    considered: int
    files: tuple[FileRows, ...]
    left_out: tuple[LeftOut, ...]
    corrections: tuple[Correction, ...]
    joined: tuple[Joined, ...]
    adds_up: bool


def sources_of(connection: duckdb.DuckDBPyConnection, figure: Figure, counting: Counting) -> Sources:
    """The sources of a figure of the records."""
    asked = {"site": figure.site_id, "start": figure.period_start}
    about = asked | {"end": figure.period_end, "measure": figure.breakdown_value}
    ask(connection, f"create or replace temp table considered as {counting.rows}", about)
    (considered,) = connection.execute("select count(*) from considered").fetchone() or (0,)
    by_file = ask(connection, _BY_FILE, asked)
    quarantined = {(row["delivery_id"], row["file"]): int(row["rows"]) for row in ask(connection, _QUARANTINED, asked)}
    sums = [sum((row[part] or 0 for row in by_file), Decimal(0)) for part in ("numerator", "denominator")]
    return Sources(
        counts=counting.counts,
        considered=considered,
        files=tuple(
            FileRows(
                **row
                | {"numerator": _number(row["numerator"]), "denominator": _number(row["denominator"])}
                | {"quarantined": quarantined.get((row["delivery_id"], row["file"]), 0)}
            )
            for row in by_file
        ),
        left_out=tuple(
            LeftOut(row["left_out"], REASONS[row["left_out"]], row["system"], row["rows"])
            for row in ask(connection, _LEFT_OUT, asked)
        ),
        corrections=tuple(
            Correction(row["correction"], row["why"], row["rows"]) for row in ask(connection, _CORRECTED, asked)
        ),
        joined=tuple(_joined(row["methods"].split(","), row["people"]) for row in ask(connection, _JOINED, asked)),
        adds_up=all(
            part is None or float(total) == part
            for total, part in zip(sums, (figure.numerator, figure.denominator), strict=True)
        ),
    )


def _joined(methods: list[str], people: int) -> Joined:
    return Joined(tuple(methods), "; ".join(METHODS.get(method, method) for method in methods), people)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
