with
    requests as (select * from {{ ref("int_request") }}),

    months as (select * from {{ ref("int_coverage_month") }} where entity = 'request'),

    counted as (
        select site_id, request_month, count(*) as requests
        from requests
        group by site_id, request_month
    ),

    final as (
        select
            months.site_id,
            'requests_received' as metric_id,
            months.month_start,
            months.month_end,
            months.system_id,
            cast(coalesce(counted.requests, 0) as double) as numerator,
            cast(null as double) as denominator,
            cast(coalesce(counted.requests, 0) as double) as value,
            months.is_partial
        from months
        left join
            counted
            on months.site_id = counted.site_id
            and months.month_start = counted.request_month
    )

select *
from final
