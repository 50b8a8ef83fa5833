with
    counts as (select * from {{ ref("int_metric_long_term_support") }}),

    people as (
        select
            site_id,
            period_start,
            period_end,
            system_id,
            sum(value) filter (
                metric_id = 'people_with_long_term_support_at_quarter_end'
                and breakdown = 'all'
            ) as everybody,
            sum(value) filter (
                metric_id = 'people_supported_in_community' and breakdown = 'all'
            ) as in_community,
            sum(value) filter (
                breakdown = 'delivery_mechanism'
                and breakdown_value in ('direct_payment', 'part_direct_payment')
            ) as with_direct_payment
        from counts
        group by all
    ),

    figures as (
        select
            *,
            'community_based_share' as metric_id,
            coalesce(in_community, 0) as numerator,
            everybody as denominator,
            100 * numerator / everybody as value
        from people
        where everybody > 0
        union all
        select
            *,
            'direct_payment_share' as metric_id,
            coalesce(with_direct_payment, 0) as numerator,
            in_community as denominator,
            100 * numerator / in_community as value
        from people
        where in_community > 0
    ),

    final as ({{ in_series_shape("figures") }})

select *
from final
