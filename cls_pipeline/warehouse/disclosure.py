"""Small numbers: what is withheld from a release. The pipeline's own warehouse keeps it.

The rule is the national publisher's (see docs/analysts.md): nought stays, 1 up to the limit is withheld, and so is what
would give a withheld number away by subtraction. Published statistics went through their publishers' own control and
pass unchanged. Only figures of a whole site leave the warehouse so far: once areas or breakdowns do, a withheld part
can be found from its total, and this is the place for that second suppression.

`delivery` and `row_account` pass unchanged: they count rows of files, not people, and say nothing of what a row holds.
A contract fault does: "three rows give no date of birth" speaks of three records, so its small counts are withheld;
so are those of `correction`, which counts records too.
"""

from __future__ import annotations

# A share and the count of which its denominator is a part: the two differ by those of whom the share knows nothing.
PART_OF = {"requests_resolved_at_first_contact": "requests_received"}
# Counts of failing rows, each beside its `share`, by mart.
FAILING_ROWS = {"contract_fault": "rows", "data_quality": "rows_failing"}
# Shares that add up to all: where one is withheld, the others would tell it.
ADD_UP = (("people_scoring_better", "people_scoring_same", "people_scoring_worse"),)


def released(mart: str, limit: int) -> str:
    """The query that reads a mart of the database attached as `work` as a release shows it.

    Args:
        mart: its name.
        limit: counts from 1 up to this are withheld; 0 withholds nothing.
    """
    if mart == "metric_series":
        return _series(limit)
    if mart in FAILING_ROWS:
        return _faults(mart, FAILING_ROWS[mart], limit)
    if mart == "correction":
        return _counts(mart, "corrections", limit)
    return f"select * from work.marts.{mart}"


def _series(limit: int) -> str:
    """A percentage is also withheld where those it leaves out are few, and where those it does not know of are few.

    Of 100 people 98 resolved says as much about the other two as about them; 100 requests received, of which 98 have
    an outcome, says that two have none. Shares that add up to all are withheld together.
    """
    families = ", ".join(f"('{share}', {number})" for number, shares in enumerate(ADD_UP) for share in shares)
    parts = ", ".join(f"('{share}', '{count}')" for share, count in PART_OF.items())
    return f"""
        with
            part_of(metric_id, whole_metric_id) as (values {parts}),
            add_up(metric_id, family) as (values {families}),
            wholes as (
                select
                    part_of.metric_id,
                    series.* exclude (metric_id)
                from work.marts.metric_series as series
                inner join part_of on series.metric_id = part_of.whole_metric_id
            ),
            each as (
                select
                    series.*,
                    coalesce(
                        metrics.source_kind = 'records'
                        and (
                            {_is_small("series.numerator", limit)}
                            or {_is_small("series.denominator", limit)}
                            or (
                                metrics.unit = 'percent'
                                and {_is_small("series.denominator - series.numerator", limit)}
                            )
                            or {_is_small("wholes.numerator - series.denominator", limit)}
                        ),
                        false
                    ) as is_small
                from work.marts.metric_series as series
                left join work.marts.dim_metric as metrics using (metric_id, definition_version)
                left join
                    wholes
                    using (
                        site_id, area, metric_id, definition_version, grain, period_start, breakdown, breakdown_value
                    )
            ),
            judged as (
                select
                    each.* replace (
                        each.is_small
                        or (
                            add_up.family is not null
                            and bool_or(each.is_small) over (
                                partition by
                                    add_up.family, site_id, area, definition_version, grain, period_start, breakdown,
                                    breakdown_value
                            )
                        ) as is_small
                    )
                from each
                left join add_up using (metric_id)
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
            case when not is_small then restated_by end as restated_by,
            system_id
        from judged
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
