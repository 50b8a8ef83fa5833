"""Has the figures judged that a release withholds, and keeps what readers have been shown and not been shown.

Who holds two releases must not learn what either withholds. So each figure's last state is kept with the warehouse: its
counts, whether it was withheld, and the counts that it was last shown with. It is state: without it the next release
is judged by itself alone. The rules are `disclosure/`'s.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import duckdb

from cls_pipeline import disclosure
from cls_pipeline.disclosure.choice import withheld_figures
from cls_pipeline.settings import Settings
from cls_pipeline.warehouse.first_published import KEY
from cls_pipeline.warehouse.sql import quoted

#: What decides, beside the data.
DISCLOSURE_SOURCES: Final = (*sorted(Path(disclosure.__file__).parent.glob("*.py")), Path(__file__))
STATE: Final = {
    "site_id": "varchar",
    "area": "varchar",
    "metric_id": "varchar",
    "definition_version": "integer",
    "grain": "varchar",
    "period_start": "date",
    "breakdown": "varchar",
    "breakdown_value": "varchar",
    "numerator": "double",
    "denominator": "double",
    "is_withheld": "boolean",
    "hides_numerator": "boolean",
    "hides_denominator": "boolean",
    "hides_complement": "boolean",
    "is_told": "boolean",
    "told_numerator": "double",
    "told_denominator": "double",
}
_SAME: Final = (
    "past.numerator is not distinct from series.numerator and past.denominator is not distinct from series.denominator"
)
_AS_TOLD: Final = (
    "past.told_numerator is not distinct from series.numerator"
    " and past.told_denominator is not distinct from series.denominator"
)
# A part that was withheld beside a whole that was shown stays withheld when its counts change: what the whole has
# changed by would tell what the part was. A figure that stood by itself is free once it is no longer small.
_STAYS: Final = f"""coalesce(
                past.is_withheld
                and (
                    ({_SAME})
                    or (not whole.is_withheld and (series.area <> 'all' or series.breakdown <> 'all'))
                ),
                false
            )"""


def state_file(settings: Settings) -> Path:
    """Where the last state of each figure stands: with the warehouse, in the room that only its owner can open."""
    return settings.warehouse / "history" / "told.parquet"


def judge(con: duckdb.DuckDBPyConnection, limit: int, state: Path | None = None) -> None:
    """Makes the table `withheld` (`KEY` and `hides_…`) of the figures of the database attached as `work`, and `figure`.

    Args:
        con: where `work` is attached.
        limit: counts from 1 up to this are small; 0 withholds nothing.
        state: the state before, if any.
    """
    columns = ", ".join(f"{name} {kind}" for name, kind in STATE.items())
    con.execute(f"create or replace temp table past ({columns})")
    if state is not None and state.exists():
        con.execute(f"insert into past by name from read_parquet({quoted(str(state))})")
    con.execute(
        f"""
        create or replace temp table figure as
        select
            row_number() over () - 1 as row,
            {", ".join(f"series.{name}" for name in KEY)},
            series.numerator,
            series.denominator,
            metrics.unit,
            metrics.numerator as numerator_words,
            metrics.denominator as denominator_words,
            coalesce(past.is_told and {_AS_TOLD}, false) as was_told,
            {_STAYS} as was_withheld,
            {_STAYS} and past.hides_numerator as hid_numerator,
            {_STAYS} and past.hides_denominator as hid_denominator,
            {_STAYS} and past.hides_complement as hid_complement
        from work.marts.metric_series as series
        inner join work.marts.dim_metric as metrics using (metric_id, definition_version)
        left join past using ({", ".join(KEY)})
        left join
            past as whole
            on past.site_id = whole.site_id
            and past.metric_id = whole.metric_id
            and past.definition_version = whole.definition_version
            and past.grain = whole.grain
            and past.period_start = whole.period_start
            and whole.area = 'all'
            and whole.breakdown = 'all'
        where metrics.source_kind = 'records'
        """
    )
    relations = con.sql("from work.reference.metric_relation").pl()
    identities = con.sql("from work.reference.metric_identity").pl()
    con.register("judged", withheld_figures(con.sql("from figure").pl(), relations, limit, identities).to_arrow())
    con.execute(
        "create or replace temp table withheld as"
        f" select {', '.join(KEY)}, judged.* exclude (row) from figure inner join judged using (row)"
    )
    con.unregister("judged")


def draft_state(con: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Drafts the state of each figure as `judge` has left it. Figures that are gone keep theirs: they were told once.

    A draft, for until the release is followed its readers have been shown nothing; a release that is held back must not
    make the next one forget what the last one withheld.
    """
    draft = _draft(settings)
    draft.parent.mkdir(parents=True, exist_ok=True)
    is_withheld = "withheld.site_id is not null"
    con.execute(
        f"""
        copy (
            select
                {", ".join(f"figure.{name}" for name in KEY)},
                figure.numerator,
                figure.denominator,
                {is_withheld} as is_withheld,
                coalesce(withheld.hides_numerator, false) as hides_numerator,
                coalesce(withheld.hides_denominator, false) as hides_denominator,
                coalesce(withheld.hides_complement, false) as hides_complement,
                not ({is_withheld}) or coalesce(past.is_told, false) as is_told,
                case when {is_withheld} then past.told_numerator else figure.numerator end as told_numerator,
                case when {is_withheld} then past.told_denominator else figure.denominator end as told_denominator
            from figure
            left join withheld using ({", ".join(KEY)})
            left join past using ({", ".join(KEY)})
            union all by name
            select past.* from past anti join figure using ({", ".join(KEY)})
            order by {", ".join(KEY)}
        ) to {quoted(str(draft))} (format parquet, compression zstd)
        """
    )


def keep_state(settings: Settings) -> None:
    """Makes the drafted state the one that the next release is judged by."""
    _draft(settings).replace(state_file(settings))


def _draft(settings: Settings) -> Path:
    return state_file(settings).with_suffix(".draft")
