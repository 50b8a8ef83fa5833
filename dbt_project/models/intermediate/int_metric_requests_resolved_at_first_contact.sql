with
    requests as (select * from {{ ref("int_request") }}),

    months as (select * from {{ ref("int_coverage_month") }} where entity = 'request'),

    counted as (
        select
            site_id,
            request_month,
            count(*) filter (where is_resolved_first_contact) as resolved,
            count(*) as with_outcome
        from requests
        where event_outcome is not null
        group by site_id, request_month
    ),

    final as (
        select
            months.site_id,
            'requests_resolved_at_first_contact' as metric_id,
            months.month_start,
            months.month_end,
            months.system_id,
            cast(counted.resolved as double) as numerator,
            cast(counted.with_outcome as double) as denominator,
            100.0
            * cast(counted.resolved as double)
            / cast(counted.with_outcome as double) as value,
            months.is_partial
        from months
        inner join
            counted
            on months.site_id = counted.site_id
            and months.month_start = counted.request_month
    )

select *
from final
