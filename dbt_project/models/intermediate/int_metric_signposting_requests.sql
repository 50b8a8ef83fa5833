with
    quarters as ({{ covered_quarters(["request"]) }}),

    counted as (
        select
            site_id,
            cast(date_trunc('quarter', request_date) as date) as quarter_start,
            count(*) as requests
        from {{ ref("int_request") }}
        where outcome_group = 'nfa_signposted'
        group by site_id, date_trunc('quarter', request_date)
    ),

    final as (
        select
            quarters.site_id,
            'requests_ending_in_signposting' as metric_id,
            'quarter' as grain,
            quarters.quarter_start as period_start,
            quarters.quarter_end as period_end,
            'all' as breakdown,
            'all' as breakdown_value,
            cast(coalesce(counted.requests, 0) as double) as numerator,
            cast(null as double) as denominator,
            cast(coalesce(counted.requests, 0) as double) as value,
            quarters.is_partial,
            quarters.system_id
        from quarters
        left join
            counted
            on quarters.site_id = counted.site_id
            and quarters.quarter_start = counted.quarter_start
    )

select *
from final
