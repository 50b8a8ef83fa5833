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

    figures as (
        select
            quarters.*,
            'requests_ending_in_signposting' as metric_id,
            coalesce(counted.requests, 0) as numerator,
            coalesce(counted.requests, 0) as value
        from quarters
        left join counted using (site_id, quarter_start)
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
