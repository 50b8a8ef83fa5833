with
    months as (select * from {{ ref("int_coverage_month") }} where entity = 'request'),

    final as (
        select
            site_id,
            'quarter' as grain,
            cast(date_trunc('quarter', month_start) as date) as period_start,
            max(month_end) as period_end,
            arg_max(system_id, month_start) as system_id,
            bool_or(is_partial) as is_partial
        from months
        group by site_id, date_trunc('quarter', month_start)
        having count(*) = 3
        union all
        select
            site_id,
            'year' as grain,
            {{ year_start("month_start") }} as period_start,
            max(month_end) as period_end,
            arg_max(system_id, month_start) as system_id,
            bool_or(is_partial) as is_partial
        from months
        group by site_id, {{ year_start("month_start") }}
        having count(*) = 12
    )

select *
from final
