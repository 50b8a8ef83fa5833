with
    months as (
        select
            site_id,
            month_start,
            month_end,
            any_value(system_id) filter (entity = 'request') as system_id,
            bool_or(is_partial) as is_partial
        from {{ ref("int_coverage_month") }}
        where entity in ('request', 'assessment', 'service')
        group by site_id, month_start, month_end
        having count(*) = 3
    ),

    -- Records are followed to where the months without a hole between them end.
    numbered as (
        select
            *,
            month_start - to_months(
                cast(
                    row_number() over (
                        partition by site_id order by month_start
                    ) as integer
                )
            ) as stretch
        from months
    ),

    told as (
        select
            *,
            max(month_end) over (partition by site_id, stretch) as seen_until,
            min(case when is_partial then month_start end) over (
                partition by site_id
                order by month_start
                rows between current row and unbounded following
            ) as next_partial_month
        from numbered
    ),

    final as (
        select
            site_id,
            'quarter' as grain,
            cast(date_trunc('quarter', month_start) as date) as period_start,
            max(month_end) as period_end,
            arg_max(system_id, month_start) as system_id,
            max(seen_until) as seen_until,
            min(next_partial_month) as next_partial_month
        from told
        group by site_id, date_trunc('quarter', month_start)
        having count(*) = 3
        union all
        select
            site_id,
            'year' as grain,
            {{ year_start("month_start") }} as period_start,
            max(month_end) as period_end,
            arg_max(system_id, month_start) as system_id,
            max(seen_until) as seen_until,
            min(next_partial_month) as next_partial_month
        from told
        group by site_id, {{ year_start("month_start") }}
        having count(*) = 12
    )

select *
from final
