with
    begun as (select * from {{ ref("int_support_begun") }}),

    -- Everybody's requests of the year before are on record only once that year is.
    told_from as (
        select site_id, min(month_start) + interval 12 month as looks_back_from
        from {{ ref("int_coverage_month") }}
        where entity = 'request'
        group by site_id
    ),

    quarters as ({{ covered_quarters(["request", "assessment", "service"]) }}),

    counted as (
        select
            quarters.site_id,
            quarters.quarter_start,
            quarters.quarter_end,
            quarters.system_id,
            quarters.is_partial,
            count(*) as denominator,
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
        select *, 'median_days_request_to_support' as metric_id, median_days as value
        from counted
        union all by name
        select
            *,
            'mean_steps_request_to_support' as metric_id,
            steps as numerator,
            steps / denominator as value
        from counted
        union all by name
        select
            *,
            'mean_requests_before_support' as metric_id,
            requests as numerator,
            requests / denominator as value
        from counted
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
