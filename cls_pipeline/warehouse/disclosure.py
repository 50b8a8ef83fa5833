"""Small numbers: which figures from the sites' records are withheld from a release.

The rule is NHS England's central method: nought stays, 1 up to the limit is withheld. Published statistics went through
their publishers' own control and pass unchanged. Only figures of a whole site leave the warehouse so far: once areas or
breakdowns do, a withheld part can be found from its total, and this is the place for the second suppression.
"""

from __future__ import annotations


def suppressed_series(limit: int) -> str:
    """The query that reads `work.marts.metric_series` with small numbers withheld, ordered for reading.

    A percentage is also withheld where those it does not count are few: of 100 people 98 resolved says as much
    about the other two as about them.

    Args:
        limit: counts of people from 1 up to this are withheld; 0 withholds nothing.
    """
    return f"""
        with
            judged as (
                select
                    series.*,
                    coalesce(
                        metrics.source_kind = 'records'
                        and (
                            (series.numerator > 0 and series.numerator <= {limit})
                            or (series.denominator > 0 and series.denominator <= {limit})
                            or (
                                metrics.unit = 'percent'
                                and series.denominator > series.numerator
                                and series.denominator - series.numerator <= {limit}
                            )
                        ),
                        false
                    ) as is_small
                from work.marts.metric_series as series
                left join work.marts.dim_metric as metrics using (metric_id, definition_version)
            )
        select
            site_id,
            area,
            metric_id,
            definition_version,
            grain,
            period_start,
            period_end,
            breakdown,
            breakdown_value,
            case when not is_small then numerator end as numerator,
            case when not is_small then denominator end as denominator,
            case when not is_small then value_raw end as value_raw,
            case when not is_small then value end as value,
            case when is_small then list_append(flags, 'suppressed') else flags end as flags,
            system_id
        from judged
        order by site_id, metric_id, definition_version, breakdown, breakdown_value, period_start
    """
