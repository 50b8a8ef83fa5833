"""What differs between two releases: the figures, and what each may have moved by.

Both are asked as readers hold them, so nothing is told that they do not show. Reasons are candidates: a release says
which deliveries, definitions and program made it, not which record moved which figure; that is `cls explain`'s.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import duckdb
import polars as pl

from cls_pipeline.warehouse.first_published import KEY
from cls_pipeline.warehouse.sql import quoted

#: What may have become of a figure, in the order in which it is told. Of `shown`, both releases have a value.
CHANGES: Final = {
    "moved": "has another value, or other counts behind it",
    "withheld": "had a value and is withheld now",
    "emptied": "had a value and has none now, and is not withheld",
    "shown": "was withheld and has a value now",
    "filled": "had no value for another reason and has one now",
    "gone": "was there and is not",
    "new": "is there and was not",
    "flags": "has the same value with other flags",
}
# Sums of doubles differ in their last digits by the order of their terms.
_CLOSE: Final = "abs({a} - {b}) <= 1e-9 * greatest(abs({a}), abs({b}), 1e-9)"
_DEFINITION: Final = ("definition", "numerator", "denominator", "unit", "direction", "valid_from", "valid_until")


@dataclass(frozen=True)
class Difference:
    """Two releases side by side.

    `figures` has a row per figure that differs: `change` (of `CHANGES`), its key, `before`, `after`, `moved_by`,
    `moved_share` (of the value before), `flags_before`, `flags_after`, `because`. `same` counts the others.
    `definitions` has `metric_id`, `definition_version`, `what`; `deliveries` has `sender_id`, `system_id`,
    `delivery_id`, `as_of`, `what`; `program` says in sentences what else the two are made by.
    """

    figures: pl.DataFrame
    same: int
    definitions: pl.DataFrame
    deliveries: pl.DataFrame
    program: tuple[str, ...]


def difference(before: Path, after: Path) -> Difference:
    """Compares the databases of two releases."""
    with closing(duckdb.connect()) as con:
        con.execute(f"attach {quoted(str(before))} as before (read_only)")
        con.execute(f"attach {quoted(str(after))} as after (read_only)")
        definitions = _definitions(con)
        con.register("definitions", definitions.to_arrow())
        deliveries = con.sql(_DELIVERIES).pl()
        con.register("deliveries", deliveries.to_arrow())
        program = tuple(_program(con))
        con.execute(f"create temp table joined as {_JOINED}")
        figures = con.execute(_BECAUSE, ["; ".join(program) or "nothing that the releases tell"]).pl()
        same = con.execute("select count(*) from joined where change is null").fetchone()
    assert same is not None
    return Difference(figures, same[0], definitions, deliveries, program)


def _differs(name: str) -> str:
    a, b = f"a.{name}", f"b.{name}"
    return f"({a} is distinct from {b} and not coalesce({_CLOSE.format(a=a, b=b)}, false))"


_ON: Final = " and ".join(f"a.{name} = b.{name}" for name in KEY)
_JOINED: Final = f"""
    select
        case
            when b.site_id is null then 'gone'
            when a.site_id is null then 'new'
            when a.value is not null and b.value is null and list_contains(b.flags, 'suppressed') then 'withheld'
            when a.value is not null and b.value is null then 'emptied'
            when a.value is null and b.value is not null and list_contains(a.flags, 'suppressed') then 'shown'
            when a.value is null and b.value is not null then 'filled'
            when {" or ".join(map(_differs, ("value", "value_raw", "numerator", "denominator")))} then 'moved'
            when list_sort(a.flags) <> list_sort(b.flags) then 'flags'
        end as change,
        {", ".join(f"coalesce(b.{name}, a.{name}) as {name}" for name in KEY)},
        a.value as before,
        b.value as after,
        b.value - a.value as moved_by,
        (b.value - a.value) / nullif(abs(a.value), 0) as moved_share,
        a.flags as flags_before,
        b.flags as flags_after,
        coalesce(b.system_id, a.system_id) as system_id,
        {_differs("value")} and not {_differs("value_raw")} as is_link_alone
    from before.marts.metric_series as a
    full outer join after.marts.metric_series as b on {_ON}
"""
_IN_FORCE: Final = "select delivery_id, load_id, sender_id, system_id, as_of from {}.marts.delivery where in_force"
_DELIVERIES: Final = f"""
    select
        coalesce(b.sender_id, a.sender_id) as sender_id,
        coalesce(b.system_id, a.system_id) as system_id,
        coalesce(b.delivery_id, a.delivery_id) as delivery_id,
        coalesce(b.as_of, a.as_of) as as_of,
        case
            when a.delivery_id is null then 'new'
            when b.delivery_id is null then 'no longer in force'
            else 'read anew by other maps or rules'
        end as what
    from ({_IN_FORCE.format("before")}) as a
    full outer join ({_IN_FORCE.format("after")}) as b using (delivery_id, sender_id, system_id)
    where a.load_id is distinct from b.load_id
    order by all
"""
# What speaks for a figure itself comes first; what may move any figure is told where nothing else speaks.
_BECAUSE: Final = f"""
    with
        changed as (select sender_id, system_id, count(*) as deliveries, string_agg(
            'delivery ' || delivery_id || ' of ' || system_id || ', as of ' || as_of || ' (' || what || ')', '; '
            order by as_of desc, what, delivery_id) as told from deliveries group by all),
        by_sender as (select sender_id, string_agg(told, '; ' order by system_id) as told from changed group by all),
        by_system as (select system_id, string_agg(told, '; ' order by sender_id) as told from changed group by all),
        told as (
            select
                joined.*,
                case when metrics.source_kind = 'published' then by_system.told else by_sender.told end as delivered,
                definitions.what as defined
            from joined
            left join definitions using (metric_id, definition_version)
            left join by_sender on joined.site_id = by_sender.sender_id
            left join by_system on joined.system_id = by_system.system_id
            left join
                (
                    select metric_id, definition_version, source_kind from after.marts.dim_metric
                    union
                    select metric_id, definition_version, source_kind from before.marts.dim_metric
                ) as metrics using (metric_id, definition_version)
            where change is not null
        )
    select
        change,
        {", ".join(KEY)},
        before,
        after,
        moved_by,
        moved_share,
        flags_before,
        flags_after,
        coalesce(
            nullif(
                concat_ws(
                    '; ',
                    'definition: ' || defined,
                    case
                        when change = 'moved' and is_link_alone
                        then 'linked otherwise, as recorded it is the same'
                    end,
                    delivered
                ),
                ''
            ),
            ?
        ) as because
    from told
    order by
        list_position({list(CHANGES)}, change), abs(moved_share) desc nulls last, {", ".join(KEY)}
"""


def _definitions(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Definitions that are new, gone or told otherwise."""
    words = " , ".join(
        f"case when a.{name} is distinct from b.{name} then '{name.replace('_', ' ')}' end" for name in _DEFINITION
    )
    return con.sql(
        f"""
        select
            metric_id,
            definition_version,
            case
                when a.name is null then 'new'
                when b.name is null then 'gone'
                else 'told otherwise: ' || concat_ws(', ', {words})
            end as what
        from before.marts.dim_metric as a
        full outer join after.marts.dim_metric as b using (metric_id, definition_version)
        where a.name is null or b.name is null or concat_ws('', {words}) <> ''
        order by all
        """
    ).pl()


_MADE_OF: Final = {
    "limit": "the limit below which numbers are small ({before} before, {after} now)",
    "rounding": "what counts are rounded to the nearest of ({before} before, {after} now)",
    "project": "the SQL that counts and links figures",
    "program": "the program that writes a release",
}


def _program(con: duckdb.DuckDBPyConnection) -> list[str]:
    """In words what else the releases are made by, where it differs."""
    (before, old), (after, new) = (_made_of(con, name) for name in ("before", "after"))
    told = [] if before == after else [f"version of cls-pipeline ({before} before, {after} now)"]
    if old is None or new is None:
        return [*told, "perhaps the SQL or the program, which one of the releases does not tell"]
    return told + [
        words.format(before=old.get(name), after=new.get(name))
        for name, words in _MADE_OF.items()
        if old.get(name) != new.get(name)
    ]


def _made_of(con: duckdb.DuckDBPyConnection, database: str) -> tuple[str, dict[str, str] | None]:
    """The version that made a release, and the marks of what it was made by; None where it is too old to tell."""
    answer = con.execute(f"from {database}.marts.release")
    names = [column[0] for column in answer.description or []]
    row = dict(zip(names, answer.fetchone() or (), strict=True))
    marks = row.get("made_by")
    # One that does not tell was made before anything was rounded.
    return row["software_version"], None if marks is None else {"rounding": "1", **marks}


def as_csv(figures: pl.DataFrame) -> str:
    """Every figure that differs, as CSV; flags are parted by semicolons, as are reasons."""
    lists = [pl.col(name).list.join(";") for name in ("flags_before", "flags_after")]
    return figures.with_columns(lists).write_csv()
