"""Small numbers: what of each mart a release shows. The pipeline's own warehouse keeps it.

The rule is the national publisher's (see docs/analysts.md): nought stays, 1 up to the limit is withheld, and so is what
would give a withheld number away by subtraction. Which figures these are is decided in `disclosure/` and asked in
`withheld`; published statistics went through their publishers' own control and pass unchanged.

`delivery` and `row_account` pass unchanged: they count rows of files, not people, and say nothing of what a row holds.
A contract fault does: "three rows give no date of birth" speaks of three records, so its small counts are withheld;
so are those of `correction`, which counts records too. Counts that are shown are rounded where an organisation's rule
asks for it: `disclosure/rounding.py` says how, and why of each table.
"""

from __future__ import annotations

from cls_pipeline.disclosure.rounding import rounded
from cls_pipeline.warehouse.first_published import KEY

# Counts of failing rows, each beside its `share`, by mart.
FAILING_ROWS = {"contract_fault": "rows", "data_quality": "rows_failing"}


def released(mart: str, limit: int, base: int = 1) -> str:
    """The query that reads a mart of the database attached as `work` as a release shows it.

    Args:
        mart: its name.
        limit: counts from 1 up to this are withheld; 0 withholds nothing.
        base: other counts are rounded to the nearest of this; 1 rounds nothing.
    """
    return rounded(mart, _less_withheld(mart, limit), base, limit)


def _less_withheld(mart: str, limit: int) -> str:
    if mart == "metric_series":
        return _series(limit)
    if mart in FAILING_ROWS:
        return _faults(mart, FAILING_ROWS[mart], limit)
    if mart == "correction":
        return _counts(mart, "corrections", limit)
    return f"select * from work.marts.{mart}"


def _series(limit: int) -> str:
    """Reads the table `withheld`, which `withheld.judge` makes in the same session.

    What a figure was when it was first published is left out where that was a small count.
    """
    keys = ", ".join(f"series.{key}" for key in KEY[:6])
    first = "series.value_raw - series.restated_by"
    was_small = f"(series.value_raw = series.numerator and {_is_small(f'({first})', limit)})"
    return f"""
        select
            {keys},
            series.period_end,
            series.breakdown,
            series.breakdown_value,
            case when not is_small then series.numerator end as numerator,
            case when not is_small then series.denominator end as denominator,
            case when not is_small then series.value_raw end as value_raw,
            case when not is_small then series.value end as value,
            case when is_small then list_append(series.flags, 'suppressed') else series.flags end as flags,
            case when not is_small and not coalesce({was_small}, false) then series.restated_by end as restated_by,
            series.system_id
        from
            (
                select series.*, withheld.site_id is not null as is_small
                from work.marts.metric_series as series
                left join withheld using ({", ".join(KEY)})
            ) as series
        order by site_id, metric_id, definition_version, breakdown, breakdown_value, period_start
    """


def _faults(mart: str, rows: str, limit: int) -> str:
    """The share goes with the rows: times the rows of the table, which `row_account` tells, it gives them back."""
    small = _is_small(rows, limit)
    return f"""
        select * replace (
            case when not {small} then {rows} end as {rows},
            case when not {small} then share end as share
        )
        from work.marts.{mart}
    """


def _counts(mart: str, count: str, limit: int) -> str:
    small = _is_small(count, limit)
    return f"select * replace (case when not {small} then {count} end as {count}) from work.marts.{mart}"


def _is_small(count: str, limit: int) -> str:
    return f"({count} > 0 and {count} <= {limit})"
