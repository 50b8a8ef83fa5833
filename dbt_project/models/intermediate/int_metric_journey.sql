with
    begun as (select * from {{ ref("int_support_begun") }}),

    months as (
        select *
        from {{ ref("int_coverage_month") }}
        where entity in ('request', 'assessment', 'service')
    ),

    -- Everybody's requests of the year before are on record only once that year is.
    told_from as (
        select site_id, min(month_start) + interval 12 month as looks_back_from
        from months
        where entity = 'request'
        group by site_id
    ),

    quarters as (
        select
            site_id,
            cast(date_trunc('quarter', month_start) as date) as quarter_start,
            max(month_end) as quarter_end,
            arg_max(system_id, month_start) as system_id,
            bool_or(is_partial) as is_partial
        from months
        group by site_id, date_trunc('quarter', month_start)
        having count(*) = 9
    ),

    counted as (
        select
            quarters.site_id,
            quarters.quarter_start,
            quarters.quarter_end,
            quarters.system_id,
            quarters.is_partial,
            count(*) as people,
            median(begun.days) as median_days,
            sum(begun.requests) as requests,
            sum(begun.requests + begun.assessments) as steps
        from quarters
        inner join told_from on quarters.site_id = told_from.site_id
        inner join
            begun
            on quarters.site_id = begun.site_id
            and quarters.quarter_start = begun.quarter_start
        where quarters.quarter_start >= told_from.looks_back_from
        group by all
    ),

    figures as (
        select
            *,
            'median_days_request_to_support' as metric_id,
            null as numerator,
            median_days as value
        from counted
        union all
        select
            *,
            'mean_steps_request_to_support' as metric_id,
            steps as numerator,
            steps / people as value
        from counted
        union all
        select
            *,
            'mean_requests_before_support' as metric_id,
            requests as numerator,
            requests / people as value
        from counted
    ),

    final as (
        select
            site_id,
            metric_id,
            'quarter' as grain,
            quarter_start as period_start,
            quarter_end as period_end,
            'all' as breakdown,
            'all' as breakdown_value,
            cast(numerator as double) as numerator,
            cast(people as double) as denominator,
            cast(value as double) as value,
            is_partial,
            system_id
        from figures
    )

select *
from final
