"""`pooled`, the table macro of a release that puts the sites' figures of a metric together, or says why it may not.

What may be put together is judged by hand in the catalogue (`dim_metric.comparability`, `arithmetic`); here it is only
kept. MetricFlow has no way to refuse: `cls metrics query` asks `refusal` first.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

import duckdb

NAME: Final = "pooled"
NATIONS: Final = ("england", "scotland", "wales")
_ABSENT: Final = "No figure of "
#: Told of a metric whose figures are never put together.
_NEVER: Final = (
    "' is never put together: a median, a score on a site''s own scale or a rate without its parts has no"
    " sum. Read it site by site.'"
)
POOLED: Final = f"""
create macro marts.{NAME}(metric, nations := {list(NATIONS)}) as table
with
    series as (
        select figures.*, sites.nation, metrics.arithmetic, metrics.comparability, metrics.comparability_reason
        from marts.metric_series as figures
        inner join marts.dim_site as sites on figures.site_id = sites.site_id and sites.kind = 'site'
        inner join marts.dim_metric as metrics
            on figures.metric_id = metrics.metric_id and figures.definition_version = metrics.definition_version
        where
            figures.metric_id = metric
            and figures.area = 'all'
            and figures.breakdown = 'all'
            and list_contains(nations, sites.nation)
    ),

    asked as (
        select
            coalesce(any_value(arithmetic), 'unknown') as arithmetic,
            count(distinct nation) > 1 and any_value(comparability) <> 'full' as is_mixed,
            any_value(comparability_reason) as reason
        from series
    ),

    allowed as (
        select
            case
                when arithmetic = 'unknown'
                then error('{_ABSENT}' || metric || ' in ' || array_to_string(nations, ', ')
                    || '. dim_metric lists the metrics; one with breakdowns only is read from metric_series.')
                when arithmetic = 'none'
                then error(metric || {_NEVER})
                when is_mixed
                then error(metric || ' is not the same measure in each nation: ' || reason
                    || ' Ask for one nation at a time.')
                else arithmetic
            end as arithmetic
        from asked
    )

select
    definition_version,
    grain,
    period_start,
    case
        when allowed.arithmetic in ('sum', 'stock')
        then sum(value)
        else
            sum(
                case
                    when list_contains(flags, 'linked')
                    then value * denominator
                    else numerator * case when allowed.arithmetic = 'share' then 100 else 1 end
                end
            ) / sum(denominator) filter (value is not null)
    end as value,
    sum(numerator) as numerator,
    sum(denominator) filter (value is not null) as denominator,
    count(value) as sites_shown,
    count(*) filter (list_contains(flags, 'suppressed')) as sites_withheld
from series
cross join allowed
group by definition_version, grain, period_start, allowed.arithmetic
order by definition_version, grain, period_start
"""


def add_pooled(con: duckdb.DuckDBPyConnection, database: str) -> None:
    """Makes the macro in a database attached under this name."""
    # It names its tables as they are called once a reader has opened the file, so it is made as if from inside.
    con.execute(f"use {database}")
    con.execute(POOLED)
    con.execute("use memory")


def refusal(con: duckdb.DuckDBPyConnection, metric: str, nations: Collection[str]) -> str | None:
    """Why figures of a metric may not be put together over these nations, or None where they may or there are none.

    Args:
        con: a release.
        metric: a metric's id.
        nations: those whose sites make one figure.
    """
    try:
        con.execute(f"select count(*) from marts.{NAME}(?, nations := ?)", [metric, list(nations)])
    except duckdb.InvalidInputException as error:
        why = str(error).removeprefix("Invalid Input Error: ")
        return None if why.startswith(_ABSENT) else why
    return None
