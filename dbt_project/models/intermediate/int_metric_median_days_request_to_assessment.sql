with
    waits as (select * from {{ ref("int_assessment_wait") }}),

    months as (
        select * from {{ ref("int_coverage_month") }} where entity = 'assessment'
    ),

    request_months as (
        select * from {{ ref("int_coverage_month") }} where entity = 'request'
    ),

    counted as (
        select
            site_id,
            {{ month_start("answered_on") }} as answered_month,
            count(*) as assessments,
            median(days_from_last_request) as median_days
        from waits
        where answered_on is not null
        group by site_id, {{ month_start("answered_on") }}
    ),

    final as (
        select
            months.site_id,
            'median_days_request_to_assessment' as metric_id,
            months.month_start,
            months.month_end,
            months.system_id,
            cast(null as double) as numerator,
            cast(counted.assessments as double) as denominator,
            cast(counted.median_days as double) as value,
            months.is_partial or coalesce(request_months.is_partial, true) as is_partial
        from months
        inner join
            counted
            on months.site_id = counted.site_id
            and months.month_start = counted.answered_month
        left join
            request_months
            on months.site_id = request_months.site_id
            and months.month_start = request_months.month_start
    )

select *
from final
